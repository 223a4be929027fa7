//! The meaning of Q and of the frequency for each band type, measured on impulse responses.

mod cookbook;
mod rig;

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{BandType, EqBand, FilterSlope, Quality};
use rig::{chain, config, run};
use std::f64::consts::{FRAC_1_SQRT_2, TAU};

const RATE: f64 = 48_000.0;
const CENTRE_HZ: f64 = 1000.0;

fn with_band(band: EqBand) -> EnhancerConfig {
    config(|config| {
        config.quality = Quality::Best;
        config.equalizer.enabled = true;
        config.equalizer.bands.push(band);
    })
}

/// An impulse response of a band.
struct Measured(Vec<f32>);

impl Measured {
    fn new(band: EqBand) -> Self {
        // A band of Q 40 and +24 dB has poles of Q 160, which fall by 13 dB per 1000 periods / π, 200 dB in
        // 2^16 frames.
        let mut impulse = vec![0.0; 1 << 16];
        impulse[0] = 0.5;
        Self(run(&mut chain(RATE, 1, &with_band(band)), &[impulse]).remove(0))
    }

    fn gain_db(&self, frequency_hz: f64) -> f64 {
        let step = TAU * frequency_hz / RATE;
        let terms = self.0.iter().enumerate().map(|(n, &h)| {
            let (sin, cos) = (step * n as f64).sin_cos();
            (2.0 * f64::from(h) * cos, 2.0 * f64::from(h) * sin)
        });
        let (re, im) = terms.fold((0.0, 0.0), |sum, term| (sum.0 + term.0, sum.1 + term.1));
        10.0 * (re * re + im * im).log10()
    }

    fn assert_gain(&self, frequency_hz: f64, expected_db: f64, name: &str) {
        self.assert_gain_within(0.02, frequency_hz, expected_db, name);
    }

    fn assert_gain_within(&self, tolerance_db: f64, frequency_hz: f64, expected_db: f64, name: &str) {
        let gain_db = self.gain_db(frequency_hz);
        let error_db = (gain_db - expected_db).abs();
        assert!(error_db < tolerance_db, "{name} at {frequency_hz} Hz: {gain_db}, not {expected_db} dB");
    }
}

fn band(kind: BandType, gain_db: f32, q: f64) -> EqBand {
    EqBand { kind, frequency_hz: CENTRE_HZ as f32, gain_db, q: q as f32, ..EqBand::default() }
}

/// The two frequencies with product f₀² and difference f₀/Q.
fn edges(q: f64) -> [f64; 2] {
    let half = 0.5 / q;
    let root = (1.0 + half * half).sqrt();
    [CENTRE_HZ * (root - half), CENTRE_HZ * (root + half)]
}

#[test]
fn the_q_of_a_bell_is_its_frequency_over_its_bandwidth_at_half_the_decibels() {
    for (gain_db, q) in [(12.0, 0.5), (12.0, 4.0), (-12.0, 1.0), (24.0, 40.0), (3.0, 0.7)] {
        let name = format!("{gain_db} dB, Q {q}");
        let measured = Measured::new(band(BandType::Peak, gain_db, q));
        measured.assert_gain(CENTRE_HZ, f64::from(gain_db), &name);
        for edge_hz in edges(q) {
            measured.assert_gain(edge_hz, 0.5 * f64::from(gain_db), &name);
        }
    }
}

#[test]
fn the_q_of_a_band_pass_and_a_notch_is_their_frequency_over_their_bandwidth_at_half_power() {
    let half_power_db = 10.0 * 0.5f64.log10();
    for q in [0.7, 3.0, 20.0] {
        let bandpass = Measured::new(band(BandType::Bandpass, 0.0, q));
        bandpass.assert_gain(CENTRE_HZ, 0.0, "band-pass");
        let notch = Measured::new(band(BandType::Notch, 0.0, q));
        assert!(notch.gain_db(CENTRE_HZ) < -80.0);
        notch.assert_gain(20.0, cookbook::gain_db(&band(BandType::Notch, 0.0, q), 20.0), "notch");
        for edge_hz in edges(q) {
            bandpass.assert_gain(edge_hz, half_power_db, "band-pass");
            notch.assert_gain(edge_hz, half_power_db, "notch");
        }
    }
}

