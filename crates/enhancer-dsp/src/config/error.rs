//! Errors of a configuration.

use super::ParamId;
use super::SCHEMA_VERSION;

/// The reason why a configuration is refused. `Copy`, so that a refusal never allocates on the audio thread.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A value outside its range, or not a number.
    #[error("`{param}` is {value}, outside {} to {}{}", param.spec.kind.range().0,
        param.spec.kind.range().1, unit(param))]
    OutOfRange {
        /// The field out of range.
        param: ParamId,
        /// Value of the field, in its unit.
        value: f32,
    },
    /// A schema version other than [`SCHEMA_VERSION`].
    #[error("`schema_version` is {found}, but this build reads {SCHEMA_VERSION}")]
    SchemaVersion {
        /// The version in the configuration.
        found: u32,
    },
}

fn unit(param: &ParamId) -> String {
    match param.spec.kind {
        crate::param::ParamKind::Float { unit, .. } if unit != crate::param::Unit::None => {
            format!(" {}", unit.symbol())
        }
        _ => String::new(),
    }
}
