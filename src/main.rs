//! Audio Enhancer as a program of its own: sound comes in from JACK or a sound card and goes out enhanced.

use nice_plug::prelude::nice_export_standalone;

fn main() {
    nice_export_standalone::<audio_enhancer::AudioEnhancer>();
}
