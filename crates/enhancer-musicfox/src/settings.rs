//! The JSON documents of a host: format, block length, log level, presets' folder and sound.

use crate::error::Error;
use crate::log::Level;
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::enhancer::MAX_CHANNELS;
use enhancer_preset::parse_config;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::path::PathBuf;

/// Smallest and largest sample rate, Hz: those of the chain.
pub(crate) const SAMPLE_RATES: (i64, i64) = (8000, 384_000);
/// Smallest and largest number of channels: those of the chain.
pub(crate) const CHANNELS: (i64, i64) = (1, MAX_CHANNELS as i64);
/// Smallest and largest block length for which buffers can be prepared, frames.
const BUFFER_SIZES: (i64, i64) = (1, 1 << 20);

/// The JSON of `PluginInitialize`, `enhancer_create` and `PluginUpdateConfig`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    sample_rate: Option<i64>,
    channels: Option<i64>,
    buffer_size: Option<i64>,
    pub(crate) enhancer: Option<Box<RawValue>>,
    pub(crate) preset: Option<String>,
    pub(crate) log_level: Option<Level>,
    pub(crate) preset_folder: Option<PathBuf>,
}

/// Format and block length of an instance: sample rate in Hz, buffer size in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Settings {
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    pub(crate) buffer_size: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { sample_rate: 44_100, channels: 2, buffer_size: 1024 }
    }
}

impl Settings {
    /// These settings with another format.
    ///
    /// # Errors
    /// The sample rate or the number of channels is out of range.
    pub(crate) fn with_format(self, sample_rate: i64, channels: i64) -> Result<Self, Error> {
        check_range("sample_rate", sample_rate, SAMPLE_RATES)?;
        check_range("channels", channels, CHANNELS)?;
        Ok(Self { sample_rate: sample_rate as u32, channels: channels as usize, ..self })
    }
}

impl Document {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        parse("the config", text)
    }

    /// The document's settings. An absent field takes its value from `otherwise`.
    ///
    /// # Errors
    /// A field is out of range.
    pub(crate) fn settings(&self, otherwise: Settings) -> Result<Settings, Error> {
        let sample_rate = self.sample_rate.unwrap_or(i64::from(otherwise.sample_rate));
        let settings =
            otherwise.with_format(sample_rate, self.channels.unwrap_or(otherwise.channels as i64))?;
        let buffer_size = self.buffer_size.unwrap_or(otherwise.buffer_size as i64);
        check_range("buffer_size", buffer_size, BUFFER_SIZES)?;
        Ok(Settings { buffer_size: buffer_size as usize, ..settings })
    }

    /// The config in the field `enhancer`; `None` if the field is absent.
    ///
    /// # Errors
    /// The config is invalid, or `preset` is set as well.
    pub(crate) fn config(&self) -> Result<Option<EnhancerConfig>, Error> {
        if self.enhancer.is_some() && self.preset.is_some() {
            return Err(Error::PresetAndConfig);
        }
        self.enhancer.as_ref().map(|text| parse_config(text.get()).map_err(Error::Parse)).transpose()
    }
}

/// The JSON of `PluginStartRealTimeProcessing` and `enhancer_start_real_time`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RealTimeDocument {
    buffer_size: Option<i64>,
    #[serde(default)]
    pub(crate) spectrum: bool,
}

impl RealTimeDocument {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        parse("the real-time config", text)
    }

    /// Most frames of a block during real-time processing; `otherwise` if the field is absent.
    ///
    /// # Errors
    /// The number is out of range.
    pub(crate) fn buffer_size(&self, otherwise: usize) -> Result<usize, Error> {
        let frames = self.buffer_size.unwrap_or(otherwise as i64);
        check_range("buffer_size", frames, BUFFER_SIZES)?;
        Ok(frames as usize)
    }
}

fn parse<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, Error> {
    // Serde accepts a list of a struct's fields in order; the interface accepts objects only.
    if text.trim_start().starts_with('[') {
        return Err(Error::NotAnObject(what));
    }
    serde_json::from_str(text).map_err(|error| Error::Document(what, error))
}

/// Rejects a value out of range, both ends included. Errors call it `field`.
pub(crate) fn check_range(field: &'static str, value: i64, (min, max): (i64, i64)) -> Result<(), Error> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(Error::Range { field, value, min, max }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_dsp::enhancer::SAMPLE_RATE_RANGE_HZ;

    #[test]
    fn sample_rates_are_those_of_the_chain() {
        let (min, max) = SAMPLE_RATES;
        assert_eq!(SAMPLE_RATE_RANGE_HZ, min as f64..=max as f64);
    }
}
