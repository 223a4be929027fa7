//! Calibrated spectra: the level of a sound at each frequency.
//!
//! A Hann window w and a real transform. The level of bin k is `20 log10(2 |X[k]| / Σw)`, without the factor
//! 2 for bins 0 and N/2, which have no mirror image. So a full-scale sine on its bin reads 0 dBFS, and a
//! constant of 1 reads 0 dBFS at 0 Hz.
//!
//! A sine between two bins reads up to 1.42 dB less, the scalloping loss of the window (F. J. Harris, *On the
//! use of windows for harmonic analysis with the DFT*, 1978). White noise of RMS r reads `20 log10 r + 10
//! log10(6 / N)`: its power spreads over bins of an equivalent width of 1.5, and a sine's power is half its
//! squared peak. Single precision limits the noise floor to about −150 dBFS.

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// Level of a bin without power, dBFS.
pub const FLOOR_DB: f32 = -200.0;

/// Equivalent noise bandwidth of the Hann window, bins.
const NOISE_BANDWIDTH: f64 = 1.5;

/// Window and transform with their buffers.
struct HannTransform {
    plan: Arc<dyn RealToComplex<f32>>,
    window: Box<[f32]>,
    /// 1 / Σ window.
    gain: f32,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl core::fmt::Debug for HannTransform {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HannTransform").field("size", &self.window.len()).finish_non_exhaustive()
    }
}

impl HannTransform {
    fn new(size: usize) -> Self {
        let plan = RealFftPlanner::new().plan_fft_forward(size);
        let (input, output, scratch) =
            (plan.make_input_vec(), plan.make_output_vec(), plan.make_scratch_vec());
        let window = vec![0.0; size].into_boxed_slice();
        let mut transform = Self { window, gain: 0.0, plan, input, output, scratch };
        transform.set_length(size);
        transform
    }

    /// Sets the length of the (periodic) window in samples; the rest of the input counts as 0.
    fn set_length(&mut self, length: usize) {
        let step = core::f64::consts::TAU / length.max(1) as f64;
        let inside = (0..length).map(|n| (0.5 - 0.5 * (step * n as f64).cos()) as f32);
        self.window.iter_mut().zip(inside.chain(core::iter::repeat(0.0))).for_each(|(to, from)| *to = from);
        let sum: f64 = self.window.iter().map(|&weight| f64::from(weight)).sum();
        self.gain = if sum > 0.0 { (1.0 / sum) as f32 } else { 0.0 };
    }

    /// Squared peak amplitude per bin, 0 Hz to half the sample rate. The samples, `older` then `newer`, are
    /// as long as the window.
    fn powers(&mut self, older: &[f32], newer: &[f32]) -> impl Iterator<Item = f32> {
        // Two loops: a single loop over both slices takes twice as long.
        let middle = older.len().min(self.input.len());
        let (first, second) = self.input.split_at_mut(middle);
        let (before, after) = self.window.split_at(middle);
        for (input, samples, window) in [(first, older, before), (second, newer, after)] {
            for ((input, sample), weight) in input.iter_mut().zip(samples).zip(window) {
                *input = sample * weight;
            }
        }
        let done = self.plan.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
        debug_assert!(done.is_ok());
        let (edge, inner) = (self.gain * self.gain, 4.0 * self.gain * self.gain);
        let last = self.output.len().saturating_sub(1);
        let scale = move |bin: usize| if bin == 0 || bin == last { edge } else { inner };
        self.output.iter().enumerate().map(move |(bin, value)| value.norm_sqr() * scale(bin))
    }
}

/// A live spectrum of the latest samples of one channel.
#[derive(Debug)]
pub struct Spectrum {
    transform: HannTransform,
    /// The latest samples; the oldest is at `next`.
    ring: Box<[f32]>,
    next: usize,
    magnitudes_db: Box<[f32]>,
    /// Buffer for the powers of the bins.
    bins: Box<[f64]>,
    bin_hz: f64,
}

impl Spectrum {
    /// A spectrum over `size` samples, rounded up to a power of two between 64 and 65536. Allocates; no other
    /// method does, except [`mean_band_powers`](Self::mean_band_powers).
    #[must_use]
    pub fn new(sample_rate_hz: f64, size: usize) -> Self {
        let size = size.clamp(64, 65_536).next_power_of_two();
        Self {
            transform: HannTransform::new(size),
            ring: vec![0.0; size].into_boxed_slice(),
            next: 0,
            magnitudes_db: vec![FLOOR_DB; size / 2 + 1].into_boxed_slice(),
            bins: vec![0.0; size / 2 + 2].into_boxed_slice(),
            bin_hz: sample_rate_hz / size as f64,
        }
    }

