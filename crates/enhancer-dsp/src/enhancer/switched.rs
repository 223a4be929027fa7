//! A stage that can be switched on and off with a crossfade, and that costs nothing while off.

use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::config::Quality;
use crate::smoother::{CROSSFADE_MS, Smoother};

/// A stage without latency, working in place.
pub(crate) trait Stage {
    /// The stage's part of the config.
    type Config;

    /// Takes over a valid config; values glide.
    fn set_config(&mut self, config: &Self::Config, quality: Quality);

    /// Processes the block in place.
    fn process(&mut self, block: &mut Block);

    /// Forgets the past and ends every glide at its target.
    fn reset(&mut self);

    /// Sets states too small to matter to zero; called every [`MAX_CHUNK_FRAMES`] frames.
    fn flush_denormals(&mut self);
}

#[derive(Debug)]
pub(super) struct Switched<S> {
    stage: S,
    /// 1 where the stage is heard, 0 where it is passed by.
    passed_by: Smoother,
    dry: Block,
}

impl<S: Stage> Switched<S> {
    pub(super) fn new(stage: S, sample_rate_hz: f64, channels: usize) -> Self {
        let passed_by = Smoother::new(sample_rate_hz, CROSSFADE_MS, 1.0);
        Self { stage, passed_by, dry: Block::new(channels) }
    }

    pub(super) fn stage(&self) -> &S {
        &self.stage
    }

    pub(super) fn set_config(&mut self, config: &S::Config, enabled: bool, quality: Quality) {
        self.stage.set_config(config, quality);
        if enabled && self.is_off() {
            self.stage.reset();
        }
        self.passed_by.set_target(if enabled { 0.0 } else { 1.0 });
    }

    pub(super) fn process(&mut self, block: &mut Block) {
        if self.is_off() {
            return;
        }
        if self.passed_by.is_settled() {
            self.stage.process(block);
            return;
        }
        self.dry.copy_from(block);
        self.stage.process(block);
        crossfade(&mut self.passed_by, block, &self.dry);
    }

    pub(super) fn reset(&mut self) {
        self.stage.reset();
        self.passed_by.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        // A stage that is off is reset before it works again.
        if !self.is_off() {
            self.stage.flush_denormals();
        }
    }

    fn is_off(&self) -> bool {
        self.passed_by.rests_at(1.0)
    }
}

/// Mixes `dry` into `block` by `share`; at exactly 1 the result is `dry` to the bit.
pub(super) fn crossfade(share: &mut Smoother, block: &mut Block, dry: &Block) {
    let mut shares = [0.0; MAX_CHUNK_FRAMES];
    share.fill(&mut shares[..block.frames()]);
    for (wet, dry) in block.pairs_mut().zip(dry.pairs()) {
        for ((wet, dry), share) in wet.iter_mut().zip(dry).zip(shares) {
            for (wet, dry) in wet.iter_mut().zip(dry) {
                *wet = if share == 1.0 { *dry } else { *wet + share * (dry - *wet) };
            }
        }
    }
}
