//! Gains that glide: the master gain, and the gain of any block.

use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::quality::Quality;
use crate::smoother::{GLIDE_MS, Smoother};
use crate::stage::Stage;
use crate::tail::Tail;
use crate::units::db_to_gain;

/// The gain between the effects and the limiter. Its config is one number, dB.
#[derive(Debug)]
pub struct MasterGain(Smoother);

impl Stage for MasterGain {
    type Config = f32;

    const NAME: &'static str = "Master Gain";
    const MAIN: &'static str = "master_gain";

    fn new(sample_rate_hz: f64, _channels: usize) -> Self {
        Self(Smoother::new(sample_rate_hz, GLIDE_MS, 1.0))
    }

    fn is_enabled(&self, _gain_db: &f32) -> bool {
        true
    }

    fn set_config(&mut self, gain_db: &f32, _quality: Quality) {
        self.0.set_target(db_to_gain(f64::from(*gain_db)));
    }

    fn process(&mut self, block: &mut Block) {
        apply(&mut self.0, block);
    }

    fn reset(&mut self) {
        self.0.snap();
    }

    fn flush_denormals(&mut self) {}

    fn add_tail(&self, gain_db: &f32, tail: &mut Tail) {
        tail.add_gain_db(f64::from(*gain_db));
    }
}

/// Multiplies the block by a gliding gain. At exactly 1 it changes no bit.
pub(crate) fn apply(gain: &mut Smoother, block: &mut Block) {
    if gain.rests_at(1.0) {
        return;
    }
    let mut gains = [0.0; MAX_CHUNK_FRAMES];
    gain.fill(first_frames_mut(&mut gains, block.frames()));
    for pair in block.pairs_mut() {
        for (lanes, gain) in pair.iter_mut().zip(gains) {
            *lanes = lanes.map(|sample| sample * gain);
        }
    }
}