    /// Stores the next samples. Samples that are not finite count as 0.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics. A copy.
    pub fn push(&mut self, samples: &[f32]) {
        for &sample in samples {
            if let Some(slot) = self.ring.get_mut(self.next) {
                *slot = if sample.is_finite() { sample } else { 0.0 };
            }
            self.next += 1;
            if self.next >= self.ring.len() {
                self.next = 0;
            }
        }
    }

    /// Levels of the bins 0 to size / 2 over the latest samples, dBFS, [`FLOOR_DB`] or above. Bin k is at
    /// `k *` [`bin_hz`](Self::bin_hz).
    ///
    /// # Realtime safety
    /// Never allocates or locks, but computes a Fourier transform: call it on the display's thread.
    pub fn magnitudes_db(&mut self) -> &[f32] {
        let (newer, older) = self.ring.split_at(self.next.min(self.ring.len()));
        let powers = self.transform.powers(older, newer);
        for (magnitude, power) in self.magnitudes_db.iter_mut().zip(powers) {
            *magnitude = decibels(power);
        }
        &self.magnitudes_db
    }

    /// Powers of frequency bands over the latest samples, in squares of a sine's peak: the mean over channels
    /// of one size.
    ///
    /// [`MeanSpectrum::band_levels_db`] returns the same bands in decibels.
    ///
    /// # Realtime safety
    /// Allocates: call it on the display's thread.
    pub fn mean_band_powers(channels: &mut [Self], centres_hz: &[f64], per_octave: f64) -> Vec<f64> {
        let share = 1.0 / channels.len() as f64;
        let Some((first, others)) = channels.split_first_mut() else { return vec![0.0; centres_hz.len()] };
        // Element k + 1 is bin k.
        let mut bins = core::mem::take(&mut first.bins);
        bins.fill(0.0);
        for channel in core::iter::once(&mut *first).chain(others) {
            let (newer, older) = channel.ring.split_at(channel.next.min(channel.ring.len()));
            let powers = channel.transform.powers(older, newer);
            bins.iter_mut().skip(1).zip(powers).for_each(|(bin, power)| *bin += share * f64::from(power));
        }
        let powers = band_powers(&mut bins, first.bin_hz, centres_hz, per_octave);
        first.bins = bins;
        powers
    }

    /// Distance between neighbouring bins, Hz.
    #[must_use]
    pub fn bin_hz(&self) -> f64 {
        self.bin_hz
    }

    /// Sets all stored samples to 0.
    pub fn reset(&mut self) {
        self.ring.fill(0.0);
    }
}

fn decibels(power: f32) -> f32 {
    if power > 0.0 { (10.0 * power.log10()).max(FLOOR_DB) } else { FLOOR_DB }
}

/// Mean spectrum of a whole stream: power averaged over time and channels (P. D. Welch 1967; Hann, half
/// overlapping).
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct MeanSpectrum {
    /// Frequencies of the bins, Hz, from 0 to half the sample rate in equal steps.
    pub frequencies_hz: Vec<f32>,
    /// Levels of the bins, dBFS. A full-scale sine in every channel reads 0 on its bin, silence reads
    /// [`FLOOR_DB`].
    pub magnitudes_db: Vec<f32>,
}

/// Averages the power of a stream of planar channels.
#[derive(Debug)]
pub(crate) struct SpectrumAverage {
    transform: HannTransform,
    channels: Vec<Vec<f32>>,
    power: Vec<f64>,
    transforms: u64,
    bin_hz: f64,
}

