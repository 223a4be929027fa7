//! Analysis, spectrum, presets, metadata and formats as C structs, and storage for the memory that they point
//! to.

use crate::buffers::{Format, Planes};
use crate::error::Error;
use crate::handle::Pinned;
use crate::held::{Function, hold};
use crate::metrics::Operation;
use crate::settings::SAMPLE_RATES;
use crate::types::{AudioAnalysis, AudioBuffer, PluginMetadata, PresetInfo, SpectrumData};
use enhancer_dsp::enhancer::MAX_CHANNELS;
use enhancer_dsp::meter::{self, Analyzer};
use enhancer_preset::Preset;
use std::ffi::{CString, c_char};

/// Version of the C interface. It grows with every change that affects a caller.
pub(crate) const ABI_VERSION: i32 = 1;

/// Length of the live spectrum's window, frames. Like the mean spectrum's, it gives bins of 5.4 to 7.8 Hz at
/// common sample rates up to 96 kHz.
fn window_frames(sample_rate: u32) -> usize {
    (sample_rate as usize / 8).next_power_of_two().min(1 << 14)
}

/// Sample rates of common converters, Hz. Any other rate from 8 to 384 kHz is supported as well.
const COMMON_RATES: [u32; 14] = [
    8000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000, 352_800,
    384_000,
];

fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default()
}

/// Stores a text for the calling thread and returns its address.
pub(crate) fn hold_text(instance: &Pinned, function: Function, json: &str) -> Result<*const c_char, Error> {
    let text = c_string(json);
    let address = text.as_ptr();
    // Moving a `CString` does not move its text.
    hold(instance.handle(), function, text)?;
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
            features: c_string(&features_json(analysis)),
        }
    }
}

/// All measurements as one flat JSON object of numbers.
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

/// Measures a block of audio of any format.
///
/// # Safety
/// The arrays of `input` have its channels and frames, and nothing writes to them meanwhile.
unsafe fn analyze(input: &AudioBuffer) -> Result<meter::AudioAnalysis, Error> {
    let format = Format::of(input)?;
    let mut analyzer = Analyzer::new(f64::from(format.sample_rate), format.channels)?;
    // SAFETY: the caller guarantees the input's arrays and that nothing writes to them; `format` is the
    // input's.
    unsafe { Planes::input(input, format)?.with_shared(|channels| analyzer.push(channels)) };
    Ok(analyzer.finish())
}

impl Pinned {
    /// Measures a block of audio of any format.
    ///
    /// # Safety
    /// The arrays of `input` have its channels and frames, and nothing writes to them meanwhile.
    pub(crate) unsafe fn analysis(&self, input: &AudioBuffer) -> Result<AudioAnalysis, Error> {
        self.require_initialized("analyze_audio")?;
        self.metrics().time(Operation::AnalyzeAudio, || {
            // SAFETY: the caller guarantees the conditions of `analyze`, which are the same.
            let analysis = unsafe { analyze(input)? };
            let linear = |db: Option<f64>| db.map_or(0.0, |db| 10f64.powf(db / 20.0));
            let held = HeldSpectrum::new(&analysis);
            let (spectrum, spectrum_len) = (held.magnitudes_db.as_ptr(), held.magnitudes_db.len() as i64);
            let features_json = held.features.as_ptr();
            hold(self.handle(), Function::Analysis, held)?;
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

    /// The spectrum of the input; without an input, that of the latest output.
    ///
    /// # Safety
    /// As for [`analysis`](Self::analysis).
    pub(crate) unsafe fn spectrum(&self, input: Option<&AudioBuffer>) -> Result<SpectrumData, Error> {
        self.require_initialized("get_spectrum")?;
        self.metrics().time(Operation::GetSpectrum, || {
            let (analysis, sample_rate, timestamp_ns) = match input {
                // SAFETY: the caller guarantees the conditions of `analyze`, which are the same.
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
            hold(self.handle(), Function::Spectrum, held)?;
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

    /// The description of the library, with the instance's format and latency.
    pub(crate) fn metadata(&self) -> Result<PluginMetadata, Error> {
        let settings = self.settings();
        let metadata = serde_json::json!({
            "category": "audio-effect",
            "abi_version": ABI_VERSION,
            "api_version": "v2.0.0",
            "min_sample_rate": SAMPLE_RATES.0,
            "max_sample_rate": SAMPLE_RATES.1,
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
        .map(c_string);
        let [id, name, version, description, author, license, tags_json, capabilities_json, metadata_json] =
            texts.each_ref().map(|text| text.as_ptr());
        hold(self.handle(), Function::Metadata, texts)?;
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
    /// The strings that `_infos` points to.
    _texts: Vec<[CString; 5]>,
    _infos: Vec<PresetInfo>,
}

/// Stores the presets as C structs for the calling thread. Returns the address of the array and its length.
pub(crate) fn hold_presets(
    instance: &Pinned,
    presets: &[Preset],
) -> Result<(*const PresetInfo, usize), Error> {
    let texts: Vec<[CString; 5]> = presets
        .iter()
        .map(|preset| {
            let tags = serde_json::json!(preset.tags).to_string();
            let config = serde_json::to_string(&preset.config).unwrap_or_default();
            [&preset.name, &preset.description, &preset.category, &tags, &config].map(|part| c_string(part))
        })
        .collect();
    let info = |texts: &[CString; 5]| {
        let [name, description, category, tags_json, config_json] =
            texts.each_ref().map(|text| text.as_ptr());
        PresetInfo { name, description, category, tags_json, config_json }
    };
    let infos: Vec<PresetInfo> = texts.iter().map(info).collect();
    let (address, count) = (infos.as_ptr(), infos.len());
    // Moving a `Vec` does not move its elements.
    hold(instance.handle(), Function::Presets, HeldPresets { _texts: texts, _infos: infos })?;
    Ok((address, count))
}

/// The formats of `enhancer_get_supported_formats` as a JSON array.
pub(crate) fn formats_json() -> String {
    let rates = COMMON_RATES.iter().flat_map(|rate| (1..=MAX_CHANNELS).map(move |channels| (rate, channels)));
    let format = |(rate, channels): (&u32, usize)| serde_json::json!({ "sample_rate": rate, "channels": channels, "bit_depth": 32, "format": "float32" });
    serde_json::Value::Array(rates.map(format).collect()).to_string()
}
