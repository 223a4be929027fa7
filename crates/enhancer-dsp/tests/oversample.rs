//! The half-band filters keep what they promise: passband, stopband, images, delay.

use enhancer_dsp::oversample::{
    Downsampler, Oversample, Oversampler2, Oversampler4, Upsampler, halfband_coefficients,
};
use std::f64::consts::TAU;

/// Upper edge of the passband in sample rates, as the oversamplers promise.
const EDGE: f64 = 0.4535;

/// Magnitude of the transform of `impulse` at `frequency`, in its own sample rate.
fn magnitude(impulse: &[f64], frequency: f64) -> f64 {
    let terms = impulse.iter().enumerate().map(|(n, h)| {
        let (sin, cos) = (TAU * frequency * n as f64).sin_cos();
        (h * cos, h * sin)
    });
    let (re, im) = terms.fold((0.0, 0.0), |sum: (f64, f64), term| (sum.0 + term.0, sum.1 + term.1));
    re.hypot(im)
}

fn db(amplitude: f64) -> f64 {
    20.0 * amplitude.log10()
}

/// Impulse response at the higher rate.
fn up_response<const N: usize>(transition: f64) -> Vec<f64> {
    let mut up = Upsampler::<N, 1>::new(transition);
    (0..400).flat_map(|n| up.process([if n == 0 { 1.0 } else { 0.0 }])).map(|[h]| h).collect()
}

/// The decimator's response at the higher rate: its answers to an impulse in each of the two places.
fn down_response<const N: usize>(transition: f64) -> Vec<f64> {
    let answer = |place: usize| {
        let mut down = Downsampler::<N, 1>::new(transition);
        let mut pair = [[0.0]; 2];
        pair[place] = [1.0];
        (0..400).map(move |n| down.process(if n == 0 { pair } else { [[0.0]; 2] })[0]).collect::<Vec<_>>()
    };
    // An output at high-rate time 2n + 1 hears an input at place p after 2n + 1 − p samples.
    answer(1).into_iter().zip(answer(0)).flat_map(|(even, odd)| [even, odd]).collect()
}

/// Worst passband ripple and stopband level, dB, and delay at low frequencies, samples of the higher rate.
fn quality(response: &[f64], gain: f64, transition: f64) -> (f64, f64, f64) {
    let (pass, stop) = (0.25 - transition / 2.0, 0.25 + transition / 2.0);
    let ripple = (0..=300)
        .map(|i| db(magnitude(response, pass * f64::from(i) / 300.0) / gain).abs())
        .fold(0.0, f64::max);
    let level = (0..=300)
        .map(|i| magnitude(response, stop + (0.5 - stop) * f64::from(i) / 300.0) / gain)
        .fold(0.0, f64::max);
    let delay = response.iter().enumerate().map(|(n, h)| n as f64 * h).sum::<f64>() / gain;
    (ripple, db(level), delay)
}

fn check<const N: usize>(transition: f64, stopband_db: f64, delay: f64) {
    let (up, down) = (up_response::<N>(transition), down_response::<N>(transition));
    let (ripple, level, measured) = quality(&up, 2.0, transition);
    assert!(level < stopband_db, "{N}: images at {level} dB");
    assert!(level > stopband_db - 4.0, "{N}: the documented figure is far from {level} dB");
    assert!(ripple < 1e-5, "{N}: ripple {ripple} dB");
    assert!((measured - delay).abs() < 0.1, "{N}: delay {measured}");
    let (ripple, level, measured) = quality(&down, 1.0, transition);
    assert!(level < stopband_db && ripple < 1e-5, "{N}: {level} dB, {ripple} dB");
    assert!((measured - delay).abs() < 0.1, "{N}: delay {measured}");
}

#[test]
fn half_band_filters_reach_their_figures() {
    check::<6>(0.5 - EDGE, -77.0, 2.8);
    check::<8>(0.5 - EDGE, -103.0, 3.7);
    check::<4>(0.5 - 2.0 * (1.0 - EDGE) / 4.0, -108.0, 2.7);
}

#[test]
fn coefficients_are_stable_and_ordered() {
    let c = halfband_coefficients::<8>(0.02);
    assert!(c.windows(2).all(|pair| pair[0] < pair[1]) && c[0] > 0.0 && c[7] < 1.0, "{c:?}");
}

/// A tone through the identity at the higher rate comes out at its own level and with nothing beside it.
fn check_identity(mut oversampler: impl Oversample<1, 1>) {
    for frequency in [0.01, 0.1, 0.3, 0.4, EDGE] {
        oversampler.reset();
        let tone: Vec<f64> = (0..9000)
            .map(|n| oversampler.process([(TAU * frequency * f64::from(n)).sin()], |x| x)[0])
            .collect();
        let (steady, step) = (&tone[1000..], TAU * frequency);
        let fit = |shift: f64| {
            let terms = steady.iter().enumerate().map(|(n, x)| x * (step * (n + 1000) as f64 + shift).sin());
            2.0 * terms.sum::<f64>() / steady.len() as f64
        };
        let (a, b) = (fit(0.0), fit(TAU / 4.0));
        assert!(db(a.hypot(b)).abs() < 2e-3, "{frequency}: {} dB", db(a.hypot(b)));
        let residue = steady.iter().enumerate().map(|(n, x)| {
            let angle = step * (n + 1000) as f64;
            (x - a * angle.sin() - b * angle.cos()).powi(2)
        });
        let residue = (2.0 * residue.sum::<f64>() / steady.len() as f64).sqrt();
        assert!(db(residue) < -140.0, "{frequency}: {} dB beside the tone", db(residue));
    }
}

#[test]
fn the_identity_at_a_higher_rate_changes_nothing_in_band() {
    check_identity(Oversampler2::new());
    check_identity(Oversampler4::new());
}

/// What a function makes above the band is gone: a tone at 0.3 squared holds 0.6, which would fold to 0.4.
#[test]
fn what_is_made_above_the_band_does_not_fold() {
    let fold = |square: &mut dyn FnMut(f64) -> f64| {
        let tone: Vec<f64> = (0..4000).map(|n| square((TAU * 0.3 * f64::from(n)).sin())).collect();
        db(magnitude(&tone[1000..], 0.4) * 2.0 / 3000.0 / 0.5)
    };
    let square = |x: [f64; 1]| [x[0] * x[0]];
    let (mut two, mut four) = (Oversampler2::new(), Oversampler4::new());
    assert!(fold(&mut |x| x * x) > -0.1, "without oversampling it folds in full");
    assert!(fold(&mut |x| two.process([x], square)[0]) < -77.0);
    assert!(fold(&mut |x| four.process([x], square)[0]) < -100.0);
}
