//! Analysis, spectrum, presets, metadata and formats as C structs, with what they point to.

use crate::buffers::{Format, Planes};
use crate::error::Error;
use crate::held::{Function, hold};
use crate::instance::Instance;
use crate::metrics::Operation;
use crate::types::{AudioAnalysis, AudioBuffer, PluginMetadata, PresetInfo, SpectrumData};
use enhancer_dsp::enhancer::MAX_CHANNELS;
use enhancer_dsp::meter::{self, Analyzer};
use enhancer_preset::Preset;
use std::ffi::{CString, c_char};

/// Counts the changes of this interface that a caller could notice.
pub(crate) const ABI_VERSION: i32 = 1;

/// Frames under the live spectrum's window, by sample rate as for the mean spectrum: 5.4 to 8 Hz per bin.
fn window_frames(sample_rate: u32) -> usize {
    (sample_rate as usize / 8).next_power_of_two().min(1 << 14)
}

/// Rates that converters have, Hz; every other one from 8 to 384 kHz works as well.
const COMMON_RATES: [u32; 14] = [
    8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000, 352_800,
    384_000,
];

fn text(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default()
}

/// Keeps a text and returns its address.
pub(crate) fn hold_text(handle: usize, function: Function, json: &str) -> Result<*const c_char, Error> {
    let text = text(json);
    let address = text.as_ptr();
    // Moving a `CString` leaves its text where it is.
    hold(handle, function, text)?;
    Ok(address)
}

struct HeldSpectrum {
    frequencies_hz: Vec<f64>,
    magnitudes_db: Vec<f64>,
    features: CString,
}

impl HeldSpectrum {
    fn new(analysis: &meter::AudioAnalysis) -> Self {
        let widen = |values: &[f32]| values.iter().copied().map(f64::from).collect();
        let spectrum = analysis.spectrum.clone().unwrap_or_default();
        Self {
            frequencies_hz: widen(&spectrum.frequencies_hz),
            magnitudes_db: widen(&spectrum.magnitudes_db),
            features: text(&features_json(analysis)),
        }
    }
}

/// The figures as one flat JSON object of numbers.
fn features_json(analysis: &meter::AudioAnalysis) -> String {
    let mut all = serde_json::Map::new();
    let mut add = |value: serde_json::Value| {
        if let serde_json::Value::Object(fields) = value {
            all.extend(fields.into_iter().filter(|(_, value)| value.is_number()));
        }
    };
    add(serde_json::to_value(&analysis.features).unwrap_or_default());
    add(serde_json::to_value(analysis.clone().without_spectrum()).unwrap_or_default());
    serde_json::Value::Object(all).to_string()
}

/// # Safety
/// `input` points to valid audio.
unsafe fn analyze(input: &AudioBuffer) -> Result<meter::AudioAnalysis, Error> {
    let format = Format::of(input)?;
    let mut analyzer = Analyzer::new(f64::from(format.sample_rate), format.channels)?;
    // SAFETY: handed on.
    unsafe { Planes::input(input, format)?.with_shared(|channels| analyzer.push(channels)) };
    Ok(analyzer.finish())
}

impl Instance {
    /// # Safety
    /// `input` points to valid audio.
    pub(crate) unsafe fn analysis(&self, handle: usize, input: &AudioBuffer) -> Result<AudioAnalysis, Error> {
        self.require_initialized("analyze_audio")?;
        self.metrics().time(Operation::AnalyzeAudio, || {
            // SAFETY: handed on.
            let analysis = unsafe { analyze(input)? };
            let linear = |db: Option<f64>| db.map_or(0.0, |db| 10f64.powf(db / 20.0));
            let held = HeldSpectrum::new(&analysis);
            let (spectrum, spectrum_len) = (held.magnitudes_db.as_ptr(), held.magnitudes_db.len() as i64);
            let features_json = held.features.as_ptr();
            hold(handle, Function::Analysis, held)?;
            Ok(AudioAnalysis {
                rms: linear(analysis.rms_dbfs),
                peak: linear(analysis.sample_peak_dbfs),
                dynamic_range: analysis.dynamic_range_db.unwrap_or(0.0),
                spectrum,
                spectrum_len,
                features_json,
                timestamp_ns: input.timestamp_ns,
            })
        })
    }

