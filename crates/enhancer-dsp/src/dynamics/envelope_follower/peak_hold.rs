//! The peak detector: a sliding maximum, so a steady tone reads a constant level.
//!
//! A one-pole peak detector sags between the peaks of a wave. It reads a sine low, and its ripple modulates
//! the gain at twice the tone's frequency. A maximum over half a period or more of the lowest tone does
//! neither.
//!
//! The window has up to 32 slots, each stored as its maximum. A peak is held for `hold` frames or longer, by
//! less than two slots.

use super::peak_powers;
use crate::block::{Block, MAX_CHUNK_FRAMES};

const SLOTS: usize = 32;

/// Sliding maximum over all channels.
#[derive(Debug, Clone)]
pub(super) struct PeakHold {
    /// Frames per slot.
    slot_frames: usize,
    /// Full slots in the window, 1 to 32.
    slots: usize,
    /// Maxima of the full slots, newest first.
    past: [f64; SLOTS],
    past_peak: f64,
    peak: f64,
    /// Frames in the current slot.
    filled: usize,
}

impl PeakHold {
    pub(super) fn new() -> Self {
        Self { slot_frames: 1, slots: 1, past: [0.0; SLOTS], past_peak: 0.0, peak: 0.0, filled: 0 }
    }

    /// Sets the shortest hold of a peak.
    pub(super) fn set_hold_frames(&mut self, hold_frames: f64) {
        let hold = (hold_frames.round().max(1.0)) as usize;
        self.slot_frames = hold.div_ceil(SLOTS);
        self.slots = hold.div_ceil(self.slot_frames);
    }

    /// Hold of a peak in frames, the mean over its positions in a slot.
    pub(super) fn mean_hold_frames(&self) -> f64 {
        (self.slots as f64 + 0.5) * self.slot_frames as f64
    }

    pub(super) fn reset(&mut self) {
        self.past = [0.0; SLOTS];
        self.past_peak = 0.0;
        self.peak = 0.0;
        self.filled = 0;
    }

    /// Writes the power (the square) of the highest held peak at each frame.
    pub(super) fn process(&mut self, block: &Block, powers: &mut [f64]) {
        debug_assert!(powers.len() <= MAX_CHUNK_FRAMES);
        peak_powers(block, powers);
        let mut rest = powers;
        while !rest.is_empty() {
            if self.filled >= self.slot_frames {
                self.begin_slot();
            }
            let frames = (self.slot_frames - self.filled).min(rest.len());
            let (run, next) = rest.split_at_mut(frames);
            for power in run {
                self.peak = self.peak.max(*power);
                *power = self.peak.max(self.past_peak);
            }
            self.filled += frames;
            rest = next;
        }
    }

    fn begin_slot(&mut self) {
        self.past.copy_within(..SLOTS - 1, 1);
        self.past[0] = self.peak;
        self.past_peak = self.past.iter().take(self.slots).fold(0.0, |peak, &slot| peak.max(slot));
        self.peak = 0.0;
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_is_held_for_the_window_and_less_than_two_slots_more() {
        for (hold, position) in [(1200.0, 0), (1200.0, 17), (960.0, 999), (10.0, 3), (1.0, 5), (33.0, 2)] {
            let mut peak_hold = PeakHold::new();
            peak_hold.set_hold_frames(hold);
            let mut levels = Vec::new();
            for chunk in 0..60 {
                let mut block = Block::new(2);
                for (frame, lanes) in block.first_pair_mut().iter_mut().enumerate() {
                    lanes[1] = if chunk * MAX_CHUNK_FRAMES + frame == position { -0.5 } else { 0.0 };
                }
                let mut powers = [0.0; MAX_CHUNK_FRAMES];
                peak_hold.process(&block, &mut powers);
                levels.extend(powers);
            }
            assert!(levels[..position].iter().all(|&power| power == 0.0));
            let held = levels.iter().filter(|&&power| power == 0.25).count();
            assert_eq!(levels[position + held..].iter().sum::<f64>(), 0.0, "held without a gap");
            let slot = (hold / SLOTS as f64).ceil();
            assert!(held as f64 >= hold && held as f64 <= hold + 2.0 * slot, "{held} for {hold}");
            assert!((held as f64 - peak_hold.mean_hold_frames()).abs() <= 0.5 * slot + 0.5);
        }
    }
}
