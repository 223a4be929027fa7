//! The stages of a chain, in the order of `chain.rs`.

use super::switched::Switched;
use crate::block::Block;
use crate::chain::chain;
use crate::chain::stages::*;
use crate::config::{EnhancerConfig, Quality, StageId};
use crate::stage::Stage;
use crate::tail::Tail;

/// Declares [`Stages`].
macro_rules! stages {
    (
        before { $($(#[$before_doc:meta])* $before:ident: $before_room:ident::$before_stage:ident($before_config:ident),)* }
        gain { $gain:ident: $gain_room:ident::$gain_stage:ident, }
        after { $($(#[$after_doc:meta])* $after:ident: $after_room:ident::$after_stage:ident($after_config:ident),)* }
    ) => {
        stages!(
            { $($before: $before_stage,)* $gain: $gain_stage, $($after: $after_stage,)* }
            { $($before: $before_stage,)* $($after: $after_stage,)* }
        );
    };
    ({ $($field:ident: $stage:ident,)* } { $($switched:ident: $id:ident,)* }) => {
        /// One instance of every stage.
        #[derive(Debug)]
        pub(super) struct Stages {
            $($field: Switched<$stage>,)*
        }

        impl Stages {
            /// Every stage at rest. Allocates.
            pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
                Self { $($field: Switched::new(sample_rate_hz, channels),)* }
            }

            pub(super) fn set_config(&mut self, config: &EnhancerConfig) {
                $(self.$field.set_config(&config.$field, config.quality);)*
            }

            pub(super) fn process(&mut self, block: &mut Block) {
                $(self.$field.process(block);)*
            }

            pub(super) fn reset(&mut self) {
                $(self.$field.reset();)*
            }

            pub(super) fn flush_denormals(&mut self) {
                $(self.$field.flush_denormals();)*
            }

            pub(super) fn add_tail(&self, config: &EnhancerConfig, tail: &mut Tail) {
                $(self.$field.add_tail(&config.$field, tail);)*
            }

            /// Latency of the whole chain, frames.
            pub(super) fn latency_frames(sample_rate_hz: f64, quality: Quality) -> usize {
                [$(<$stage>::latency_frames(sample_rate_hz, quality),)*].iter().sum()
            }

            /// Largest gain reduction of each stage within the last block, dB, in the order of
            /// [`StageId::ALL`].
            pub(super) fn gain_reductions_db(&self) -> [f64; StageId::ALL.len()] {
                [$(self.$switched.gain_reduction_db(),)*]
            }
        }
    };
}

chain!(stages);