#[test]
fn the_q_of_a_pass_is_its_gain_at_the_corner_on_every_slope_from_12_db() {
    for kind in [BandType::Lowpass, BandType::Highpass] {
        for &slope in FilterSlope::ALL {
            for q in [0.5, FRAC_1_SQRT_2, 4.0] {
                let measured = Measured::new(EqBand { slope, ..band(kind, 0.0, q) });
                // A first-order pass has no Q: half power at the corner.
                let at_corner = if slope == FilterSlope::Db6 { FRAC_1_SQRT_2 } else { q };
                measured.assert_gain(
                    CENTRE_HZ,
                    20.0 * at_corner.log10(),
                    &format!("{kind:?} {slope:?} Q {q}"),
                );
            }
        }
    }
}

#[test]
fn a_pass_of_the_default_q_falls_as_butterworths() {
    for kind in [BandType::Lowpass, BandType::Highpass] {
        for &slope in FilterSlope::ALL {
            let measured = Measured::new(EqBand { slope, ..band(kind, 0.0, FRAC_1_SQRT_2) });
            for octaves in [-2.0, -1.0, 0.0, 0.5, 1.0f64] {
                let ratio = 2f64.powf(octaves);
                let hz = if kind == BandType::Lowpass { CENTRE_HZ * ratio } else { CENTRE_HZ / ratio };
                let expected = -10.0 * (1.0 + ratio.powi(2 * slope.order() as i32)).log10();
                // A cascade adds the errors of up to four fitted sections.
                measured.assert_gain_within(0.1, hz, expected, &format!("{kind:?} {slope:?}"));
            }
        }
    }
}

#[test]
fn a_shelf_is_steepest_without_a_hump_at_a_q_of_one_over_root_two() {
    for (kind, gain_db) in
        [(BandType::Lowshelf, 12.0), (BandType::Highshelf, 12.0), (BandType::Highshelf, -9.0)]
    {
        let gain = f64::from(gain_db);
        let outside = |q: f64| {
            let measured = Measured::new(band(kind, gain_db, q));
            // Half the decibels at the frequency, for any Q.
            measured.assert_gain(CENTRE_HZ, 0.5 * gain, &format!("{kind:?} Q {q}"));
            let gains =
                (-40..=40).map(|step| measured.gain_db(CENTRE_HZ * 2f64.powf(f64::from(step) / 10.0)));
            // Decibels outside the range from 0 to the gain of the shelf.
            gains.map(|db| (-db * gain.signum()).max(db * gain.signum() - gain.abs())).fold(0.0, f64::max)
        };
        assert!(
            outside(FRAC_1_SQRT_2) < 0.005,
            "{kind:?} {gain_db} dB: a hump of {}",
            outside(FRAC_1_SQRT_2)
        );
        assert!(outside(0.8) > 0.02, "{kind:?} {gain_db} dB: a hump of {}", outside(0.8));
        assert!(outside(1.5) > 1.0, "{kind:?} {gain_db} dB: a hump of {}", outside(1.5));
    }
}

#[test]
fn a_tilt_turns_around_its_frequency_and_is_first_order_at_a_q_of_one_half() {
    let gain = 10f64.powf(6.0 / 20.0);
    let tilt = Measured::new(band(BandType::Tilt, 6.0, 0.5));
    for hz in [100.0, 500.0, 1000.0, 2000.0, 8000.0] {
        let r = hz / CENTRE_HZ;
        let first_order = 10.0 * ((gain * gain * r * r + 1.0) / (r * r + gain * gain)).log10();
        tilt.assert_gain(hz, first_order, "tilt");
    }
    Measured::new(band(BandType::Tilt, 6.0, 1.0)).assert_gain(CENTRE_HZ, 0.0, "tilt of Q 1");
}
