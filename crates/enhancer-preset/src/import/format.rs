//! The formats that are read.

/// What a text was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A preset file of ours.
    Preset,
    /// A config file of ours.
    Config,
    /// Equalizer APO, AutoEQ's `ParametricEQ.txt`, squig.link's or Room EQ Wizard's filter text.
    EqualizerApo,
    /// AutoEQ's, Wavelet's or Equalizer APO's `GraphicEQ` line.
    GraphicEq,
    /// A preset of EasyEffects or PulseEffects.
    EasyEffects,
    /// A preset of Peace, the editor for Equalizer APO.
    Peace,
    /// A preset of Poweramp or Poweramp Equalizer.
    Poweramp,
    /// A preset of JamesDSP for Linux.
    JamesDsp,
    /// A configuration of CamillaDSP.
    CamillaDsp,
    /// A result of AutoEQ as CSV.
    AutoEqCsv,
    /// Lines of frequency and gain.
    Table,
    /// Filters for Qudelix's devices, as squig.link writes them.
    Qudelix,
    /// A preset of ToneBoosters' equalizer in USB Audio Player PRO.
    ToneBoosters,
    /// An equalizer of OPRA, Roon's open collection.
    Roon,
}

impl Format {
    /// The format's name with its article, such as `a Peace preset`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Preset => "a preset",
            Self::Config => "a config",
            Self::EqualizerApo => "an Equalizer APO text",
            Self::GraphicEq => "a GraphicEQ text",
            Self::EasyEffects => "an EasyEffects preset",
            Self::Peace => "a Peace preset",
            Self::Poweramp => "a Poweramp preset",
            Self::JamesDsp => "a JamesDSP preset",
            Self::CamillaDsp => "a CamillaDSP configuration",
            Self::AutoEqCsv => "an AutoEQ CSV",
            Self::Table => "a table of frequency and gain",
            Self::Qudelix => "a Qudelix filter list",
            Self::ToneBoosters => "a ToneBoosters preset",
            Self::Roon => "an OPRA equalizer",
        }
    }
}
