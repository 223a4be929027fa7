//! The macro that turns one declaration into a config struct, its defaults and its rows of the parameter table.

/// `doc Name at "path.", |config, band| place, { a line per parameter } also { plain fields }`.
macro_rules! section {
    (
        $(#[$doc:meta])* $name:ident at $prefix:literal, |$config:ident, $band:ident| $place:expr, {
        $($(#[$attribute:meta])* $field:ident: $type:ty, $json:literal, $label:literal, $kind:expr, $default:expr,
            $help:literal;)*
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
                    $($field: <$type as crate::param::ParamValue>::from_param($default),)*
                    $($also: $also_default,)*
                }
            }
        }

        impl $name {
            pub(crate) const PARAMS: &'static [ParamSpec] = &[$(ParamSpec {
                path: concat!($prefix, $json),
                name: $label,
                help: $help,
                kind: $kind,
                default: $default,
                get: |$config, $band| {
                    let _ = $band;
                    crate::param::ParamValue::to_param($place.$field)
                },
                set: |$config, $band, value| {
                    let _ = $band;
                    $place.$field = crate::param::ParamValue::from_param(value);
                },
            },)*];
        }
    };
}

pub(super) use section;
