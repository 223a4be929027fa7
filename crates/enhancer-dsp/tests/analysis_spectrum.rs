//! Spectra are calibrated, and spectral features have their theoretical values.

use enhancer_dsp::meter::spectrum::FLOOR_DB;
use enhancer_dsp::meter::{Analyzer, AudioAnalysis, Spectrum};
use enhancer_measure::signal::{Random, from_db, sine, white_noise};

const RATE_HZ: f64 = 48_000.0;

fn analyze(channels: &[&[f32]], sample_rate_hz: f64) -> AudioAnalysis {
    let mut analyzer = Analyzer::new(sample_rate_hz, channels.len()).unwrap();
    analyzer.push(channels);
    analyzer.finish()
}

fn peak(levels: &[f32]) -> (usize, f32) {
    let best = levels.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    (best.0, *best.1)
}

#[test]
fn a_full_scale_sine_reads_0_dbfs_on_its_bin_at_every_rate() {
    for rate in [8_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0] {
        let spacing = f64::from(analyze(&[&[0.0; 10]], rate).spectrum.unwrap().frequencies_hz[1]);
        assert!((5.0..=8.0).contains(&spacing), "{spacing} Hz per bin at {rate} Hz");
        let tone = sine(100.0 * spacing, 1.0, 0.7, rate, rate as usize);
        let spectrum = analyze(&[&tone, &tone], rate).spectrum.unwrap();
        let (bin, level) = peak(&spectrum.magnitudes_db);
        assert_eq!(bin, 100);
        assert!(level.abs() < 0.01, "{level} dBFS at {rate} Hz");
        assert_eq!(spectrum.frequencies_hz.len(), spectrum.magnitudes_db.len());
        assert!((f64::from(*spectrum.frequencies_hz.last().unwrap()) - rate / 2.0).abs() < 0.1);
    }
}

/// Hann: −6.02 dB in the neighbouring bins, below −100 dB far away, −1.42 dB between two bins.
#[test]
fn the_window_is_hann() {
    let bin_hz = RATE_HZ / 4096.0;
    let mut spectrum = Spectrum::new(RATE_HZ, 4096);
    spectrum.push(&sine(200.0 * bin_hz, 1.0, 0.0, RATE_HZ, 5000));
    let levels = spectrum.magnitudes_db().to_vec();
    assert!(
        (levels[200]).abs() < 0.01 && (levels[199] + 6.02).abs() < 0.01 && (levels[201] + 6.02).abs() < 0.01
    );
    assert!(levels[230..].iter().chain(&levels[..170]).all(|&level| level < -100.0));
    spectrum.push(&sine(200.5 * bin_hz, 1.0, 0.0, RATE_HZ, 4096));
    assert!((peak(spectrum.magnitudes_db()).1 + 1.42).abs() < 0.02);
    assert!((spectrum.bin_hz() - bin_hz).abs() < 1e-9);
}

#[test]
fn a_constant_of_1_reads_0_dbfs_at_0_hz() {
    let mut spectrum = Spectrum::new(RATE_HZ, 1024);
    assert!(spectrum.magnitudes_db().iter().all(|&level| level == FLOOR_DB), "silence");
    spectrum.push(&[-1.0; 1024]);
    assert!(spectrum.magnitudes_db()[0].abs() < 0.01);
    spectrum.push(&[f32::NAN, f32::INFINITY]);
    assert!(spectrum.magnitudes_db()[0].abs() < 0.1, "two samples of 1024 count as 0");
}

#[test]
fn a_reset_spectrum_shows_silence() {
    let mut spectrum = Spectrum::new(RATE_HZ, 1024);
    spectrum.push(&white_noise(0.3, 1, 1500));
    assert!(spectrum.magnitudes_db().iter().all(|&level| level > -120.0));
    spectrum.reset();
    assert!(spectrum.magnitudes_db().iter().all(|&level| level == FLOOR_DB));
}

/// White noise of RMS r in bins of equivalent width 1.5 has the squared peak amplitude r² · 2 · 1.5 · 2 / N.
#[test]
fn white_noise_reads_its_density() {
    let noise = white_noise(0.1, 5, 960_000);
    let spectrum = analyze(&[&noise], RATE_HZ).spectrum.unwrap();
    let inner = &spectrum.magnitudes_db[2..4094];
    let mean = inner.iter().map(|&level| from_db(f64::from(level)).powi(2)).sum::<f64>() / inner.len() as f64;
    let expected = -20.0 + 10.0 * (6.0f64 / 8192.0).log10();
    assert!((10.0 * mean.log10() - expected).abs() < 0.05, "{}", 10.0 * mean.log10());
}

/// White noise has a constant M: its centroid is fs/4, its spread fs/(4√3), its rolloff 0.85 fs/2, and both
/// means of P are equal. The mean of K half-overlapping Hann periodograms scatters by about 1.06/√K; half the
/// square of that comes off the flatness.
#[test]
fn white_noise_has_the_shape_of_a_constant() {
    let noise = white_noise(0.1, 6, 2_400_000);
    let features = analyze(&[&noise], RATE_HZ).features;
    let near = |value: Option<f64>, expected: f64, tolerance: f64| {
        assert!((value.unwrap() - expected).abs() < tolerance, "{value:?} should be {expected}");
    };
    near(features.spectral_centroid_hz, RATE_HZ / 4.0, 30.0);
    near(features.spectral_bandwidth_hz, RATE_HZ / 48f64.sqrt(), 30.0);
    near(features.spectral_rolloff_hz, 0.85 * RATE_HZ / 2.0, 40.0);
    near(features.spectral_flatness, 1.0 - 0.5 * 1.06f64.powi(2) / 585.0, 0.001);
}

