use super::*;
use enhancer_dsp::config::{BandType, FilterSlope};
use enhancer_dsp::filter::prototype::gain_db;

fn parse(line: &str) -> Filter {
    super::parse(line, Decimals::default())
}

fn band(line: &str) -> EqBand {
    match parse(line) {
        Filter::Band { band, changes } if changes.is_empty() => band,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn reads_the_forms_that_programs_write() {
    for (line, kind, frequency_hz, gain_db, q) in [
        ("ON PK Fc 105 Hz Gain -3.0 dB Q 0.70", BandType::Peak, 105.0, -3.0, 0.7),
        (
            "ON  PEQ  Fc   50,5 Hz  Gain  1,5 dB  BW Oct 1",
            BandType::Peak,
            50.5,
            1.5,
            core::f32::consts::SQRT_2,
        ),
        ("ON LSC Fc 105.0 Hz Gain 6.2 dB Q 0.71", BandType::Lowshelf, 105.0, 6.2, 0.71),
        ("ON HSC Fc 10000Hz Gain -2dB Q 0.7", BandType::Highshelf, 10_000.0, -2.0, 0.7),
        ("ON LSQ Fc 105 Hz Gain 5.4 dB Q 0.700", BandType::Lowshelf, 105.0, 5.4, 0.7),
        ("ON HSQ Fc 10 kHz Gain 4.0 dB Q 0.700", BandType::Highshelf, 10_000.0, 4.0, 0.7),
        ("ON LPQ Fc 10000 Hz Q 0.4", BandType::Lowpass, 10_000.0, 0.0, 0.4),
        ("ON HP Fc 30 Hz", BandType::Highpass, 30.0, 0.0, core::f32::consts::FRAC_1_SQRT_2),
        ("ON NO Fc 50 Hz", BandType::Notch, 50.0, 0.0, 30.0),
        ("ON NO Fc 50 Hz Q 10", BandType::Notch, 50.0, 0.0, 10.0),
        ("ON BP Fc 1000 Hz", BandType::Bandpass, 1000.0, 0.0, core::f32::consts::FRAC_1_SQRT_2),
        ("ON Modal Fc 62.8 Hz Gain -4.3 dB Q 9.1 T60 target 300 ms", BandType::Peak, 62.8, -4.3, 9.1),
    ] {
        let expected = EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() };
        assert_eq!(band(line), expected, "{line}");
    }
    // The result would be larger if the other key took precedence.
    assert!((band("ON PK Fc 100 Hz Gain 3 dB BW Oct 1 Q 9").q - core::f32::consts::SQRT_2).abs() < 1e-6);
    assert!((band("ON LSC 12 dB Fc 100 Hz Gain 3 dB Q 9").q - core::f32::consts::FRAC_1_SQRT_2).abs() < 1e-6);
    assert!(!band("OFF PK Fc 100 Hz Gain 1 dB Q 1").enabled);
    assert_eq!(parse("ON None"), Filter::Empty);
    assert_eq!(parse("OFF None"), Filter::Empty);
}

#[test]
fn a_frequency_may_have_a_unit() {
    for (written, frequency_hz) in [
        ("1 kHz", 1000.0),
        ("2.5 kHz", 2500.0),
        ("1.250kHz", 1250.0),
        ("1k", 1000.0),
        ("1,5 K", 1500.0),
        ("10 KHZ", 10_000.0),
        ("440 Hz", 440.0),
        ("440", 440.0),
    ] {
        assert_eq!(
            band(&format!("ON PK Fc {written} Gain 6 dB Q 1")).frequency_hz,
            frequency_hz,
            "{written}"
        );
    }
}

/// Room EQ Wizard's `LP1` and `HP1` fall 6 dB per octave: −3.01 dB at the corner, −20 dB per decade beyond
/// it.
#[test]
fn first_order_passes_fall_six_decibels_per_octave() {
    for (line, decade_beyond) in [("ON LP1 Fc 1000 Hz", 10_000.0), ("ON HP1 Fc 1000 Hz", 100.0)] {
        let band = band(line);
        assert_eq!(band.slope, FilterSlope::Db6, "{line}");
        assert!((gain_db(&band, 1000.0) + 3.0103).abs() < 1e-3, "{line}");
        assert!((gain_db(&band, decade_beyond) + 20.043).abs() < 1e-2, "{line}");
    }
    assert_eq!(band("ON LP Fc 1000 Hz").slope, FilterSlope::Db12);
    // A separate number is not part of the name.
    assert_eq!(band("ON LP 1 Fc 1000 Hz").slope, FilterSlope::Db12);
}

/// A bell of B octaves has half its gain in dB at f₀ 2^(±B/2).
#[test]
fn a_bandwidth_lies_between_the_half_gain_points() {
    for (written, octaves) in [
        ("BW Oct 0.5", 0.5),
        ("BW Oct 1/3", 1.0 / 3.0),
        ("BW 2", 2.0),
        ("BW/60 4.0", 4.0 / 60.0),
        ("BW/60 60", 1.0),
        ("BW/100 50", 0.5),
    ] {
        let band = band(&format!("ON PA Fc 129.1Hz ( 125 +2 ) Gain -18.5dB {written}"));
        assert_eq!((band.kind, band.frequency_hz, band.gain_db), (BandType::Peak, 129.1, -18.5));
        for edge in [2f64.powf(octaves / 2.0), 2f64.powf(-octaves / 2.0)] {
            let gain = gain_db(&band, 129.1 * edge);
            assert!((gain + 9.25).abs() < 0.02, "{written}: {gain} dB at the edge");
        }
    }
}

/// The cookbook defines S as the shelf's steepness relative to the steepest shelf without overshoot, S = 1.
/// At the centre frequency the gain is half of the total.
#[test]
fn a_shelf_slope_is_the_steepness_at_its_centre() {
    for (slope_db, gain) in [(6.0, 12.0), (6.0, -6.0), (9.0, 9.0), (12.0, 12.0)] {
        let band = band(&format!("ON LSC {slope_db} dB Fc 1000 Hz Gain {gain} dB"));
        assert!((gain_db(&band, 1000.0) - gain / 2.0).abs() < 1e-4);
        let step = 2f64.powf(0.01);
        let steepness = (gain_db(&band, 1000.0 / step) - gain_db(&band, 1000.0 * step)) / 0.02;
        // The cookbook: S is proportional to the steepness, and S = 1 is the steepest shelf without
        // overshoot.
        let whole = self::band(&format!("ON LSC 12 dB Fc 1000 Hz Gain {gain} dB"));
        let steepest = (gain_db(&whole, 1000.0 / step) - gain_db(&whole, 1000.0 * step)) / 0.02;
        assert!((steepness / steepest - slope_db / 12.0).abs() < 0.01, "{steepness} {steepest}");
    }
}

#[test]
fn the_centre_lies_half_the_rise_from_the_corner() {
    // 12 dB at 12 dB per octave: the centre is half an octave above a low shelf's corner.
    let low = band("ON LS 12dB Fc 100 Hz Gain 12 dB");
    assert!((f64::from(low.frequency_hz) - 100.0 * 10f64.powf(12.0 / 80.0)).abs() < 0.01);
    let high = band("ON HS 6dB Fc 8000 Hz Gain -6 dB");
    assert!((f64::from(high.frequency_hz) - 8000.0 * 10f64.powf(-6.0 / 40.0)).abs() < 0.1);
    // Without slope or Q the frequency is the centre, and S = 0.9.
    let plain = band("ON LS Fc 300 Hz Gain 5.0 dB");
    let a = 10f64.powf(5.0 / 40.0);
    let q = ((a + 1.0 / a) * (1.0 / 0.9 - 1.0) + 2.0).powf(-0.5);
    assert_eq!(plain.frequency_hz, 300.0);
    assert!((f64::from(plain.q) - q).abs() < 1e-6, "{}, not {q}", plain.q);
    // A Q gives the same filter as the equivalent slope.
    let by_slope = band("ON LS 9dB Fc 100 Hz Gain 6 dB");
    let by_q = band(&format!("ON LS Fc 100 Hz Gain 6 dB Q {}", by_slope.q));
    assert!((by_slope.frequency_hz - by_q.frequency_hz).abs() < 0.01);
}

#[test]
fn invalid_filters_are_rejected_and_values_clamped_with_a_reason() {
    for (line, part) in [
        ("PK Fc 100 Hz", "ON or OFF"),
        ("ON PK Fc 100 Hz Q 1", "Gain"),
        ("ON PK Gain 3 dB Q 1", "Fc"),
        ("ON PK Fc 100 Hz Gain 3 dB", "Q or BW"),
        ("ON PK Fc 100 Hz Gain 3 dB BW Oct", "BW has no number"),
        ("ON PK Fc 100 Hz Gain 3 dB BW/0 3", "above 0"),
        ("ON PK Fc x Hz Gain 3 dB Q 1", "FC has no number"),
        ("ON AP Fc 100 Hz Q 1", "all-pass"),
        ("ON IIR Order 2 Coefficients 1 2 3", "IIR"),
        ("ON PK Fc -5 Hz Gain 3 dB Q 1", "above 0"),
        ("ON PK Fc 100 Hz Gain 3 dB Q 0", "above 0"),
        ("ON LSC 60 dB Fc 100 Hz Gain 20 dB", "above 0"),
    ] {
        match parse(line) {
            Filter::Refused(reason) => assert!(reason.contains(part), "{line}: {reason}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    // Three decimals are thousands below 30 only: no filter of Room EQ Wizard lies above 30 kHz.
    for (written, read) in [("29.999", 29_999.0), ("30.000", 30.0), ("105.125", 105.125)] {
        match parse(&format!("ON PK Fc {written} Hz Gain 3 dB Q 1")) {
            Filter::Band { band, .. } => assert_eq!(band.frequency_hz, read, "{written}"),
            other => panic!("{written}: {other:?}"),
        }
    }
    let Filter::Band { band, changes } = parse("ON PK Fc 1.500 Hz Gain 30 dB Q 99") else { panic!() };
    assert_eq!((band.frequency_hz, band.gain_db, band.q), (1500.0, 24.0, 40.0));
    assert_eq!(changes.len(), 3, "{changes:?}");
}
