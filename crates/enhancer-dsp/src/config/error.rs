//! What can be wrong with a configuration.

use super::ParamId;
use super::SCHEMA_VERSION;

/// A configuration that can't be used. `Copy`, so that refusing one costs the audio thread nothing.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A value outside its range, or not a number.
    #[error("`{param}` is {value}, outside {} to {}{}; choose a value in that range", param.spec.kind.range().0,
        param.spec.kind.range().1, unit(param))]
    OutOfRange {
        /// The field.
        param: ParamId,
        /// What it was.
        value: f32,
    },
    /// A schema version that this build does not know.
    #[error(
        "`schema_version` is {found}, but this build reads {SCHEMA_VERSION}; update the program to read newer files"
    )]
    SchemaVersion {
        /// What it was.
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
