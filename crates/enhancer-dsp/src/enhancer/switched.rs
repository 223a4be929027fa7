//! Switches a stage on and off with a crossfade; a stage that is off costs no processor time.

use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::quality::Quality;
use crate::smoother::{CROSSFADE_MS, Smoother};
use crate::stage::Stage;
use crate::tail::Tail;

#[derive(Debug)]
pub(super) struct Switched<S> {
    stage: S,
    /// Share of the unprocessed signal: 0 where the stage is fully on, 1 where it is off.
    bypassed: Smoother,
    dry: Block,
}

impl<S: Stage> Switched<S> {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let bypassed = Smoother::new(sample_rate_hz, CROSSFADE_MS, 1.0);
        Self { stage: S::new(sample_rate_hz, channels), bypassed, dry: Block::new(channels) }
    }

    pub(super) fn set_config(&mut self, config: &S::Config, quality: Quality) {
        let enabled = self.stage.is_enabled(config);
        self.stage.set_config(config, quality);
        if enabled && self.is_off() {
            self.stage.reset();
        }
        self.bypassed.set_target(if enabled { 0.0 } else { 1.0 });
    }

    pub(super) fn process(&mut self, block: &mut Block) {
        if self.is_off() {
            return;
        }
        if self.bypassed.is_settled() {
            self.stage.process(block);
            return;
        }
        self.dry.copy_from(block);
        self.stage.process(block);
        crossfade(&mut self.bypassed, block, &self.dry);
    }

    pub(super) fn reset(&mut self) {
        self.stage.reset();
        self.bypassed.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        // A stage that is off is reset before it works again.
        if !self.is_off() {
            self.stage.flush_denormals();
        }
    }

    pub(super) fn add_tail(&self, config: &S::Config, tail: &mut Tail) {
        if self.stage.is_enabled(config) {
            self.stage.add_tail(config, tail);
        }
    }

    /// Largest gain reduction within the last block, dB; 0 while the stage is off.
    pub(super) fn gain_reduction_db(&self) -> f64 {
        if self.is_off() { 0.0 } else { self.stage.gain_reduction_db() }
    }

    fn is_off(&self) -> bool {
        self.bypassed.rests_at(1.0)
    }
}

/// Mixes `dry` into `block` by `share`; at exactly 1 the result is `dry` to the bit.
pub(super) fn crossfade(share: &mut Smoother, block: &mut Block, dry: &Block) {
    let mut shares = [0.0; MAX_CHUNK_FRAMES];
    share.fill(first_frames_mut(&mut shares, block.frames()));
    for (wet, dry) in block.pairs_mut().zip(dry.pairs()) {
        for ((wet, dry), share) in wet.iter_mut().zip(dry).zip(shares) {
            for (wet, dry) in wet.iter_mut().zip(dry) {
                *wet = if share == 1.0 { *dry } else { *wet + share * (dry - *wet) };
            }
        }
    }
}
