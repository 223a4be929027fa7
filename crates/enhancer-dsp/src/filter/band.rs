//! One filter as a config describes it: shape, frequency, gain, Q, slope and channel.

use crate::param::ParamKind as K;
use crate::param::Unit::{Db, Hz, None as Bare};
use crate::param::{as_text, choice, section};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Q of a band that sets none: 1/√2 to the digits that files carry, no resonance.
#[allow(clippy::approx_constant, reason = "the JSON default is written with four digits")]
const DEFAULT_Q: f32 = 0.7071;

/// Stands for an absent `frequency` until the list of bands fills in the slot's own. JSON has no such number.
fn unset_frequency() -> f32 {
    f32::NAN
}

section! {
    /// One band of the equalizer.
    EqBand at "", {
    enabled: bool, "enabled", "On", K::Switch, 1.0, "Switches the band.",
        "Compare the sound with and without the band; a band that is off costs no processor time.";
    kind: BandType, "type", "Type", K::Choice(BandType::LABELS), 0.0, "Shape of the band's response.",
        "Bells shape one range, shelves an end of the spectrum; passes and notches remove.";
    #[serde(default = "unset_frequency")]
    frequency_hz: f32, "frequency", "Frequency", K::log(10.0, 30_000.0, Hz), 1000.0,
        "Centre of a bell, notch or band-pass; corner of a pass; midpoint of a shelf or tilt. Above 0.49 of the sample rate the response is that of the prototype within the audio band.",
        "Sweep a narrow boost to find a resonance, then cut there.";
    gain_db: f32, "gain", "Gain", K::float(-24.0, 24.0, Db), 0.0,
        "Boost or cut of a bell, shelf or tilt; low-pass, high-pass, notch and band-pass ignore it.",
        "Start with 3 dB; cut rather than boost where both would do.";
    q: f32, "q", "Q", K::log(0.1, 40.0, Bare), DEFAULT_Q,
        "Narrowness: centre frequency divided by bandwidth. Passes and shelves without resonance have 0.7071.",
        "0.7 for tone, 4 and more for resonances and hum.";
    slope: FilterSlope, "slope", "Slope", K::Choice(FilterSlope::LABELS), 1.0,
        "Steepness of a low-pass or high-pass, dB per octave; other types ignore it.",
        "12 to thin out gently, 24 and more to remove rumble close to the music.";
    channel: BandChannel, "channel", "Channel", K::Choice(BandChannel::LABELS), 0.0,
        "Signal that the band filters: all channels, left, right, mid (sum) or side (difference).",
        "Side for air and width without touching the voice, mid for the voice alone.";
    } also {
    }
}

choice! {
    /// Shape of a band's response; the prototypes are R. Bristow-Johnson's, *Audio EQ Cookbook*.
    BandType {
        /// Bell: boost or cut around the frequency.
        Peak = "peak",
        /// Passes frequencies below `frequency`.
        Lowpass = "lowpass",
        /// Passes frequencies above `frequency`.
        Highpass = "highpass",
        /// Boosts or cuts frequencies below `frequency`.
        Lowshelf = "lowshelf",
        /// Boosts or cuts frequencies above `frequency`.
        Highshelf = "highshelf",
        /// Removes a narrow range around `frequency`.
        Notch = "notch",
        /// Passes a range around `frequency`.
        Bandpass = "bandpass",
        /// Tilts the spectrum about `frequency`: up by `gain` above it, down by `gain` below.
        Tilt = "tilt",
    }
}
as_text!(BandType);

impl BandType {
    /// True for the shapes that use the band's gain.
    #[must_use]
    pub const fn has_gain(self) -> bool {
        matches!(self, Self::Peak | Self::Lowshelf | Self::Highshelf | Self::Tilt)
    }
}

choice! {
    /// Signal that a band filters. With one channel, left and mid are that channel, right and side are
    /// silent; with more than two channels, left, right, mid and side are those of the first pair.
    BandChannel {
        /// All channels.
        Stereo = "stereo",
        /// Left channel of the first pair.
        Left = "left",
        /// Right channel of the first pair.
        Right = "right",
        /// Half the sum of left and right.
        Mid = "mid",
        /// Half the difference of left and right.
        Side = "side",
    }
}
as_text!(BandChannel);

choice! {
    /// Steepness of a low-pass or high-pass.
    FilterSlope {
        /// 6 dB per octave, first order.
        Db6 = "6",
        /// 12 dB per octave, second order.
        Db12 = "12",
        /// 24 dB per octave, fourth order.
        Db24 = "24",
        /// 36 dB per octave, sixth order.
        Db36 = "36",
        /// 48 dB per octave, eighth order.
        Db48 = "48",
    }
}

impl FilterSlope {
    /// Order of the filter; each order adds 6 dB per octave.
    #[must_use]
    pub const fn order(self) -> usize {
        match self {
            Self::Db6 => 1,
            Self::Db12 => 2,
            Self::Db24 => 4,
            Self::Db36 => 6,
            Self::Db48 => 8,
        }
    }

    const fn db_per_octave(self) -> u8 {
        6 * self.order() as u8
    }
}

impl Serialize for FilterSlope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.db_per_octave())
    }
}

impl<'de> Deserialize<'de> for FilterSlope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slope = f64::deserialize(deserializer)?;
        let found = Self::ALL.iter().find(|value| f64::from(value.db_per_octave()) == slope);
        found.copied().ok_or_else(|| {
            serde::de::Error::custom(format_args!("slope {slope} is not one of {}", Self::LABELS.join(", ")))
        })
    }
}
