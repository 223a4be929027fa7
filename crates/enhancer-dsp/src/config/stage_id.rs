//! The stages by name: everything that a host, window or document needs to present any stage.

use super::{EnhancerConfig, ParamId};
use crate::chain::chain;
use crate::chain::stages::*;
use crate::stage::Stage;

/// Declares [`StageId`].
macro_rules! stage_id {
    (
        before { $($(#[doc = $before_doc:literal])* $before:ident: $before_room:ident::$before_stage:ident($before_config:ident),)* }
        gain { $gain:ident: $gain_room:ident::$gain_stage:ident, }
        after { $($(#[doc = $after_doc:literal])* $after:ident: $after_room:ident::$after_stage:ident($after_config:ident),)* }
    ) => {
        /// A stage of the chain that can be switched on and off.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum StageId {
            $($(#[doc = $before_doc])* $before_stage,)*
            $($(#[doc = $after_doc])* $after_stage,)*
        }

        impl StageId {
            /// Every stage, in the order of processing.
            pub const ALL: &'static [Self] = &[$(Self::$before_stage,)* $(Self::$after_stage,)*];

            /// Name of the stage's section in JSON and in ids, such as `bass_boost`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$before_stage => stringify!($before),)*
                    $(Self::$after_stage => stringify!($after),)*
                }
            }

            /// Title to display, such as `Bass Boost`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$before_stage => <$before_stage as Stage>::NAME,)*
                    $(Self::$after_stage => <$after_stage as Stage>::NAME,)*
                }
            }

            /// One sentence on the stage, from `chain.rs`.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self {
                    $(Self::$before_stage => concat!($($before_doc),*).trim_ascii(),)*
                    $(Self::$after_stage => concat!($($after_doc),*).trim_ascii(),)*
                }
            }

            /// True if the stage has a gain-reduction meter.
            #[must_use]
            pub const fn reduces_gain(self) -> bool {
                match self {
                    $(Self::$before_stage => <$before_stage as Stage>::REDUCES_GAIN,)*
                    $(Self::$after_stage => <$after_stage as Stage>::REDUCES_GAIN,)*
                }
            }

            /// The parameter `enabled`, which switches the stage.
            #[must_use]
            pub const fn switch(self) -> ParamId {
                match self {
                    $(Self::$before_stage => const { Self::$before_stage.field("enabled") },)*
                    $(Self::$after_stage => const { Self::$after_stage.field("enabled") },)*
                }
            }

            /// The parameter for a single knob, such as the compressor's threshold.
            #[must_use]
            pub const fn main_param(self) -> ParamId {
                match self {
                    $(Self::$before_stage => const { Self::$before_stage.field(<$before_stage as Stage>::MAIN) },)*
                    $(Self::$after_stage => const { Self::$after_stage.field(<$after_stage as Stage>::MAIN) },)*
                }
            }
        }
    };
}

chain!(stage_id);

impl StageId {
    /// The section before the stages' holds the chain's own parameters.
    const FIRST_SECTION: usize = 1;

    /// The stage's parameters in the order of its rows; of the equalizer those outside the bands.
    pub fn params(self) -> impl Iterator<Item = ParamId> {
        ParamId::of_section(Self::FIRST_SECTION + self as usize)
    }

    /// The stage that a parameter belongs to; none for the chain's own, such as `master_gain`.
    #[must_use]
    pub fn of(param: &ParamId) -> Option<Self> {
        if param.band.is_some() {
            return Some(Self::Equalizer);
        }
        let (section, _) = param.spec.path.split_once('.')?;
        Self::ALL.iter().copied().find(|stage| stage.id() == section)
    }

    /// True if the stage is on in `config`.
    #[must_use]
    pub fn is_on(self, config: &EnhancerConfig) -> bool {
        self.switch().get(config) >= 0.5
    }

    /// The parameter of a field. Evaluated when compiling, so that a missing field does not compile.
    const fn field(self, field: &str) -> ParamId {
        ParamId::of_field(Self::FIRST_SECTION + self as usize, field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_has_a_summary_a_switch_and_a_main_parameter() {
        for &stage in StageId::ALL {
            assert_eq!(stage.switch().to_string(), format!("{}.enabled", stage.id()));
            assert!(stage.params().any(|param| param == stage.main_param()), "{}", stage.name());
            assert!(stage.summary().ends_with('.') && stage.summary().len() > 10, "{}", stage.name());
            assert!(stage.params().all(|param| StageId::of(&param) == Some(stage)));
        }
    }

    #[test]
    fn every_parameter_outside_the_top_section_belongs_to_a_stage() {
        for param in ParamId::all() {
            let top = ["bypass_all", "master_gain", "processing_quality"].contains(&param.spec.path);
            assert_eq!(StageId::of(&param).is_none(), top && param.band.is_none(), "{param}");
        }
    }
}
