//! The identity of the plugin in CLAP and VST3 hosts: ids, name and classes. Projects find the plugin by
//! these values, so they never change.

use crate::AudioEnhancer;
use crate::remote_controls;
use nice_plug::prelude::*;

/// The plugin's name in a host's list.
pub(crate) const NAME: &str = "Audio Enhancer";
/// The vendor's name in a host's list.
pub(crate) const VENDOR: &str = "Audio Enhancer";
/// The product's home page and the prefix of its LV2 URIs.
pub(crate) const URL: &str = "https://audio-enhancer.github.io";

impl ClapPlugin for AudioEnhancer {
    const CLAP_ID: &'static str = "io.github.audio-enhancer";
    const CLAP_DESCRIPTION: Option<&'static str> =
        Some("Equalizer, compressor, bass and treble with harmonics, stereo width and a true-peak limiter");
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::MultiEffects,
        ClapFeature::Mastering,
        ClapFeature::Equalizer,
        ClapFeature::Compressor,
        ClapFeature::Limiter,
        ClapFeature::Stereo,
        ClapFeature::Mono,
        ClapFeature::Surround,
    ];

    fn remote_controls(&self, context: &mut impl RemoteControlsContext) {
        remote_controls::define(&self.enhancer_params(), context);
    }
}

impl Vst3Plugin for AudioEnhancer {
    const VST3_CLASS_ID: [u8; 16] = *b"AudioEnhancerRs1";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Mastering, Vst3SubCategory::Eq, Vst3SubCategory::Dynamics];
}
