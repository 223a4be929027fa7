//! Measures the limiter: true peaks over the ceiling, loss of level, distortion.

use super::report::{Better, PerQuality, Picture, Row, Section, each};
use crate::picture::{Dots, Limit, Row as DotRow, Scale, color_of};
use enhancer_dsp::Quality;
use enhancer_measure::limiter::{
    CEILING_DBTP, Case, Kind, Levels, cases, levels, plain_limiter, tone_thd_n_db,
};
use enhancer_measure::signal::from_db;

const RATE: f64 = 48_000.0;
/// Largest level over the ceiling for tones, clicks and drums, dB.
const STRUCTURED_GOALS: PerQuality = [None, Some(0.3), Some(0.1)];
/// Largest level over the ceiling for full-band noise, dB.
const NOISE_GOALS: PerQuality = [None, Some(0.5), Some(0.2)];

fn limited(case: &Case, quality: Quality) -> Levels {
    let mut enhancer = super::enhancer(RATE, quality, |config| {
        config.limiter.enabled = true;
        config.limiter.ceiling_dbtp = CEILING_DBTP as f32;
    });
    levels(case, CEILING_DBTP, &mut |channels| enhancer.process(channels))
}

fn distortion(frequency_hz: f64, quality: Quality) -> f64 {
    let mut enhancer = super::enhancer(RATE, quality, |config| config.limiter.enabled = true);
    let distortion = tone_thd_n_db(frequency_hz, 6.0, RATE, 3.0, &mut |channels| enhancer.process(channels));
    // Without this check a limiter that doesn't limit would pass.
    let reduction = enhancer.meters().reduction_db(enhancer_dsp::StageId::Limiter);
    if (5.0..=8.0).contains(&reduction) { distortion } else { f64::NAN }
}

pub(super) fn measure() -> Section {
    let cases = cases(RATE);
    let results: Vec<(&Case, [Levels; 3])> = cases.iter().map(|case| (case, figures(case))).collect();
    let worst = |kind: Kind| {
        [0, 1, 2].map(|quality| {
            let of_kind = results.iter().filter(|(case, _)| case.kind == kind);
            of_kind.map(|(_, levels)| levels[quality].kaiser_16x_over_db).reduce(f64::max)
        })
    };
    let mut rows = vec![
        over(
            "clicks, drums, squares, sweeps, anti-phase, fs/4: worst over the ceiling (16x)",
            worst(Kind::Structured),
            STRUCTURED_GOALS,
        ),
        over("full-band white noise +12 dB: over the ceiling (16x)", worst(Kind::Noise), NOISE_GOALS),
    ];
    for (case, levels) in
        results.iter().filter(|(case, _)| case.name == "drums +12 dB" || case.kind == Kind::Noise)
    {
        let plain = plain_rms_dbfs(case);
        let subject =
            format!("{}: RMS away from the plain limiter's {plain:.1} dBFS", case.name).replace('-', "−");
        let away = levels.map(|levels| Some((levels.rms_dbfs - plain).abs()));
        rows.push(Row {
            subject,
            unit: "dB",
            digits: 2,
            values: away,
            goals: [None, Some(0.5), Some(0.5)],
            better: Better::Less,
        });
    }
    for (frequency_hz, goal) in [(50.0, -100.0), (997.0, -110.0)] {
        rows.push(Row {
            subject: format!("limiter THD+N at 6 dB reduction, {frequency_hz} Hz"),
            unit: "dB",
            digits: 0,
            values: each(|quality| distortion(frequency_hz, quality)),
            goals: [Some(goal); 3],
            better: Better::Less,
        });
    }
    let picture = Picture {
        file: "limiter.svg",
        caption: "How far each signal's true peak is over the ceiling after the limiter".into(),
        svg: dots(&results).svg(),
    };
    Section { title: "Limiter", how: how(), rows, pictures: vec![picture] }
}

fn figures(case: &Case) -> [Levels; 3] {
    [Quality::Draft, Quality::Good, Quality::Best].map(|quality| limited(case, quality))
}

fn over(subject: &str, values: PerQuality, goals: PerQuality) -> Row {
    Row { subject: subject.into(), unit: "dB", digits: 2, values, goals, better: Better::Less }
}

fn plain_rms_dbfs(case: &Case) -> f64 {
    levels(case, CEILING_DBTP, &mut |channels| plain_limiter(channels, from_db(CEILING_DBTP), RATE)).rms_dbfs
}

fn dots(results: &[(&Case, [Levels; 3])]) -> Dots {
    let row = |(case, levels): &(&Case, [Levels; 3])| {
        let dots = Quality::ALL.iter().zip(levels);
        let dots = dots.map(|(&quality, levels)| (color_of(quality), levels.kaiser_16x_over_db)).collect();
        DotRow { name: case.name.clone(), dots }
    };
    let limit = |at: f64, quality: Quality| Limit {
        at,
        name: format!("{at}"),
        name_at: 1.0,
        color: color_of(quality),
    };
    Dots {
        title: format!("True peak after the limiter, over its ceiling of {CEILING_DBTP} dBTP")
            .replace('-', "−"),
        note: "16x Kaiser meter. Draft limits sample peaks alone; dots at the edge lie beyond it.".into(),
        x: Scale::linear("over the ceiling, dB", -0.4, 1.0, 0.2),
        legend: Quality::ALL.iter().map(|&quality| (quality.label().into(), color_of(quality))).collect(),
        rows: results.iter().map(row).collect(),
        limits: vec![limit(0.1, Quality::Best), limit(0.3, Quality::Good)],
    }
}

fn how() -> String {
    "Ceiling −1 dBTP, release 80 ms. Each signal passes the ceiling in its own way and is read on a 16x meter (Kaiser-windowed \
     sinc); goals for tones and drums are dashed, for full-band noise they are 0.5 dB (good) and 0.2 dB (best). A limiter \
     could hold any ceiling by turning everything down, so the RMS that it leaves is compared with that of a plain \
     lookahead limiter (8x detector of 24 taps a side, window of 5 ms, release of 80 ms). This meter has 64 taps a side; \
     longer ones read closer to the top of the band and find more: on the drums `good` leaves 0.38 dB with 128 taps a side, and \
     with 256 `best` leaves 0.14 dB on the drums and 0.18 dB on the noise (docs/LIMITER.md). Procedures: \
     `enhancer_measure::limiter`."
        .into()
}
