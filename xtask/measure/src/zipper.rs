//! Measures zipper noise: the energy above 5 kHz after a control jumps.

use super::report::{Better, Picture, Row, Section};
use crate::picture::{Dots, Limit, REFERENCE, Row as DotRow, Scale, color_of};
use enhancer_dsp::config::{BandType, Bands, EqBand};
use enhancer_dsp::{EnhancerConfig, Quality};
use enhancer_measure::zipper::{self, Splash};

const RATE: f64 = 48_000.0;
const GOAL_DBC: f64 = -100.0;

/// A control with two positions, 12 dB apart.
struct Case {
    name: &'static str,
    /// Gain of the right channel: −1 for controls of the side signal.
    right_gain: f32,
    set: fn(&mut EnhancerConfig, up: bool),
}

const CASES: &[Case] = &[
    Case { name: "master gain", right_gain: 1.0, set: |c, up| c.master_gain_db = db(up) },
    Case { name: "EQ preamp", right_gain: 1.0, set: |c, up| c.equalizer.preamp_db = db(up) },
    Case { name: "bell at 1 kHz", right_gain: 1.0, set: |c, up| band(c, BandType::Peak, 1000.0, db(up)) },
    Case {
        name: "low shelf at 4 kHz",
        right_gain: 1.0,
        set: |c, up| band(c, BandType::Lowshelf, 4000.0, db(up)),
    },
    Case {
        name: "high shelf at 250 Hz",
        right_gain: 1.0,
        set: |c, up| band(c, BandType::Highshelf, 250.0, db(up)),
    },
    Case { name: "compressor make-up", right_gain: 1.0, set: makeup },
    Case { name: "compressor threshold", right_gain: 1.0, set: threshold },
    Case { name: "bass boost at 250 Hz", right_gain: 1.0, set: bass },
    Case { name: "treble boost at 2 kHz", right_gain: 1.0, set: treble },
    Case { name: "width, side signal", right_gain: -1.0, set: width },
    Case { name: "limiter ceiling", right_gain: 1.0, set: ceiling },
];

fn db(up: bool) -> f32 {
    if up { 12.0 } else { 0.0 }
}

fn band(config: &mut EnhancerConfig, kind: BandType, frequency_hz: f32, gain_db: f32) {
    config.equalizer.bands = Bands::from_iter([EqBand { kind, frequency_hz, gain_db, ..EqBand::default() }]);
}

fn makeup(config: &mut EnhancerConfig, up: bool) {
    config.compressor.enabled = true;
    config.compressor.threshold_db = 0.0;
    config.compressor.makeup_gain_db = db(up);
}

fn threshold(config: &mut EnhancerConfig, up: bool) {
    config.compressor.enabled = true;
    config.compressor.ratio = 20.0;
    config.compressor.threshold_db = if up { -18.0 } else { -33.6 };
}

fn bass(config: &mut EnhancerConfig, up: bool) {
    config.bass_boost.enabled = true;
    config.bass_boost.frequency_hz = 250.0;
    config.bass_boost.harmonics_percent = 0.0;
    config.bass_boost.amount_db = db(up);
}

fn treble(config: &mut EnhancerConfig, up: bool) {
    config.treble_boost.enabled = true;
    config.treble_boost.frequency_hz = 2000.0;
    config.treble_boost.harmonics_percent = 0.0;
    config.treble_boost.amount_db = db(up);
}

fn width(config: &mut EnhancerConfig, up: bool) {
    config.stereo_enhancer.enabled = true;
    config.stereo_enhancer.width_percent = if up { 200.0 } else { 50.0 };
}

fn ceiling(config: &mut EnhancerConfig, up: bool) {
    config.limiter.enabled = true;
    config.master_gain_db = 17.0;
    config.limiter.ceiling_dbtp = if up { -1.0 } else { -13.0 };
}

/// The larger splash of the jump up and the jump down.
fn splash(case: &Case, quality: Quality) -> Splash {
    let way = |up: bool| {
        zipper::splash(RATE, case.right_gain, || {
            let mut enhancer = super::enhancer(RATE, quality, |config| (case.set)(config, !up));
            let after = super::config(quality, |config| (case.set)(config, up));
            let mut turned = false;
            move |jumped, channels: &mut [&mut [f32]]| {
                if jumped && !turned {
                    enhancer.set_config(&after).expect("a config within the ranges");
                    turned = true;
                }
                enhancer.process(channels);
            }
        })
    };
    let (up, down) = (way(true), way(false));
    if up.splash_dbc > down.splash_dbc { up } else { down }
}

fn figures(case: &Case) -> [Splash; 3] {
    [Quality::Draft, Quality::Good, Quality::Best].map(|quality| splash(case, quality))
}

pub(super) fn measure() -> Section {
    let figures: Vec<[Splash; 3]> = CASES.iter().map(figures).collect();
    let worst = |index: usize| figures.iter().map(|figures| figures[index].splash_dbc).reduce(f64::max);
    let row = Row {
        subject: "any gain jumps 12 dB under a 1 kHz sine: energy above 5 kHz".into(),
        unit: "dBc",
        digits: 0,
        values: [worst(0), worst(1), worst(2)],
        goals: [Some(GOAL_DBC); 3],
        better: Better::Less,
    };
    let rows = CASES.iter().zip(&figures).map(|(case, figures)| {
        let dots = Quality::ALL.iter().zip(figures);
        let dots = dots.map(|(&quality, splash)| (color_of(quality), splash.splash_dbc)).collect();
        DotRow { name: format!("{} ({:.0} dB)", case.name, figures[1].moved_db.abs()), dots }
    });
    let picture = Dots {
        title: "A control jumps under a 1 kHz sine".into(),
        note: "RMS above 5 kHz in the worst 10 ms, over the sine's; the worse of up and down. In brackets: the change of gain.".into(),
        x: Scale::linear("splash above 5 kHz, dBc", -160.0, -60.0, 20.0),
        legend: Quality::ALL.iter().map(|&quality| (quality.label().into(), color_of(quality))).collect(),
        rows: rows.collect(),
        limits: vec![Limit { at: GOAL_DBC, name: "goal".into(), name_at: 1.0, color: REFERENCE }],
    };
    Section {
        title: "Zipper noise",
        how: "A 1 kHz sine at −18 dBFS plays; one control jumps at eight places within the sine's period, up and down. \
              The figure is the RMS above 5 kHz in the worst 10 ms over the RMS of the sine before. An instant jump \
              reads about −17 dBc. `enhancer_measure::zipper`."
            .into(),
        rows: vec![row],
        pictures: vec![Picture { file: "zipper.svg", caption: "Splash of each control's jump".into(), svg: picture.svg() }],
    }
}