    /// The spectrum of the input, or of the latest output where there is none.
    ///
    /// # Safety
    /// `input`, if any, points to valid audio.
    pub(crate) unsafe fn spectrum(
        &self,
        handle: usize,
        input: Option<&AudioBuffer>,
    ) -> Result<SpectrumData, Error> {
        self.require_initialized("get_spectrum")?;
        self.metrics().time(Operation::GetSpectrum, || {
            let (analysis, sample_rate, timestamp_ns) = match input {
                // SAFETY: handed on.
                Some(input) => (unsafe { analyze(input)? }, input.sample_rate, input.timestamp_ns),
                None => {
                    let (analysis, sample_rate) = self.live_analysis()?;
                    (analysis, i64::from(sample_rate), 0)
                }
            };
            let held = HeldSpectrum::new(&analysis);
            let len = held.frequencies_hz.len() as i64;
            let spectrum = SpectrumData {
                frequencies_hz: held.frequencies_hz.as_ptr(),
                magnitudes_db: held.magnitudes_db.as_ptr(),
                len,
                sample_rate,
                fft_size: 2 * (len - 1),
                timestamp_ns,
            };
            hold(handle, Function::Spectrum, held)?;
            Ok(spectrum)
        })
    }

    fn live_analysis(&self) -> Result<(meter::AudioAnalysis, u32), Error> {
        let (ring, settings) = self.spectrum_ring().ok_or(Error::NoSpectrum)?;
        let [left, right] = ring.latest(window_frames(settings.sample_rate));
        let channels = settings.channels.min(2);
        let mut analyzer = Analyzer::new(f64::from(settings.sample_rate), channels)?;
        analyzer.push([&left[..], &right[..]].get(..channels).unwrap_or_default());
        Ok((analyzer.finish(), settings.sample_rate))
    }

    /// What the plugin is.
    pub(crate) fn metadata(&self, handle: usize) -> Result<PluginMetadata, Error> {
        let settings = self.settings();
        let metadata = serde_json::json!({
            "category": "audio-effect",
            "abi_version": ABI_VERSION,
            "api_version": "v2.0.0",
            "min_sample_rate": 8000,
            "max_sample_rate": 384_000,
            "max_channels": MAX_CHANNELS,
            "sample_rate": settings.sample_rate,
            "channels": settings.channels,
            "latency_frames": self.latency_frames().ok(),
        });
        let tags = serde_json::json!(["audio", "effect", "equalizer", "compressor", "limiter", "stereo"]);
        let capabilities = serde_json::json!([
            "audio-processing",
            "real-time",
            "presets",
            "analysis",
            "spectrum",
            "parallel"
        ]);
        let description =
            "Equalizer, compressor, bass and treble with harmonics, stereo width, true-peak limiter";
        let texts = [
            "audio-enhancer",
            "Audio Enhancer",
            env!("CARGO_PKG_VERSION"),
            description,
            env!("CARGO_PKG_AUTHORS"),
            env!("CARGO_PKG_LICENSE"),
            &tags.to_string(),
            &capabilities.to_string(),
            &metadata.to_string(),
        ]
        .map(text);
        let [id, name, version, description, author, license, tags_json, capabilities_json, metadata_json] =
            texts.each_ref().map(|text| text.as_ptr());
        hold(handle, Function::Metadata, texts)?;
        Ok(PluginMetadata {
            id,
            name,
            version,
            description,
            author,
            license,
            tags_json,
            capabilities_json,
            metadata_json,
        })
    }
}

struct HeldPresets {
    /// What `infos` points to.
    _texts: Vec<[CString; 5]>,
    infos: Vec<PresetInfo>,
}

/// Keeps the presets as C structs; their address and number.
pub(crate) fn hold_presets(handle: usize, presets: &[Preset]) -> Result<(*const PresetInfo, usize), Error> {
    let texts: Vec<[CString; 5]> = presets
        .iter()
        .map(|preset| {
            let tags = serde_json::json!(preset.tags).to_string();
            let config = serde_json::to_string(&preset.config).unwrap_or_default();
            [&preset.name, &preset.description, &preset.category, &tags, &config].map(|part| text(part))
        })
        .collect();
    let info = |texts: &[CString; 5]| {
        let [name, description, category, tags_json, config_json] =
            texts.each_ref().map(|text| text.as_ptr());
        PresetInfo { name, description, category, tags_json, config_json }
    };
    let infos: Vec<PresetInfo> = texts.iter().map(info).collect();
    let (address, count) = (infos.as_ptr(), infos.len());
    hold(handle, Function::Presets, HeldPresets { _texts: texts, infos }).map(|held| {
        // SAFETY: just kept, and kept until this thread asks again.
        debug_assert_eq!(unsafe { (*held).infos.as_ptr() }, address);
    })?;
    Ok((address, count))
}

/// The formats as a JSON array.
pub(crate) fn formats_json() -> String {
    let rates = COMMON_RATES.iter().flat_map(|rate| (1..=MAX_CHANNELS).map(move |channels| (rate, channels)));
    let format = |(rate, channels): (&u32, usize)| serde_json::json!({ "sample_rate": rate, "channels": channels, "bit_depth": 32, "format": "float32" });
    serde_json::Value::Array(rates.map(format).collect()).to_string()
}
