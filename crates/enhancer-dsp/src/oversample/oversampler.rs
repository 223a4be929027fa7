//! Runs a memoryless function at two or four times the sample rate.
//!
//! Widths are set so that the audio band up to 0.4535 of the sample rate (20 kHz at 44.1 kHz) passes untouched and
//! nothing that would fold below that edge is left. `best` steps twice: what the first filter lets through
//! around half the sample rate then still has room above before it folds.

use super::{Downsampler, Upsampler};

/// `(0.5 − 2 · 0.4535 / 2)`: from 0.4535 of the sample rate to its mirror about one half, seen from twice the rate.
pub(super) const FIRST_TRANSITION: f64 = 0.5 - 0.4535;

/// The second step passes what the first one lets through, up to 0.5465 of the sample rate, seen from four times the rate.
pub(super) const SECOND_TRANSITION: f64 = 0.5 - 2.0 * 0.5465 / 4.0;

/// Something that runs a function of `I` signals, giving `O` signals, at a higher rate.
pub trait Oversample<const I: usize, const O: usize> {
    /// The sample of the output that follows from a sample of the input.
    ///
    /// # Realtime safety
    /// Constant time if `function` is.
    fn process(&mut self, input: [f64; I], function: impl Fn([f64; I]) -> [f64; O]) -> [f64; O];

    /// Forgets the past.
    fn reset(&mut self);

    /// Sets states too small to matter to zero.
    fn flush_denormals(&mut self);
}

/// Twice the rate, stopband −78 dB: 6 all-passes a filter.
#[derive(Debug, Clone)]
pub struct Oversampler2<const I: usize, const O: usize> {
    up: Upsampler<6, I>,
    down: Downsampler<6, O>,
}

impl<const I: usize, const O: usize> Oversampler2<I, O> {
    /// Filters at rest.
    #[must_use]
    pub fn new() -> Self {
        Self { up: Upsampler::new(FIRST_TRANSITION), down: Downsampler::new(FIRST_TRANSITION) }
    }
}

impl<const I: usize, const O: usize> Default for Oversampler2<I, O> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const I: usize, const O: usize> Oversample<I, O> for Oversampler2<I, O> {
    #[inline(always)]
    fn process(&mut self, input: [f64; I], function: impl Fn([f64; I]) -> [f64; O]) -> [f64; O] {
        self.down.process(self.up.process(input).map(function))
    }

    fn reset(&mut self) {
        self.up.reset();
        self.down.reset();
    }

    fn flush_denormals(&mut self) {
        self.up.flush_denormals();
        self.down.flush_denormals();
    }
}

/// Four times the rate in two steps, stopbands −104 and −109 dB: 8 and 4 all-passes a filter.
#[derive(Debug, Clone)]
pub struct Oversampler4<const I: usize, const O: usize> {
    up: Upsampler<8, I>,
    up_again: Upsampler<4, I>,
    down_first: Downsampler<4, O>,
    down: Downsampler<8, O>,
}

impl<const I: usize, const O: usize> Oversampler4<I, O> {
    /// Filters at rest.
    #[must_use]
    pub fn new() -> Self {
        Self {
            up: Upsampler::new(FIRST_TRANSITION),
            up_again: Upsampler::new(SECOND_TRANSITION),
            down_first: Downsampler::new(SECOND_TRANSITION),
            down: Downsampler::new(FIRST_TRANSITION),
        }
    }
}

impl<const I: usize, const O: usize> Default for Oversampler4<I, O> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const I: usize, const O: usize> Oversample<I, O> for Oversampler4<I, O> {
    #[inline(always)]
    fn process(&mut self, input: [f64; I], function: impl Fn([f64; I]) -> [f64; O]) -> [f64; O] {
        let doubled = self.up.process(input);
        let made =
            doubled.map(|sample| self.down_first.process(self.up_again.process(sample).map(&function)));
        self.down.process(made)
    }

    fn reset(&mut self) {
        self.up.reset();
        self.up_again.reset();
        self.down_first.reset();
        self.down.reset();
    }

    fn flush_denormals(&mut self) {
        self.up.flush_denormals();
        self.up_again.flush_denormals();
        self.down_first.flush_denormals();
        self.down.flush_denormals();
    }
}
