//! [`EnhancerConfig`]: everything that shapes the sound, in physical units, validated, `Copy`.
//!
//! Each parameter is declared once, as a row in the file of its stage: JSON name, label, range, default,
//! effect, use. The structs, their defaults and the parameter table all derive from that row. A field absent
//! from a file takes its default; an unknown field is an error that names it; no value is clamped silently.

mod error;
mod stage_id;
mod table;
mod text;

pub use crate::chain::configs::*;
pub use crate::dynamics::Detector;
pub use crate::eq::{Bands, MAX_BANDS, default_band_frequency_hz};
pub use crate::filter::{BandChannel, BandType, EqBand, FilterSlope};
pub use crate::quality::Quality;
pub use error::ConfigError;
pub use stage_id::StageId;
pub use table::ParamId;
pub use text::ParseValueError;

use crate::chain::chain;
use crate::param::ParamKind as K;
use crate::param::Unit::Db;
use crate::param::{ParamSpec, Section, section};

/// Version of the JSON schema that this build writes.
pub const SCHEMA_VERSION: u32 = 1;

/// Declares the config, and its sections in the order of the chain.
macro_rules! config {
    (
        before { $($(#[$before_doc:meta])* $before:ident: $before_room:ident::$before_stage:ident($before_config:ident),)* }
        gain { $gain:ident: $gain_room:ident::$gain_stage:ident, }
        after { $($(#[$after_doc:meta])* $after:ident: $after_room:ident::$after_stage:ident($after_config:ident),)* }
    ) => {
        section! {
            /// The whole configuration of the chain.
            EnhancerConfig at "", {
            bypass_all: bool, "bypass_all", "Bypass", K::Switch, 0.0,
                "Passes the input unchanged, delayed by the latency.",
                "Compare with the original; a host's own bypass does the same.";
            master_gain_db: f32, "master_gain", "Master Gain", K::float(-24.0, 24.0, Db), 0.0,
                "Gain before the limiter.",
                "Raise it until the limiter works as much as wanted, or match the level of the original.";
            quality: Quality, "processing_quality", "Quality", K::Choice(Quality::LABELS), 1.0,
                "Accuracy of the filters and oversampling of the harmonics and the limiter; sets the latency.",
                "`good` for listening and mixing, `best` for a master, `draft` for a slow machine.";
            } also {
            /// Version of the JSON schema, [`SCHEMA_VERSION`].
            schema_version: u32 = SCHEMA_VERSION;
            $($(#[$before_doc])* $before: $before_config = <$before_config>::default();)*
            $($(#[$after_doc])* $after: $after_config = <$after_config>::default();)*
            }
        }

        /// The rows of the table that occur once in a config: the chain's own, then each stage's.
        pub(crate) const SECTIONS: &[&[ParamSpec]] = &[
            EnhancerConfig::PARAMS,
            $(<$before_config>::PARAMS,)*
            $(<$after_config>::PARAMS,)*
        ];

        impl EnhancerConfig {
            /// The section at a place in [`SECTIONS`].
            fn section(&self, index: usize) -> &dyn Section {
                let stages: [&dyn Section; SECTIONS.len() - 1] = [$(&self.$before,)* $(&self.$after,)*];
                index.checked_sub(1).and_then(|stage| stages.get(stage).copied()).unwrap_or(self)
            }

            fn section_mut(&mut self, index: usize) -> &mut dyn Section {
                if index == 0 {
                    return self;
                }
                let stages: [&mut dyn Section; SECTIONS.len() - 1] =
                    [$(&mut self.$before,)* $(&mut self.$after,)*];
                let [first, rest @ ..] = stages;
                rest.into_iter().nth(index.wrapping_sub(2)).unwrap_or(first)
            }
        }
    };
}

chain!(config);

impl EnhancerConfig {
    /// Checks every value against its range.
    ///
    /// # Errors
    /// The first field out of range, with its value and range; or a schema version other than
    /// [`SCHEMA_VERSION`].
    ///
    /// # Realtime safety
    /// Neither the check nor the error allocates.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.schema_version != SCHEMA_VERSION {
            return Err(ConfigError::SchemaVersion { found: self.schema_version });
        }
        let used = self.equalizer.bands.len();
        for param in ParamId::all().filter(|param| param.band.is_none_or(|band| band < used)) {
            let (min, max) = param.spec.kind.range();
            let value = param.get(self);
            if !(min..=max).contains(&value) {
                return Err(ConfigError::OutOfRange { param, value });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
