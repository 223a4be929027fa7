//! The detector's own high-pass, 12 dB per octave: what lies below no longer turns everything down.

use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::filter::butterworth::{Coefficients, Highpass, tuning};
use crate::smoother::{GLIDE_MS, Smoother};

/// A copy of the block, high-passed; the block itself while the high-pass is off.
#[derive(Debug)]
pub(super) struct Sidechain {
    sample_rate_hz: f64,
    tuning: Smoother,
    /// Share of the filtered signal, 0 while off.
    filtered: Smoother,
    /// `[pair]`.
    highpasses: Box<[Highpass]>,
    copy: Block,
}

impl Sidechain {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let glide = || Smoother::new(sample_rate_hz, GLIDE_MS, 0.0);
        Self {
            sample_rate_hz,
            tuning: glide(),
            filtered: glide(),
            highpasses: vec![Highpass::default(); channels.div_ceil(2)].into_boxed_slice(),
            copy: Block::new(channels),
        }
    }

    /// Sets the corner (−3 dB); 0 is off.
    pub(super) fn set_highpass_hz(&mut self, frequency_hz: f64) {
        if frequency_hz <= 0.0 {
            self.filtered.set_target(0.0);
            return;
        }
        let tuning = tuning(frequency_hz, self.sample_rate_hz);
        if self.is_off() {
            self.highpasses.fill(Highpass::default());
            self.tuning.snap_to(tuning);
        } else {
            self.tuning.set_target(tuning);
        }
        self.filtered.set_target(1.0);
    }

    pub(super) fn reset(&mut self) {
        self.highpasses.fill(Highpass::default());
        self.tuning.snap();
        self.filtered.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        self.highpasses.iter_mut().for_each(Highpass::flush_denormals);
    }

    pub(super) fn process<'a>(&'a mut self, block: &'a Block) -> &'a Block {
        if self.is_off() {
            return block;
        }
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.filtered.fill(&mut shares[..block.frames()]);
        let mut tunings = [0.0; MAX_CHUNK_FRAMES];
        let settled = self.tuning.fill(&mut tunings[..block.frames()]);
        let fixed = Coefficients::new(self.tuning.value());
        self.copy.copy_from(block);
        for (highpass, pair) in self.highpasses.iter_mut().zip(self.copy.pairs_mut()) {
            for ((lanes, share), tuning) in pair.iter_mut().zip(shares).zip(tunings) {
                let coefficients = if settled { fixed } else { Coefficients::new(tuning) };
                let high = highpass.process(*lanes, &coefficients);
                for (sample, high) in lanes.iter_mut().zip(high) {
                    *sample = *sample * (1.0 - share) + high * share;
                }
            }
        }
        &self.copy
    }

    pub(super) fn is_off(&self) -> bool {
        self.filtered.rests_at(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_high_pass_that_is_switched_on_again_has_forgotten_what_it_heard_before() {
        let mut sidechain = Sidechain::new(48_000.0, 2);
        let mut block = Block::new(2);
        let mut hear = |sidechain: &mut Sidechain, sample: f64| {
            let mut peak = 0f64;
            for _ in 0..40 {
                block.first_pair_mut().fill([sample, -sample]);
                let heard = sidechain.process(&block).pairs().flatten().flatten().map(|sample| sample.abs());
                peak = heard.fold(peak, f64::max);
            }
            peak
        };
        sidechain.set_highpass_hz(20.0);
        assert!(hear(&mut sidechain, 1.0) > 0.5);
        sidechain.set_highpass_hz(0.0);
        assert_eq!(hear(&mut sidechain, 1.0), 1.0);
        assert!(sidechain.is_off());
        sidechain.set_highpass_hz(20.0);
        assert_eq!(hear(&mut sidechain, 0.0), 0.0, "silence is silence");
    }
}
