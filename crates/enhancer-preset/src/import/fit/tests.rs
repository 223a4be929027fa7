use super::*;

fn curve_of(bands: &[EqBand], gain_db: f64) -> Vec<f64> {
    let flat = vec![0.0; POINTS];
    let frequencies: Vec<f64> = frequencies_hz().collect();
    residual(&frequencies, &flat, bands, gain_db).iter().map(|gain| -gain).collect()
}

#[test]
fn recovers_a_curve_made_of_bands() {
    let original = [
        band(BandType::Lowshelf, 105.0, 6.0, 0.7),
        band(BandType::Peak, 180.0, -4.0, 0.6),
        band(BandType::Peak, 2200.0, 3.5, 2.0),
        band(BandType::Peak, 5600.0, -6.0, 4.0),
        band(BandType::Highshelf, 9000.0, -3.0, 0.7),
    ];
    let curve = curve_of(&original, -5.0);
    let fit = fit(&curve, 16, true);
    assert!(fit.worst_db < 0.1, "{} dB with {} bands", fit.worst_db, fit.bands.len());
}

/// The reported errors are those of the returned bands.
#[test]
fn reported_errors_are_those_of_the_returned_bands() {
    let curve: Vec<f64> = frequencies_hz().map(|f| 5.0 * (f.ln() * 3.0).sin() - 2.0).collect();
    let fit = fit(&curve, 6, true);
    let made = curve_of(&fit.bands, fit.gain_db);
    let worst = made.iter().zip(&curve).fold(0f64, |worst, (a, b)| worst.max((a - b).abs()));
    assert!((worst - fit.worst_db).abs() < 1e-9);
    let power = made.iter().zip(&curve).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / POINTS as f64;
    assert!((fit.rms_db - power.sqrt()).abs() < 1e-9 && fit.rms_db > 0.1);
    assert_eq!(fit.bands.len(), 6);
}

/// The fit recovers a single band to the last digit, at any frequency.
#[test]
fn recovers_a_single_band() {
    for original in [
        band(BandType::Peak, 33.4, 6.37, 2.345),
        band(BandType::Peak, 9876.0, -5.5, 4.0),
        band(BandType::Lowshelf, 105.0, 6.4, 0.7),
        band(BandType::Highshelf, 5000.0, -3.8, 0.9),
    ] {
        let fit = fit(&curve_of(&[original], 0.0), 1, false);
        assert_eq!(fit.bands.len(), 1);
        let [found] = fit.bands[..] else { unreachable!() };
        assert_eq!((found.kind, found.frequency_hz), (original.kind, original.frequency_hz));
        // The gain penalty costs less than 0.01 dB.
        assert!((found.gain_db - original.gain_db).abs() < 0.015, "{found:?}");
        assert!((found.q - original.q).abs() < 0.005, "{found:?}");
    }
}

/// The common gain is fitted together with the bands: half of this curve lies at neither of its two levels.
#[test]
fn fits_the_common_gain_together_with_the_bands() {
    let curve = curve_of(&[band(BandType::Lowshelf, 500.0, 12.0, 0.5)], -3.0);
    let fit = fit(&curve, 1, true);
    assert!(fit.worst_db < 0.03, "{fit:?}");
}

/// The result is at a minimum: further refinement improves the RMS error by less than 5 %.
#[test]
fn ends_at_a_minimum() {
    let frequencies: Vec<f64> = frequencies_hz().collect();
    for seed in [7, 10, 12, 17] {
        let mut random = enhancer_measure::signal::Random::new(seed);
        let count = 3 + (seed % 5) as usize * 3;
        let (a, b, c) = (random.between(0.5, 6.0), random.between(1.0, 6.0), random.between(-6.0, 6.0));
        let wave = |f: f64| a * (f.ln() * b + c).sin() + c * (f.ln() * 0.7).cos();
        let curve: Vec<f64> = frequencies_hz().map(wave).collect();
        let with_gain = seed % 2 == 0;
        let fit = fit(&curve, count, with_gain);
        let gain_db = with_gain.then_some(fit.gain_db);
        let further = finish(&frequencies, &curve, refine(&frequencies, &curve, fit.bands, gain_db, 300));
        assert!(fit.rms_db < 1.05 * further.rms_db + 0.001, "{seed}: {} {}", fit.rms_db, further.rms_db);
    }
}

#[test]
fn a_constant_curve_needs_no_band() {
    let level = fit(&vec![-6.5; POINTS], 16, true);
    assert_eq!((level.bands.len(), level.gain_db), (0, -6.5));
    assert!(fit(&vec![0.0; POINTS], 16, false).bands.is_empty());
}

#[test]
fn extreme_curves_give_valid_bands() {
    for wild in [
        frequencies_hz().map(|f| if f < 1000.0 { -300.0 } else { 300.0 }).collect::<Vec<_>>(),
        (0..POINTS).map(|point| if point % 2 == 0 { 24.0 } else { -24.0 }).collect(),
        vec![1e6; POINTS],
    ] {
        let fit = fit(&wild, 16, true);
        for band in &fit.bands {
            assert!((10.0..=30_000.0).contains(&band.frequency_hz), "{band:?}");
            assert!((-24.0..=24.0).contains(&band.gain_db) && (0.1..=40.0).contains(&band.q), "{band:?}");
        }
    }
}
