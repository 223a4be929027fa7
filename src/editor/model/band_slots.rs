//! Indices of a band's fields among the parameters.

use super::Slot;
use std::collections::HashMap;

/// Indices of a band's fields, in the table's order.
#[derive(Debug, Clone, Copy)]
pub struct BandSlots {
    /// On/off switch of the band.
    pub enabled: Slot,
    /// Type: peak, low-pass, shelf …
    pub kind: Slot,
    /// Centre or corner frequency, Hz.
    pub frequency: Slot,
    /// Gain, dB; unused by passes and notches.
    pub gain: Slot,
    /// Quality factor, 0.1 to 40.
    pub q: Slot,
    /// Slope of the passes, dB/octave.
    pub slope: Slot,
    /// Channels: stereo, left, right, mid or side.
    pub channel: Slot,
}

impl BandSlots {
    pub(super) fn of(band: usize, slots: &HashMap<String, Slot>) -> Self {
        let slot = |field: &str| slots[&format!("equalizer.bands.{band}.{field}")];
        Self {
            enabled: slot("enabled"),
            kind: slot("type"),
            frequency: slot("frequency"),
            gain: slot("gain"),
            q: slot("q"),
            slope: slot("slope"),
            channel: slot("channel"),
        }
    }

    /// All seven, in the table's order.
    #[must_use]
    pub fn all(self) -> [Slot; 7] {
        [self.enabled, self.kind, self.frequency, self.gain, self.q, self.slope, self.channel]
    }
}
