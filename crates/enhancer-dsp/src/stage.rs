//! A stage: one effect of the chain, with its rows of the parameter table.
//!
//! A stage is three files: its own (rows, [`Stage`], documentation), the test of its law in `tests/`, and its
//! panel in the editor. One line in `chain.rs` puts it into the chain; everything else derives from the rows
//! and this trait: the config, host parameters, pages of control surfaces, LV2 ports, export notes, the Go
//! struct, tail, latency, meters, benchmarks and docs/PARAMETERS.md.

use crate::block::Block;
use crate::filter::BandChannel;
use crate::quality::Quality;
use crate::tail::Tail;
use realfft::num_complex::Complex64;

/// One effect of the chain, at work on a [`Block`] in place.
///
/// ```
/// use enhancer_dsp::block::Block;
/// use enhancer_dsp::config::{BassBoostConfig, Quality};
/// use enhancer_dsp::stage::Stage;
/// use enhancer_dsp::tone::BassBoost;
///
/// let mut boost = BassBoost::new(48_000.0, 2);
/// boost.set_config(&BassBoostConfig::default(), Quality::Good);
/// boost.reset();
/// let mut block = Block::new(2);
/// block.first_pair_mut().fill([0.25, 0.25]);
/// boost.process(&mut block);
/// assert!(block.first_pair_mut().iter().flatten().all(|sample| sample.is_finite()));
/// ```
pub trait Stage {
    /// The stage's section of the config.
    type Config;

    /// Title in hosts, in the editor and in documents.
    const NAME: &'static str;

    /// Field name of the parameter that a single knob for this stage sets.
    const MAIN: &'static str;

    /// True if [`gain_reduction_db`](Self::gain_reduction_db) reports a reduction, which hosts and the editor
    /// display.
    const REDUCES_GAIN: bool = false;

    /// A stage at rest with the default config, for 1 to 8 channels. Allocates everything it will need.
    fn new(sample_rate_hz: f64, channels: usize) -> Self;

    /// True if `config` asks for any effect. The chain crossfades a stage in and out and skips it while it is
    /// off. A stage with latency returns true always and switches itself, because it must go on delaying.
    fn is_enabled(&self, config: &Self::Config) -> bool;

    /// Applies a valid config; values glide to within 1e-4 of the change in 20 ms.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    fn set_config(&mut self, config: &Self::Config, quality: Quality);

    /// Processes the block in place.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    fn process(&mut self, block: &mut Block);

    /// Clears the past and ends every glide at its target.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    fn reset(&mut self);

    /// Sets states too small to matter to zero; called every
    /// [`MAX_CHUNK_FRAMES`](crate::block::MAX_CHUNK_FRAMES) frames.
    fn flush_denormals(&mut self);

    /// Frames by which the output lags the input, the same whether the stage is on or off.
    #[must_use]
    fn latency_frames(_sample_rate_hz: f64, _quality: Quality) -> usize {
        0
    }

    /// Adds the stage's share of the time that the chain sounds on after its input, for an enabled stage.
    fn add_tail(&self, _config: &Self::Config, _tail: &mut Tail) {}

    /// Largest gain reduction within the last block, dB, 0 or more.
    #[must_use]
    fn gain_reduction_db(&self) -> f64 {
        0.0
    }

    /// The response of the filters of a settled stage with this config; 1 for stages without filters.
    ///
    /// The function returned takes a frequency, 0 to half the sample rate, Hz, and a channel: for left,
    /// right, mid or side it includes the parts that act on all channels. It uses the coefficients that the
    /// stage runs with, so a drawing of it equals the sound. `enabled`, harmonics and parts that mix left and
    /// right have no influence.
    #[must_use]
    fn response(
        _config: &Self::Config,
        _sample_rate_hz: f64,
        _quality: Quality,
    ) -> impl Fn(f64, BandChannel) -> Complex64 {
        |_, _| Complex64::ONE
    }
}
