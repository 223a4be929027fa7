//! The list of equalizer bands: a fixed array, so that the config stays `Copy`.

use crate::bounds::{part, part_mut};
use crate::filter::EqBand;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most bands a config has.
pub const MAX_BANDS: usize = 16;

/// Frequency of a band slot that sets none: 25 Hz to 16 kHz over the 16 slots, log-spaced, to three digits.
const DEFAULT_FREQUENCIES_HZ: [f32; MAX_BANDS] = [
    25.0, 38.5, 59.2, 91.0, 140.0, 215.0, 331.0, 510.0, 784.0, 1210.0, 1860.0, 2860.0, 4390.0, 6760.0,
    10_400.0, 16_000.0,
];

/// Frequency of a band slot that sets none, Hz: 25 Hz to 16 kHz over the 16 slots, log-spaced, to three
/// digits.
#[must_use]
pub fn default_band_frequency_hz(slot: usize) -> f32 {
    DEFAULT_FREQUENCIES_HZ.get(slot).copied().unwrap_or(16_000.0)
}

/// The bands in use, in order; at most [`MAX_BANDS`].
#[derive(Clone, Copy)]
pub struct Bands {
    /// Beyond `len`: default bands at their slots' frequencies.
    slots: [EqBand; MAX_BANDS],
    len: usize,
}

impl Bands {
    /// The band in `slot`, if in use.
    pub fn get_mut(&mut self, slot: usize) -> Option<&mut EqBand> {
        self.as_mut_slice().get_mut(slot)
    }

    /// The bands in use.
    #[must_use]
    pub fn as_slice(&self) -> &[EqBand] {
        part(&self.slots, ..self.len)
    }

    /// The bands in use.
    pub fn as_mut_slice(&mut self) -> &mut [EqBand] {
        part_mut(&mut self.slots, ..self.len)
    }

    /// The band in `slot` (modulo [`MAX_BANDS`]), in use or not.
    #[expect(clippy::indexing_slicing, reason = "the remainder is below MAX_BANDS")]
    pub(crate) fn slot(&self, slot: usize) -> &EqBand {
        &self.slots[slot % MAX_BANDS]
    }

    /// The band in `slot` (modulo [`MAX_BANDS`]), in use or not.
    #[expect(clippy::indexing_slicing, reason = "the remainder is below MAX_BANDS")]
    pub(crate) fn slot_mut(&mut self, slot: usize) -> &mut EqBand {
        &mut self.slots[slot % MAX_BANDS]
    }

    /// Appends a band; false, changing nothing, when all slots are taken.
    pub fn push(&mut self, band: EqBand) -> bool {
        let free = self.slots.get_mut(self.len);
        if let Some(slot) = free {
            *slot = band;
            self.len += 1;
            return true;
        }
        false
    }

    /// Drops the bands at the end that are switched off and otherwise as a fresh slot, which sound like none.
    ///
    /// # Realtime safety
    /// Constant time.
    pub fn drop_unused_end(&mut self) {
        while let Some(slot) = self.len.checked_sub(1) {
            let fresh = EqBand { frequency_hz: default_band_frequency_hz(slot), ..EqBand::default() };
            let Some(band) = self.slots.get_mut(slot) else { return };
            if *band != (EqBand { enabled: false, ..fresh }) {
                return;
            }
            *band = fresh;
            self.len = slot;
        }
    }

    /// Takes `slot` and those before it into use: switched off and at their slots' frequencies where they
    /// were not, `slot` itself switched on.
    pub fn extend_to(&mut self, slot: usize) {
        while self.len <= slot.min(MAX_BANDS - 1) {
            let (enabled, frequency_hz) = (self.len == slot, default_band_frequency_hz(self.len));
            self.push(EqBand { enabled, frequency_hz, ..EqBand::default() });
        }
    }
}

impl core::ops::Deref for Bands {
    type Target = [EqBand];
    fn deref(&self) -> &[EqBand] {
        self.as_slice()
    }
}

/// Takes the first [`MAX_BANDS`] bands.
impl FromIterator<EqBand> for Bands {
    fn from_iter<I: IntoIterator<Item = EqBand>>(bands: I) -> Self {
        let mut list = Self::default();
        for band in bands.into_iter().take(MAX_BANDS) {
            list.push(band);
        }
        list
    }
}

impl Default for Bands {
    fn default() -> Self {
        let slot = |slot| EqBand { frequency_hz: default_band_frequency_hz(slot), ..EqBand::default() };
        Self { slots: core::array::from_fn(slot), len: 0 }
    }
}

impl PartialEq for Bands {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl core::fmt::Debug for Bands {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

impl Serialize for Bands {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Bands {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(BandsVisitor)
    }
}

struct BandsVisitor;

impl<'de> Visitor<'de> for BandsVisitor {
    type Value = Bands;

    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "a list of at most {MAX_BANDS} bands")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Bands, A::Error> {
        let mut bands = Bands::default();
        while let Some(mut band) = seq.next_element::<EqBand>()? {
            if band.frequency_hz.is_nan() {
                band.frequency_hz = default_band_frequency_hz(bands.len);
            }
            if !bands.push(band) {
                return Err(A::Error::custom(format_args!(
                    "more than {MAX_BANDS} bands; remove some or merge neighbours"
                )));
            }
        }
        Ok(bands)
    }
}
