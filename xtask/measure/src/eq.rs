//! Measures the equalizer: its error against the analog prototypes, and its noise at low frequencies.

use super::report::{Better, PerQuality, Picture, Row, Section, each};
use crate::picture::{Chart, Dots, Limit, Line, REFERENCE, Row as DotRow, Scale, Stroke, color_of};
use enhancer_dsp::config::{BandType, Bands, EqBand};
use enhancer_dsp::{Enhancer, Quality};
use enhancer_measure::eq::{Response, impulse_response, sine_gain_and_noise};

const GOALS: PerQuality = [None, Some(0.2), Some(0.1)];
const RATES: [f64; 2] = [44_100.0, 48_000.0];
const FREQUENCIES_HZ: std::ops::RangeInclusive<u16> = 5..=18;
const BELL_QS: [f32; 6] = [0.5, 0.7, 1.0, 1.4, 2.0, 3.0];
const SHELF_QS: [f32; 3] = [0.5, 0.7, 1.0];

fn equalizer(band: EqBand, sample_rate_hz: f64, quality: Quality) -> Enhancer {
    let mut chain = Enhancer::new(sample_rate_hz, 1).expect("a rate within the range");
    let config = super::config(quality, |config| config.equalizer.bands = Bands::from_iter([band]));
    chain.set_config(&config).expect("a config within the ranges");
    chain
}

fn response(band: EqBand, sample_rate_hz: f64, quality: Quality, frames: usize) -> Response {
    let mut chain = equalizer(band, sample_rate_hz, quality);
    let latency = chain.latency_frames();
    impulse_response(&mut |audio| chain.process(audio), sample_rate_hz, 1, latency, frames)
}

/// Gain of the band's analog prototype, dB (R. Bristow-Johnson, *Audio EQ Cookbook*).
fn prototype_db(band: &EqBand, frequency_hz: f64) -> f64 {
    let (a, q) = (10f64.powf(f64::from(band.gain_db) / 40.0), f64::from(band.q));
    let w = frequency_hz / f64::from(band.frequency_hz);
    // |c + b s − a w²|² at s = jw, of numerator and denominator.
    let square = |s2: f64, s1: f64, s0: f64| (s0 - s2 * w * w).powi(2) + (s1 * w).powi(2);
    let root = a.sqrt() / q;
    let ratio = match band.kind {
        BandType::Peak => square(1.0, a / q, 1.0) / square(1.0, 1.0 / (a * q), 1.0),
        BandType::Lowshelf => a * a * square(1.0, root, a) / square(a, root, 1.0),
        BandType::Highshelf => a * a * square(a, root, 1.0) / square(1.0, root, a),
        _ => f64::NAN,
    };
    10.0 * ratio.log10()
}

/// Largest error to 20 kHz or 0.45 of the sample rate, dB.
fn error(band: EqBand, sample_rate_hz: f64, quality: Quality) -> f64 {
    let top_hz = f64::min(20_000.0, 0.45 * sample_rate_hz);
    response(band, sample_rate_hz, quality, 4096).worst_error(top_hz, |hz| prototype_db(&band, hz)).1.abs()
}

/// Largest error of ±12 dB bands over the Qs and the rates, dB.
fn worst(kind: BandType, frequency_hz: f32, qs: &[f32], quality: Quality) -> f64 {
    let bands = [12.0, -12.0].into_iter().flat_map(|gain_db| {
        qs.iter().map(move |&q| EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() })
    });
    let errors = bands.flat_map(|band| RATES.map(|rate| error(band, rate, quality)));
    errors.fold(0.0, f64::max)
}

/// Frequency in Hz and largest error in dB of draft, good and best.
fn errors(kind: BandType, qs: &[f32]) -> Vec<(f32, [f64; 3])> {
    let of = |khz: u16| {
        let hz = 1000.0 * f32::from(khz);
        (hz, [Quality::Draft, Quality::Good, Quality::Best].map(|quality| worst(kind, hz, qs, quality)))
    };
    FREQUENCIES_HZ.map(of).collect()
}

fn largest(errors: &[(f32, [f64; 3])]) -> PerQuality {
    [0, 1, 2].map(|quality| errors.iter().map(|(_, errors)| errors[quality]).reduce(f64::max))
}

fn band(kind: BandType, frequency_hz: f32, gain_db: f32, q: f32) -> EqBand {
    EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() }
}

/// 20 Hz, Q 4, +12 dB at 192 kHz: error from 5 to 1000 Hz, dB.
fn low_error(quality: Quality) -> f64 {
    let band = band(BandType::Peak, 20.0, 12.0, 4.0);
    let response = response(band, 192_000.0, quality, 1 << 19);
    let errors = response.points(1000.0).filter(|(hz, _)| *hz >= 5.0);
    errors.map(|(hz, db)| (db - prototype_db(&band, hz)).abs()).fold(0.0, f64::max)
}

/// Noise that this band adds to a 997 Hz tone at −6 dBFS, dBc.
fn low_noise(quality: Quality) -> f64 {
    let mut chain = equalizer(band(BandType::Peak, 20.0, 12.0, 4.0), 192_000.0, quality);
    let process = &mut |audio: &mut [&mut [f32]]| chain.process(audio);
    sine_gain_and_noise(process, 192_000.0, 997.0, 0.5, 4 * 192_000, 192_000).1
}