#[test]
fn a_tone_has_the_shape_of_a_line() {
    let mut dither = Random::new(9);
    let tone: Vec<f32> = sine(3000.0, 0.5, 0.0, RATE_HZ, 480_000)
        .iter()
        .map(|sample| sample + dither.between(-1e-6, 1e-6) as f32)
        .collect();
    let features = analyze(&[&tone], RATE_HZ).features;
    assert!((features.spectral_centroid_hz.unwrap() - 3000.0).abs() < 30.0, "{features:?}");
    assert!((features.spectral_rolloff_hz.unwrap() - 3000.0).abs() < 6.0, "{features:?}");
    assert!(features.spectral_flatness.unwrap() < 1e-6, "{features:?}");
    assert!(features.spectral_bandwidth_hz.unwrap() < 600.0, "{features:?}");
}

/// Two tones of equal level: the centroid is their middle, the spread is half their distance.
#[test]
fn two_tones_balance_in_the_middle() {
    let bin_hz = RATE_HZ / 8192.0;
    let (low, high) =
        (sine(200.0 * bin_hz, 0.3, 0.0, RATE_HZ, 96_000), sine(600.0 * bin_hz, 0.3, 0.0, RATE_HZ, 96_000));
    let both: Vec<f32> = low.iter().zip(&high).map(|(a, b)| a + b).collect();
    let features = analyze(&[&both], RATE_HZ).features;
    assert!((features.spectral_centroid_hz.unwrap() / bin_hz - 400.0).abs() < 4.0);
    assert!((features.spectral_bandwidth_hz.unwrap() / bin_hz - 200.0).abs() < 10.0);
}

/// For a sound shorter than a transform the window shrinks, and the calibration stays.
#[test]
fn a_short_sound_is_calibrated_too() {
    let tone = sine(1500.0, 1.0, 0.0, RATE_HZ, 960);
    let (bin, level) = peak(&analyze(&[&tone], RATE_HZ).spectrum.unwrap().magnitudes_db);
    assert!((bin as f64 * RATE_HZ / 8192.0 - 1500.0).abs() < 4.0 && level.abs() < 0.02, "{level}");
}

/// A band reads the power within it: a sine its own level; white noise its share of the whole, 3.01 dB more
/// per octave.
#[test]
fn bands_read_the_power_within_them() {
    let tone = sine(1000.0, 0.5, 0.0, RATE_HZ, 480_000);
    let centres = [250.0, 500.0, 1000.0, 2000.0, 8000.0];
    let levels = analyze(&[&tone], RATE_HZ).spectrum.unwrap().band_levels_db(&centres, 12.0);
    assert!((levels[2] + 6.02).abs() < 0.05, "{levels:?}");
    assert!(levels[0] < -90.0 && levels[4] < -90.0, "{levels:?}");
    let noise = white_noise(0.1, 8, 2_400_000);
    let levels = analyze(&[&noise], RATE_HZ).spectrum.unwrap().band_levels_db(&centres, 3.0);
    let share = |centre: f64| centre * ((1.0f64 / 6.0).exp2() - (-1.0f64 / 6.0).exp2()) / (RATE_HZ / 2.0);
    for (level, centre) in levels.iter().zip(centres) {
        let rms_as_a_sines_peak = -20.0 + 3.01 + 10.0 * share(centre).log10();
        assert!((level - rms_as_a_sines_peak).abs() < 0.25, "{centre} Hz: {level}, {rms_as_a_sines_peak}");
    }
}

/// The bands of the live spectrum match those of the mean spectrum, as powers.
#[test]
fn live_bands_read_the_power_within_them() {
    let mut channels = [Spectrum::new(RATE_HZ, 8192), Spectrum::new(RATE_HZ, 8192)];
    channels[0].push(&sine(1000.0, 0.5, 0.0, RATE_HZ, 8192));
    // The latest samples wrap around the end of the circular buffer.
    channels[1].push(&[0.9; 3000]);
    channels[1].push(&sine(1000.0, 0.3, 0.0, RATE_HZ, 8192));
    let powers = Spectrum::mean_band_powers(&mut channels, &[250.0, 1000.0, 8000.0], 12.0);
    let mean = 0.5 * (0.25 + 0.09);
    assert!((powers[1] / mean - 1.0).abs() < 0.02, "{powers:?}");
    assert!(powers[0] < 1e-9 && powers[2] < 1e-9, "{powers:?}");
    // Bands are at least two bins wide, and a constant has no power.
    channels.iter_mut().for_each(|channel| channel.push(&[0.5; 8192]));
    let powers = Spectrum::mean_band_powers(&mut channels, &[250.0, 8000.0], 12.0);
    assert!(powers.iter().all(|&power| power < 1e-9), "{powers:?}");
    assert_eq!(Spectrum::mean_band_powers(&mut [], &[250.0], 12.0), [0.0]);
}
