//! The formats that can be imported.

/// The detected format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A preset file of this product.
    Preset,
    /// A config file of this product.
    Config,
    /// Filter text of Equalizer APO, AutoEQ (`ParametricEQ.txt`), squig.link or Room EQ Wizard.
    EqualizerApo,
    /// A `GraphicEQ` line of AutoEQ, Wavelet or Equalizer APO.
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
    /// AutoEQ's result as CSV.
    AutoEqCsv,
    /// A table with a frequency and a gain on each line.
    Table,
    /// A filter list for Qudelix devices, as squig.link writes it.
    Qudelix,
    /// A preset of the ToneBoosters equalizer in USB Audio Player PRO.
    ToneBoosters,
    /// An equalizer of OPRA, the open collection that Roon uses.
    Roon,
}

impl Format {
    /// The format's name with its article, such as `a Peace preset`, for messages.
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
