use super::*;

fn curve_of(bands: &[EqBand], gain_db: f64) -> Vec<f64> {
    let flat = vec![0.0; POINTS];
    let frequencies: Vec<f64> = frequencies_hz().collect();
    residual(&frequencies, &flat, bands, gain_db).iter().map(|gain| -gain).collect()
}

#[test]
fn a_curve_that_bands_can_draw_is_drawn() {
    let drawn = [
        band(BandType::Lowshelf, 105.0, 6.0, 0.7),
        band(BandType::Peak, 180.0, -4.0, 0.6),
        band(BandType::Peak, 2200.0, 3.5, 2.0),
        band(BandType::Peak, 5600.0, -6.0, 4.0),
        band(BandType::Highshelf, 9000.0, -3.0, 0.7),
    ];
    let curve = curve_of(&drawn, -5.0);
    let fit = fit(&curve, 16, true);
    assert!(fit.worst_db < 0.1, "{} dB with {} bands", fit.worst_db, fit.bands.len());
}

/// The figures it states are those of the bands it returns.
#[test]
fn the_stated_accuracy_is_the_real_one() {
    let curve: Vec<f64> = frequencies_hz().map(|f| 5.0 * (f.ln() * 3.0).sin() - 2.0).collect();
    let fit = fit(&curve, 6, true);
    let made = curve_of(&fit.bands, fit.gain_db);
    let worst = made.iter().zip(&curve).fold(0f64, |worst, (a, b)| worst.max((a - b).abs()));
    assert!((worst - fit.worst_db).abs() < 1e-9);
    assert!(fit.rms_db <= fit.worst_db && fit.rms_db > 0.1);
    assert_eq!(fit.bands.len(), 6);
}

#[test]
fn a_level_curve_needs_no_band() {
    let level = fit(&vec![-6.5; POINTS], 16, true);
    assert_eq!((level.bands.len(), level.gain_db), (0, -6.5));
    assert!(fit(&vec![0.0; POINTS], 16, false).bands.is_empty());
}

#[test]
fn wild_curves_end_in_valid_bands() {
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
