//! Where a band's fields stand among the parameters.

use super::Slot;
use std::collections::HashMap;

/// The fields of a band in the table's order.
#[derive(Debug, Clone, Copy)]
pub struct BandSlots {
    /// Switch.
    pub enabled: Slot,
    /// Shape.
    pub kind: Slot,
    /// Hz.
    pub frequency: Slot,
    /// dB.
    pub gain: Slot,
    /// Narrowness.
    pub q: Slot,
    /// Steepness.
    pub slope: Slot,
    /// What it works on.
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

    /// All of them.
    #[must_use]
    pub fn all(self) -> [Slot; 7] {
        [self.enabled, self.kind, self.frequency, self.gain, self.q, self.slope, self.channel]
    }
}
