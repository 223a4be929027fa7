//! R. Bristow-Johnson's *Cookbook formulae for audio EQ biquad filter coefficients*, written from the paper
//! as Equalizer APO uses it. The sample rate is so high that the bilinear transform is exact below 20 kHz.
//! Beside it stands the response of a preset.
#![allow(dead_code, reason = "each test uses a part")]

use enhancer_dsp::config::BandChannel;
use enhancer_dsp::filter::prototype;
use enhancer_preset::Preset;

/// Hz. The bilinear transform moves 20 kHz by 0.008 %.
const SAMPLE_RATE_HZ: f64 = 4_000_000.0;

/// Gain of a biquad at `frequency_hz`, dB.
pub(crate) fn biquad_db(b: [f64; 3], a: [f64; 3], frequency_hz: f64) -> f64 {
    let w = core::f64::consts::TAU * frequency_hz / SAMPLE_RATE_HZ;
    let power = |[c0, c1, c2]: [f64; 3]| {
        let re = c0 + c1 * w.cos() + c2 * (2.0 * w).cos();
        let im = c1 * w.sin() + c2 * (2.0 * w).sin();
        re * re + im * im
    };
    10.0 * (power(b) / power(a)).log10()
}

fn parts(centre_hz: f64, gain_db: f64, q: f64) -> (f64, f64, f64) {
    let w = core::f64::consts::TAU * centre_hz / SAMPLE_RATE_HZ;
    (10f64.powf(gain_db / 40.0), w.cos(), w.sin() / (2.0 * q))
}

pub(crate) fn peak_db(centre_hz: f64, gain_db: f64, q: f64, at_hz: f64) -> f64 {
    let (a, c, alpha) = parts(centre_hz, gain_db, q);
    biquad_db(
        [1.0 + alpha * a, -2.0 * c, 1.0 - alpha * a],
        [1.0 + alpha / a, -2.0 * c, 1.0 - alpha / a],
        at_hz,
    )
}

pub(crate) fn low_shelf_db(centre_hz: f64, gain_db: f64, q: f64, at_hz: f64) -> f64 {
    let (a, c, alpha) = parts(centre_hz, gain_db, q);
    let (plus, minus, beta) = (a + 1.0, a - 1.0, 2.0 * a.sqrt() * alpha);
    biquad_db(
        [a * (plus - minus * c + beta), 2.0 * a * (minus - plus * c), a * (plus - minus * c - beta)],
        [plus + minus * c + beta, -2.0 * (minus + plus * c), plus + minus * c - beta],
        at_hz,
    )
}

pub(crate) fn high_shelf_db(centre_hz: f64, gain_db: f64, q: f64, at_hz: f64) -> f64 {
    let (a, c, alpha) = parts(centre_hz, gain_db, q);
    let (plus, minus, beta) = (a + 1.0, a - 1.0, 2.0 * a.sqrt() * alpha);
    biquad_db(
        [a * (plus + minus * c + beta), -2.0 * a * (minus + plus * c), a * (plus + minus * c - beta)],
        [plus - minus * c + beta, 2.0 * (minus - plus * c), plus - minus * c - beta],
        at_hz,
    )
}

/// Q of a shelf of slope S.
pub(crate) fn shelf_q(slope: f64, gain_db: f64) -> f64 {
    let a = 10f64.powf(gain_db / 40.0);
    ((a + 1.0 / a) * (1.0 / slope - 1.0) + 2.0).powf(-0.5)
}

/// Frequencies from 20 Hz to 20 kHz.
pub(crate) fn sweep() -> impl Iterator<Item = f64> {
    (0..=300).map(|point| 20.0 * 1000f64.powf(f64::from(point) / 300.0))
}

/// Gain of a preset's linear stages on one side at `frequency_hz`, dB.
pub(crate) fn side_db(preset: &Preset, side: BandChannel, frequency_hz: f64) -> f64 {
    let config = &preset.config;
    let active = config
        .equalizer
        .bands
        .iter()
        .filter(|band| band.enabled && (band.channel == side || band.channel == BandChannel::Stereo));
    let bands_db: f64 = active.map(|band| prototype::gain_db(band, frequency_hz)).sum();
    let balance_db = if config.stereo_enhancer.enabled {
        let angle =
            (1.0 + f64::from(config.stereo_enhancer.balance_percent) / 100.0) * core::f64::consts::FRAC_PI_4;
        let gain = if side == BandChannel::Left { angle.cos() } else { angle.sin() };
        20.0 * (core::f64::consts::SQRT_2 * gain).log10()
    } else {
        0.0
    };
    f64::from(config.equalizer.preamp_db) + f64::from(config.master_gain_db) + bands_db + balance_db
}

/// Compares both sides of a preset with prescriptions over the sweep.
pub(crate) fn assert_sides(
    preset: &Preset,
    left_db: impl Fn(f64) -> f64,
    right_db: impl Fn(f64) -> f64,
    within_db: f64,
) {
    for frequency_hz in sweep() {
        for (side, expected_db) in
            [(BandChannel::Left, left_db(frequency_hz)), (BandChannel::Right, right_db(frequency_hz))]
        {
            let gain_db = side_db(preset, side, frequency_hz);
            assert!(
                (gain_db - expected_db).abs() < within_db,
                "{side:?} at {frequency_hz:.1} Hz: {gain_db:.4} dB, not {expected_db:.4}"
            );
        }
    }
}

/// Compares a preset with a prescription for both sides.
pub(crate) fn assert_response(preset: &Preset, expected_db: impl Fn(f64) -> f64, within_db: f64) {
    assert_sides(preset, &expected_db, &expected_db, within_db);
}
