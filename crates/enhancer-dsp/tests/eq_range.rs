//! The equalizer follows its prototypes over the whole range of the config: low frequencies precisely, and
//! every type, Q and frequency at every sample rate.

mod cookbook;

use enhancer_dsp::config::{BandType, EqBand, EqualizerConfig, FilterSlope, Quality};
use enhancer_dsp::filter::BandDesign;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::eq::sine_gain_and_noise;
use std::f64::consts::TAU;

#[test]
fn twenty_hertz_at_192_khz_is_precise_and_quiet() {
    let band = EqBand { frequency_hz: 20.0, gain_db: 12.0, q: 4.0, ..EqBand::default() };
    let equalizer = EqualizerConfig { bands: [band].into_iter().collect(), ..EqualizerConfig::default() };
    let mut config = EnhancerConfig { equalizer, ..EnhancerConfig::default() };
    config.limiter.enabled = false;
    for quality in [Quality::Draft, Quality::Good, Quality::Best] {
        config.quality = quality;
        for frequency_hz in [17.0, 20.0, 23.0] {
            let mut chain = Enhancer::new(192_000.0, 1).unwrap();
            chain.set_config(&config).unwrap();
            let process = &mut |audio: &mut [&mut [f32]]| chain.process(audio);
            // The ring of Q_p = A Q = 8 at 20 Hz falls by 8.7 dB in Q_p/(π f₀): 2.5 s leave −170 dB.
            let (gain, noise) = sine_gain_and_noise(process, 192_000.0, frequency_hz, 0.1, 480_000, 192_000);
            let error = gain - cookbook::gain_db(&band, frequency_hz);
            assert!(error.abs() <= 0.02, "{quality:?} {frequency_hz} Hz: {error} dB");
            assert!(noise <= -140.0, "{quality:?} {frequency_hz} Hz: {noise} dBc");
        }
    }
}

/// Frequencies at which responses are compared: across the spectrum and around the frequency of the band.
fn probes(band: &EqBand, top_hz: f64) -> Vec<f64> {
    let (f0, q) = (f64::from(band.frequency_hz), f64::from(band.q));
    let across = (1..=60).map(|step| top_hz * f64::from(step) / 60.0);
    let around = (-20..=20).map(|step| {
        let half = 0.15 * f64::from(step) / q;
        f0 * ((1.0 + half * half).sqrt() + half)
    });
    across.chain(around).filter(|&hz| hz >= 5.0 && hz <= top_hz).collect()
}

/// Largest error (dB) where the prototype lies above `floor_db`.
fn worst(band: &EqBand, sample_rate_hz: f64, quality: Quality, top_hz: f64, floor_db: f64) -> f64 {
    let design = BandDesign::new(band, sample_rate_hz, quality);
    for section in design.sections() {
        assert!(section.g > 0.0 && section.k > 0.0 && section.c.iter().all(|c| c.is_finite()), "{band:?}");
    }
    let errors = probes(band, top_hz).into_iter().filter_map(|hz| {
        let expected = cookbook::gain_db(band, hz);
        let gain = 10.0 * design.response(TAU * hz / sample_rate_hz).norm_sqr().log10();
        assert!(!gain.is_nan(), "{band:?}");
        (expected >= floor_db).then_some((gain - expected).abs())
    });
    errors.fold(0.0, f64::max)
}

fn all_bands(qs: &[f32], gains_db: &[f32], frequencies: usize) -> Vec<EqBand> {
    let mut bands = Vec::new();
    for &kind in BandType::ALL {
        let sloped = matches!(kind, BandType::Lowpass | BandType::Highpass);
        let slopes = if sloped { FilterSlope::ALL } else { &[FilterSlope::Db12] };
        let gains_db = if kind.has_gain() { gains_db } else { &[0.0] };
        for &slope in slopes {
            for &gain_db in gains_db {
                for &q in qs {
                    for step in 0..frequencies {
                        let frequency_hz = 10.0 * 3000f32.powf(step as f32 / (frequencies - 1) as f32);
                        let frequency_hz = frequency_hz.clamp(10.0, 30_000.0);
                        bands.push(EqBand { kind, slope, gain_db, q, frequency_hz, ..EqBand::default() });
                    }
                }
            }
        }
    }
    bands
}

const RATES_HZ: [f64; 7] = [8000.0, 16_000.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0];

