//! The macro that declares a parameter with a fixed list of values.

/// `doc Name { doc Variant = "label", … }`: the enum, its labels and its place in the parameter table.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $label:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The values as written in JSON and shown, in the same order.
            pub const LABELS: &'static [&'static str] = &[$($label,)*];

            /// The value as written in JSON.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }

        impl $crate::param::ParamValue for $name {
            fn to_param(self) -> f32 {
                Self::ALL.iter().position(|&value| value == self).unwrap_or(0) as f32
            }
            #[expect(clippy::indexing_slicing, reason = "`min` keeps the index within the list")]
            fn from_param(value: f32) -> Self {
                let last = Self::ALL.len() - 1;
                Self::ALL[(value.max(0.0).round() as usize).min(last)]
            }
        }
    };
}

/// Reads and writes the choice in JSON by its label.
macro_rules! as_text {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.label())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        write!(f, "one of {}", $name::LABELS.join(", "))
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        let found = $name::ALL.iter().find(|value| value.label() == text);
                        found.copied().ok_or_else(|| E::unknown_variant(text, $name::LABELS))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}

pub(crate) use {as_text, choice};
