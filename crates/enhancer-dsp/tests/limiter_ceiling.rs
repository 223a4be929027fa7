//! The limiter holds its ceiling, also between samples, without loss of loudness.

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use enhancer_measure::limiter::{
    CEILING_DBTP, Case, Kind, Levels, cases, drums, levels, noise, plain_limiter,
};
use enhancer_measure::signal::from_db;

fn limited(case: &Case, sample_rate_hz: f64, quality: Quality) -> Levels {
    let mut enhancer = Enhancer::new(sample_rate_hz, 2).unwrap();
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.limiter.ceiling_dbtp = CEILING_DBTP as f32;
    enhancer.set_config(&config).unwrap();
    levels(case, CEILING_DBTP, &mut |channels| enhancer.process(channels))
}

/// Largest excess over the ceiling on the 16x meter, dB, for structured signals and for full-band noise.
fn law_db(quality: Quality, kind: Kind) -> f64 {
    match (quality, kind) {
        (Quality::Draft, _) => f64::INFINITY,
        (Quality::Good, Kind::Structured) => 0.3,
        (Quality::Good, Kind::Noise) => 0.5,
        (Quality::Best, Kind::Structured) => 0.1,
        (Quality::Best, Kind::Noise) => 0.2,
    }
}

fn hold_the_ceiling(sample_rate_hz: f64, quality: Quality) {
    for case in cases(sample_rate_hz) {
        let levels = limited(&case, sample_rate_hz, quality);
        let name = format!("{} at {sample_rate_hz} Hz, {quality:?}: {levels:?}", case.name);
        assert!(levels.sample_over_db <= 0.0, "{name}");
        assert!(levels.kaiser_16x_over_db <= law_db(quality, case.kind), "{name}");
        let loudest =
            if quality == Quality::Draft { levels.sample_over_db } else { levels.kaiser_16x_over_db };
        assert!(loudest > -0.2, "reaches the ceiling: {name}");
    }
}

#[test]
fn draft_holds_the_sample_peaks() {
    hold_the_ceiling(48_000.0, Quality::Draft);
}

#[test]
fn good_holds_the_true_peaks() {
    hold_the_ceiling(48_000.0, Quality::Good);
    hold_the_ceiling(44_100.0, Quality::Good);
}

#[test]
fn best_holds_the_true_peaks_closely() {
    hold_the_ceiling(48_000.0, Quality::Best);
    hold_the_ceiling(44_100.0, Quality::Best);
}

#[test]
fn the_lowest_and_the_highest_sample_rate_hold_the_ceiling() {
    hold_the_ceiling(8_000.0, Quality::Good);
    hold_the_ceiling(8_000.0, Quality::Best);
    hold_the_ceiling(96_000.0, Quality::Good);
    let click = &cases(384_000.0)[0];
    let levels = limited(click, 384_000.0, Quality::Good);
    assert!(levels.sample_over_db <= 0.0 && levels.kaiser_16x_over_db <= 0.3, "{levels:?}");
}

#[test]
fn it_is_as_loud_as_a_plain_limiter() {
    for case in [drums(48_000.0), noise(48_000.0)] {
        let plain = levels(&case, CEILING_DBTP, &mut |channels| {
            plain_limiter(channels, from_db(CEILING_DBTP), 48_000.0)
        });
        for quality in [Quality::Draft, Quality::Good, Quality::Best] {
            let ours = limited(&case, 48_000.0, quality);
            assert!(
                ours.rms_dbfs > plain.rms_dbfs - 0.5,
                "{}, {quality:?}: {ours:?}, plain {plain:?}",
                case.name
            );
        }
    }
}