impl SpectrumAverage {
    /// Transforms with bins of 5.4 to 8 Hz at the usual rates: 1024 samples at 8 kHz, 8192 at 44.1 and 48
    /// kHz.
    pub(crate) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let size = ((sample_rate_hz / 8.0) as usize).next_power_of_two();
        Self {
            transform: HannTransform::new(size),
            channels: vec![Vec::with_capacity(size); channels],
            power: vec![0.0; size / 2 + 1],
            transforms: 0,
            bin_hz: sample_rate_hz / size as f64,
        }
    }

    /// Adds up to half a transform's length of frames, the same number for each channel.
    pub(crate) fn push<'a>(&mut self, channels: impl Iterator<Item = &'a [f32]>) {
        let size = self.transform.window.len();
        let mut full = false;
        for (buffer, samples) in self.channels.iter_mut().zip(channels) {
            let (now, later) = samples.split_at(samples.len().min(size - buffer.len()));
            buffer.extend_from_slice(now);
            if buffer.len() == size {
                full = true;
                for (sum, power) in self.power.iter_mut().zip(self.transform.powers(buffer, &[])) {
                    *sum += f64::from(power);
                }
                buffer.copy_within(size / 2.., 0);
                buffer.truncate(size / 2);
                buffer.extend_from_slice(later);
            }
        }
        self.transforms += u64::from(full);
    }

    /// Mean squared peak amplitude per bin. A stream shorter than one transform gets a window of its own
    /// length.
    pub(crate) fn finish(&mut self) -> Vec<f64> {
        if self.transforms == 0 {
            let size = self.transform.window.len();
            self.transform.set_length(self.channels.first().map_or(0, Vec::len));
            for buffer in &mut self.channels {
                buffer.resize(size, 0.0);
                for (sum, power) in self.power.iter_mut().zip(self.transform.powers(buffer, &[])) {
                    *sum += f64::from(power);
                }
            }
            self.transforms = 1;
        }
        let scale = 1.0 / (self.transforms as f64 * self.channels.len().max(1) as f64);
        self.power.iter().map(|sum| sum * scale).collect()
    }

    pub(crate) fn bin_hz(&self) -> f64 {
        self.bin_hz
    }
}

impl MeanSpectrum {
    pub(crate) fn new(power: &[f64], bin_hz: f64) -> Self {
        Self {
            frequencies_hz: (0..power.len()).map(|bin| (bin as f64 * bin_hz) as f32).collect(),
            magnitudes_db: power.iter().map(|&power| decibels(power as f32)).collect(),
        }
    }

    /// Levels of frequency bands around `centres_hz`, in ascending order, each `1 / per_octave` octaves wide.
    ///
    /// The level is that of a sine with the power of the band, dBFS. Pink noise reads the same level in every
    /// band, white noise 3 dB more per octave. A band narrower than two bins reads the mean density of two
    /// bins.
    #[must_use]
    pub fn band_levels_db(&self, centres_hz: &[f64], per_octave: f64) -> Vec<f64> {
        let bin_hz = self.frequencies_hz.get(1).map_or(1.0, |&hz| f64::from(hz));
        let power = |&db: &f32| if db > FLOOR_DB { 10f64.powf(f64::from(db) / 10.0) } else { 0.0 };
        let mut bins: Vec<f64> = core::iter::once(0.0).chain(self.magnitudes_db.iter().map(power)).collect();
        let powers = band_powers(&mut bins, bin_hz, centres_hz, per_octave);
        powers.into_iter().map(|power| f64::from(FLOOR_DB).max(10.0 * power.max(1e-30).log10())).collect()
    }
}

/// Powers of frequency bands from the powers of bins: see [`MeanSpectrum::band_levels_db`].
fn band_powers(bins: &mut [f64], bin_hz: f64, centres_hz: &[f64], per_octave: f64) -> Vec<f64> {
    // The running sum is the power below the lower edge of each bin; a bin spans half a bin to both sides. 0
    // Hz is left out.
    bins.iter_mut().take(2).for_each(|below| *below = 0.0);
    let mut sum = 0.0;
    for bin in &mut *bins {
        sum += *bin / NOISE_BANDWIDTH;
        *bin = sum;
    }
    let below = bins;
    let power_below = |hz: f64| {
        let position = (hz / bin_hz + 0.5).clamp(0.0, (below.len() - 1) as f64);
        let (index, share) = (position as usize, position.fract());
        let at = |index: usize| below.get(index.min(below.len() - 1)).copied().unwrap_or(0.0);
        at(index) + share * (at(index + 1) - at(index))
    };
    let half = (0.5 / per_octave).exp2();
    let power = |&centre: &f64| {
        let width = centre * (half - 1.0 / half);
        let wide = width.max(2.0 * bin_hz);
        let middle = 0.5 * centre * (half + 1.0 / half);
        (power_below(middle + 0.5 * wide) - power_below(middle - 0.5 * wide)) * width / wide
    };
    centres_hz.iter().map(power).collect()
}
