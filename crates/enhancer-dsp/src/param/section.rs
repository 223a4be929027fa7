//! The macro that turns the rows of one section of the config into a struct, its defaults and its part of the
//! table.

/// `doc Name at "path.", { a line per parameter } also { plain fields }`. A line is
/// `field: type, "json name", "label", kind, default, "effect on the sound", "when to use it";`.
macro_rules! section {
    (
        $(#[$doc:meta])* $name:ident at $prefix:literal, {
        $($(#[$attribute:meta])* $field:ident: $type:ty, $json:literal, $label:literal, $kind:expr, $default:expr,
            $help:literal, $usage:literal;)*
        } also {
            $($(#[$also_doc:meta])* $also:ident: $also_type:ty = $also_default:expr;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$also_doc])* pub $also: $also_type,)*
            $(#[doc = $help] #[serde(rename = $json)] $(#[$attribute])* pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($field: <$type as $crate::param::ParamValue>::from_param($default),)*
                    $($also: $also_default,)*
                }
            }
        }

        impl $name {
            /// One row for each parameter, in the order of the struct.
            pub const PARAMS: &'static [$crate::param::ParamSpec] = &[$($crate::param::ParamSpec {
                path: concat!($prefix, $json),
                name: $label,
                help: $help,
                usage: $usage,
                kind: $kind,
                default: $default,
            },)*];
        }

        impl $crate::param::Section for $name {
            fn value(&self, row: usize) -> f32 {
                const GET: &[fn(&$name) -> f32] = &[$(|section| section.$field.to_param(),)*];
                use $crate::param::ParamValue as _;
                GET.get(row).map_or(f32::NAN, |get| get(self))
            }

            fn set_value(&mut self, row: usize, value: f32) {
                const SET: &[fn(&mut $name, f32)] =
                    &[$(|section, value| section.$field = $crate::param::ParamValue::from_param(value),)*];
                if let Some(set) = SET.get(row) {
                    set(self, value);
                }
            }
        }
    };
}

pub(crate) use section;