pub(super) fn measure() -> Section {
    let bells = errors(BandType::Peak, &BELL_QS);
    let low_shelves = errors(BandType::Lowshelf, &SHELF_QS);
    let high_shelves = errors(BandType::Highshelf, &SHELF_QS);
    let row = |subject: &str, unit, digits, values, goals| Row {
        subject: subject.into(),
        unit,
        digits,
        values,
        goals,
        better: Better::Less,
    };
    let error_row = |subject, values| row(subject, "dB", 3, values, GOALS);
    let one = |band: EqBand| each(|quality| error(band, 48_000.0, quality));
    let rows = vec![
        error_row("EQ error, ±12 dB bells, 5 to 18 kHz, Q 0.5 to 3, 44.1 and 48 kHz", largest(&bells)),
        error_row("EQ error, ±12 dB low shelves, 5 to 18 kHz, the same rates", largest(&low_shelves)),
        error_row("EQ error, ±12 dB high shelves, 5 to 18 kHz, the same rates", largest(&high_shelves)),
        error_row("EQ error, +12 dB bell, 10 kHz, Q 1", one(band(BandType::Peak, 10_000.0, 12.0, 1.0))),
        error_row("EQ error, +12 dB bell, 16 kHz, Q 1", one(band(BandType::Peak, 16_000.0, 12.0, 1.0))),
        error_row(
            "EQ error, +12 dB high shelf, 10 kHz",
            one(band(BandType::Highshelf, 10_000.0, 12.0, std::f32::consts::FRAC_1_SQRT_2)),
        ),
        row("EQ, 20 Hz, Q 4, +12 dB at 192 kHz: error", "dB", 4, each(low_error), [Some(0.02); 3]),
        row("the same: noise beside a 997 Hz tone", "dBc", 0, each(low_noise), [Some(-140.0); 3]),
    ];
    let pictures = vec![
        Picture {
            file: "eq-bell.svg",
            caption: "A +12 dB bell at 16 kHz in the three qualities and its analog prototype".into(),
            svg: bell().svg(),
        },
        Picture {
            file: "eq-error.svg",
            caption: "Largest error of bells by frequency".into(),
            svg: error_dots(&bells).svg(),
        },
    ];
    Section { title: "Equalizer", how: how(), rows, pictures }
}

fn bell() -> Chart {
    let band = band(BandType::Peak, 16_000.0, 12.0, 1.0);
    let top_hz = 23_000.0;
    let points = |quality| {
        response(band, 48_000.0, quality, 4096).points(top_hz).filter(|(hz, _)| *hz >= 2000.0).collect()
    };
    let prototype = (0..=200).map(|step| 2000.0 * (top_hz / 2000.0f64).powf(f64::from(step) / 200.0));
    let reference = Line {
        name: "analog prototype".into(),
        color: REFERENCE,
        points: prototype.map(|hz| (hz, prototype_db(&band, hz))).collect(),
        stroke: Stroke::Broad,
    };
    let line = |&quality: &Quality| Line {
        name: quality.label().into(),
        color: color_of(quality),
        points: points(quality),
        stroke: Stroke::Line,
    };
    Chart {
        title: "Equalizer: a bell of +12 dB at 16 kHz, Q 1, at 48 kHz".into(),
        note: "Draft is the usual bilinear filter, squeezed towards 24 kHz; good and best keep the analog shape.".into(),
        x: Scale::logarithmic("frequency, Hz", 2000.0, top_hz, &[2e3, 3e3, 5e3, 7e3, 10e3, 15e3, 20e3]),
        y: Scale::linear("gain, dB", -1.0, 13.0, 2.0),
        lines: [reference].into_iter().chain(Quality::ALL.iter().map(line)).collect(),
        limits: vec![],
    }
}

fn error_dots(bells: &[(f32, [f64; 3])]) -> Dots {
    let row = |&(hz, errors): &(f32, [f64; 3])| {
        let dots =
            Quality::ALL.iter().zip(errors).map(|(&quality, error)| (color_of(quality), error)).collect();
        DotRow { name: format!("{} kHz", hz / 1000.0), dots }
    };
    let limit = |at: f64, quality: Quality| Limit {
        at,
        name: format!("goal, {}", quality.label()),
        name_at: 1.0,
        color: color_of(quality),
    };
    Dots {
        title: "Equalizer: largest error of ±12 dB bells against their analog prototypes".into(),
        note: "Worst of Q 0.5 to 3 at 44.1 and 48 kHz, to 20 kHz. Dots at the edge lie beyond it.".into(),
        x: Scale::linear("error, dB", 0.0, 0.4, 0.05),
        legend: Quality::ALL.iter().map(|&quality| (quality.label().into(), color_of(quality))).collect(),
        rows: bells.iter().map(row).collect(),
        limits: vec![limit(0.1, Quality::Best), limit(0.2, Quality::Good)],
    }
}

fn how() -> String {
    "Response from the impulse, against the analog prototypes of R. Bristow-Johnson's *Audio EQ Cookbook*, to 20 kHz or 0.45 of the \
     sample rate. At the bottom: a 20 Hz bell at 192 kHz, from 5 to 1000 Hz, and the noise that it adds to a tone at −6 dBFS. \
     Procedures: `enhancer_measure::eq`."
        .into()
}
