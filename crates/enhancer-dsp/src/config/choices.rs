//! The fields with a fixed list of values.

use crate::param::ParamValue;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $label:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The values as written in JSON and shown, in the same order.
            pub const LABELS: &'static [&'static str] = &[$($label,)*];

            /// The value as written in JSON.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }
        }

        impl ParamValue for $name {
            fn to_param(self) -> f32 {
                Self::ALL.iter().position(|&value| value == self).unwrap_or(0) as f32
            }
            fn from_param(value: f32) -> Self {
                let last = Self::ALL.len() - 1;
                let index = (value.max(0.0).round() as usize).min(last);
                Self::ALL.get(index).copied().unwrap_or(Self::ALL[0])
            }
        }
    };
}

macro_rules! as_text {
    ($name:ident) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.label())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        write!(f, "one of {}", $name::LABELS.join(", "))
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        let found = $name::ALL.iter().find(|value| value.label() == text);
                        found.copied().ok_or_else(|| E::unknown_variant(text, $name::LABELS))
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}

choice! {
    /// How much work goes into quality.
    Quality {
        /// Cheapest: bilinear filters, sample peaks, no oversampling.
        Draft = "draft",
        /// Everyday listening and mixing.
        Good = "good",
        /// Mastering.
        Best = "best",
    }
}
as_text!(Quality);

choice! {
    /// Shape of a band's response; the prototypes are R. Bristow-Johnson's, *Audio EQ Cookbook*.
    BandType {
        /// Bell: boost or cut around the frequency.
        Peak = "peak",
        /// Passes what lies below the frequency.
        Lowpass = "lowpass",
        /// Passes what lies above the frequency.
        Highpass = "highpass",
        /// Boosts or cuts what lies below the frequency.
        Lowshelf = "lowshelf",
        /// Boosts or cuts what lies above the frequency.
        Highshelf = "highshelf",
        /// Removes the frequency.
        Notch = "notch",
        /// Passes what lies around the frequency.
        Bandpass = "bandpass",
        /// Turns the spectrum about the frequency: `gain` up above it, `gain` down below.
        Tilt = "tilt",
    }
}
as_text!(BandType);

impl BandType {
    /// Whether a band's gain matters to this shape.
    #[must_use]
    pub const fn has_gain(self) -> bool {
        matches!(self, Self::Peak | Self::Lowshelf | Self::Highshelf | Self::Tilt)
    }
}

choice! {
    /// What a band works on. With one channel, left and mid are that channel, right and side nothing; with more than
    /// two, left, right, mid and side speak of the first pair.
    BandChannel {
        /// Every channel.
        Stereo = "stereo",
        /// The left channel.
        Left = "left",
        /// The right channel.
        Right = "right",
        /// What left and right have in common.
        Mid = "mid",
        /// What left and right differ in.
        Side = "side",
    }
}
as_text!(BandChannel);

choice! {
    /// What a compressor's detector takes for level.
    Detector {
        /// Peaks of the waveform.
        Peak = "peak",
        /// Root mean square.
        Rms = "rms",
    }
}
as_text!(Detector);

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
    /// Order of the filter: the slope is 6 dB per octave and order.
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
