//! Measures the boosts' harmonics and their aliases.

use super::report::{Better, PerQuality, Picture, Row, Section, each};
use crate::picture::{Chart, Limit, Line, Scale, Stroke, color_of};
use enhancer_dsp::{Enhancer, Quality};
use enhancer_measure::harmonics::{sine_lines, sine_spectrum};

const RATE: f64 = 48_000.0;
const LEVEL_DBFS: f64 = -6.0;
const ALIAS_GOALS: PerQuality = [None, Some(-70.0), Some(-100.0)];

/// Treble harmonics at 100 % from 2 kHz, without a shelf.
fn treble(quality: Quality) -> Enhancer {
    super::enhancer(RATE, quality, |config| {
        config.treble_boost.enabled = true;
        config.treble_boost.frequency_hz = 2000.0;
        config.treble_boost.amount_db = 0.0;
        config.treble_boost.harmonics_percent = 100.0;
    })
}

/// Bass harmonics at 100 % below 150 Hz, without a shelf.
fn bass(quality: Quality) -> Enhancer {
    super::enhancer(RATE, quality, |config| {
        config.bass_boost.enabled = true;
        config.bass_boost.frequency_hz = 150.0;
        config.bass_boost.amount_db = 0.0;
        config.bass_boost.harmonics_percent = 100.0;
    })
}

/// Level of the strongest line that is not a harmonic, dBc.
fn worst_alias(mut enhancer: Enhancer, frequency_hz: f64) -> f64 {
    sine_lines(&mut |channels| enhancer.process(channels), 2, RATE, frequency_hz, LEVEL_DBFS).worst_other_dbc
}

/// Level of the louder one of the second and third harmonic, dBc.
fn audible(mut enhancer: Enhancer, frequency_hz: f64) -> f64 {
    let lines = sine_lines(&mut |channels| enhancer.process(channels), 2, RATE, frequency_hz, LEVEL_DBFS);
    lines.harmonics_dbc.iter().take(2).copied().fold(f64::NEG_INFINITY, f64::max)
}

pub(super) fn measure() -> Section {
    let row = |subject: &str, values, goals, better| Row {
        subject: subject.into(),
        unit: "dBc",
        digits: 1,
        values,
        goals,
        better,
    };
    let rows = vec![
        row(
            "treble harmonics, 9 kHz at −6 dBFS: worst alias",
            each(|quality| worst_alias(treble(quality), 9000.0)),
            ALIAS_GOALS,
            Better::Less,
        ),
        row(
            "the same, 5 kHz: louder of second and third harmonic",
            each(|quality| audible(treble(quality), 5001.0)),
            [Some(-40.0); 3],
            Better::More,
        ),
        row(
            "bass harmonics, 60 Hz at −6 dBFS: worst alias",
            each(|quality| worst_alias(bass(quality), 60.0)),
            ALIAS_GOALS,
            Better::Less,
        ),
        row(
            "the same: louder of second and third harmonic",
            each(|quality| audible(bass(quality), 60.0)),
            [Some(-40.0); 3],
            Better::More,
        ),
    ];
    let picture = Picture {
        file: "harmonics.svg",
        caption: "Spectrum of a 9 kHz sine with treble harmonics at 100 %".into(),
        svg: spectrum().svg(),
    };
    Section { title: "Harmonics and aliases", how: how(), rows, pictures: vec![picture] }
}

fn spectrum() -> Chart {
    let line = |(place, &quality): (usize, &Quality)| {
        let mut enhancer = treble(quality);
        let bins = sine_spectrum(&mut |channels| enhancer.process(channels), 2, RATE, 9000.0, LEVEL_DBFS);
        // A small offset per quality keeps every line visible.
        let aside = (place as f64 - 1.0) * 0.15;
        let points = peaks(&bins).into_iter().map(|(khz, dbc)| (khz + aside, dbc)).collect();
        Line { name: quality.label().into(), color: color_of(quality), points, stroke: Stroke::Stems }
    };
    let limit = |at: f64, quality: Quality| Limit {
        at,
        name: format!("goal for aliases, {}", quality.label()),
        name_at: 0.35,
        color: color_of(quality),
    };
    Chart {
        title: "Treble harmonics at 100 %: the spectrum of a 9 kHz sine".into(),
        note: "Its second harmonic is at 18 kHz; every other line is an alias, folded at 24 kHz. The qualities stand side by side.".into(),
        x: Scale::linear("frequency, kHz", 0.0, 24.0, 3.0),
        y: Scale::linear("level, dBc", -180.0, 0.0, 20.0),
        lines: Quality::ALL.iter().enumerate().map(line).collect(),
        limits: vec![limit(-70.0, Quality::Good), limit(-100.0, Quality::Best)],
    }
}

/// The strongest bin of each 500 Hz above −170 dBc, the level of rounding noise; kHz and dBc.
fn peaks(bins: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let of_band = |band: usize| {
        let inside = bins.iter().filter(|(hz, _)| ((hz + 250.0) / 500.0) as usize == band);
        inside.copied().max_by(|a, b| a.1.total_cmp(&b.1))
    };
    let strongest = (0..=48).filter_map(of_band).filter(|(_, dbc)| *dbc > -170.0);
    strongest.map(|(hz, dbc)| (hz / 1000.0, dbc)).collect()
}

fn how() -> String {
    "Treble boost at 2 kHz (bass boost at 150 Hz), harmonics at 100 %, amount 0 dB, a steady sine at −6 dBFS. The second and third \
     harmonic must be audible; every other line is an alias. `draft` does not oversample and promises nothing. \
     Spectrum over 1.4 s under a 7-term Blackman–Harris window. Procedures: `enhancer_measure::harmonics`."
        .into()
}
