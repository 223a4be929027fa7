//! What hosts know the plugin by. Projects that use it break if any of it changes, so nothing here ever does.

use crate::AudioEnhancer;
use crate::remote_controls;
use nice_plug::prelude::*;

/// Name in a host's list.
pub(crate) const NAME: &str = "Audio Enhancer";
/// Maker in a host's list.
pub(crate) const VENDOR: &str = "Audio Enhancer";
/// Page of the product, and the stem of its LV2 URI.
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