#[test]
fn every_type_follows_its_prototype_at_every_rate() {
    // A section has few coefficients. It errs most on the skirts of narrow and of steep filters near the top.
    // Below −24 dB no accuracy is promised.
    for sample_rate_hz in RATES_HZ {
        let top_hz = f64::min(0.45 * sample_rate_hz, f64::max(20_000.0, 0.4 * sample_rate_hz));
        for band in all_bands(&[0.3, 0.7, 2.0, 6.0], &[-24.0, -4.0, 12.0], 13) {
            let narrow = band.q > 2.0;
            let steep = matches!(band.slope, FilterSlope::Db24 | FilterSlope::Db36 | FilterSlope::Db48);
            let limits_db = match (narrow, steep) {
                (true, _) => [1.5, 1.5],
                (_, true) => [1.0, 1.0],
                _ => [0.6, 0.3],
            };
            for (quality, limit_db) in [Quality::Good, Quality::Best].into_iter().zip(limits_db) {
                let error = worst(&band, sample_rate_hz, quality, top_hz, -24.0);
                assert!(error <= limit_db, "{quality:?} {sample_rate_hz} Hz {band:?}: {error} dB");
            }
        }
    }
}

#[test]
fn a_frequency_beyond_nyquist_follows_its_prototype_below_nyquist() {
    for sample_rate_hz in [8000.0, 22_050.0, 44_100.0] {
        for mut band in all_bands(&[0.5, 0.7, 1.4], &[12.0, -12.0], 2) {
            for factor in [0.5f64, 0.51, 0.7, 1.2] {
                band.frequency_hz = (factor * sample_rate_hz).min(30_000.0) as f32;
                for quality in [Quality::Draft, Quality::Good, Quality::Best] {
                    let error = worst(&band, sample_rate_hz, quality, 0.45 * sample_rate_hz, -24.0);
                    assert!(error <= 0.5, "{quality:?} {sample_rate_hz} Hz {band:?}: {error} dB");
                }
            }
        }
    }
}

/// Highest gain of the prototype, dB, 0 or more.
fn most_db(band: &EqBand) -> f64 {
    // Poles and zeros of shelves lie at f₀ A^(±1/2), those of a tilt at f₀ A^(±1).
    let a = 10f64.powf(f64::from(band.gain_db) / 40.0);
    let resonances = [-1.0, -0.5, 0.0, 0.5, 1.0].into_iter().flat_map(|power| {
        let hz = f64::from(band.frequency_hz) * a.powf(power);
        (-400..=400).map(move |step| hz * (1.0 + 0.0001 * f64::from(step)))
    });
    let across = (0..200).map(|step| 2f64.powf(0.1 * f64::from(step)));
    resonances.chain(across).map(|hz| cookbook::gain_db(band, hz)).fold(0.0, f64::max)
}

#[test]
fn no_extreme_of_the_config_exceeds_its_prototype() {
    for sample_rate_hz in RATES_HZ {
        for band in all_bands(&[0.1, 1.0, 12.0, 40.0], &[24.0, -24.0, 0.1], 27) {
            let most = most_db(&band);
            for quality in [Quality::Draft, Quality::Good, Quality::Best] {
                let design = BandDesign::new(&band, sample_rate_hz, quality);
                for hz in probes(&band, 0.47 * sample_rate_hz) {
                    let gain = 10.0 * design.response(TAU * hz / sample_rate_hz).norm_sqr().log10();
                    assert!(
                        gain <= most + 6.0,
                        "{quality:?} {sample_rate_hz} Hz {band:?}: {gain} dB at {hz} Hz"
                    );
                }
            }
        }
    }
}

#[test]
fn the_correction_of_a_slope_stays_small_in_its_stop_band() {
    let shapes = [BandType::Lowpass, BandType::Highpass].map(|kind| EqBand { kind, ..EqBand::default() });
    let slopes = [FilterSlope::Db24, FilterSlope::Db36, FilterSlope::Db48];
    for shape in shapes {
        for (slope, q) in slopes.into_iter().flat_map(|slope| [0.3, 0.7, 3.0, 20.0].map(|q| (slope, q))) {
            for frequency_hz in
                [10.0, 26.0, 100.0, 400.0, 1000.0, 3000.0, 6000.0, 10_000.0, 15_000.0, 30_000.0]
            {
                for sample_rate_hz in [44_100.0, 48_000.0, 192_000.0] {
                    let band = EqBand { slope, q, frequency_hz, ..shape };
                    let design = BandDesign::new(&band, sample_rate_hz, Quality::Best);
                    let correction = design.sections().last().unwrap();
                    for step in 1..100 {
                        let omega = 0.5 * TAU * f64::from(step) / 100.0;
                        let gain = 20.0 * correction.response(omega).norm().log10();
                        assert!(gain < 13.0, "{band:?} at {sample_rate_hz} Hz: {gain} dB");
                    }
                }
            }
        }
    }
}
