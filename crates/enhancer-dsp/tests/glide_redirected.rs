//! A parameter that changes its target in mid-glide never makes the sound louder than its settled values.

mod rig;

use enhancer_dsp::config::BandType;
use enhancer_dsp::{Enhancer, EnhancerConfig, ParamId, ParamKind, StageId};
use rig::{chain, config};
use std::f64::consts::TAU;

const RATE: f64 = 48_000.0;
/// Two periods of the input, so that every window of this length has the same level once the chain has
/// settled.
const WINDOW: usize = 960;
/// Frames after which every filter of these tests has settled.
const SETTLE: usize = 12_000;
/// Frames from the first jump to the second. A polynomial glide lasts 960 frames.
const REDIRECTED_AFTER: [usize; 4] = [300, 576, 700, 860];
/// Settled values that are compared, over the whole travel of the control.
const GRID: usize = 13;

/// A redirected minimum-jerk ramp overshoots by at most this share of the jump. Gains move by such ramps,
/// linear ones and ones in decibels.
const OVERSHOOT: f64 = 0.07;
/// A section whose tuning falls releases energy that it stored at the higher tuning, dB. For the all-pass of
/// the mono lows, `E' − E = (g/k) (x² − y²)` (see `filter::section`): the sum of `g y²` stays below that of
/// `g x²`, the sum of `y²` need not.
const RELEASED_DB: f64 = 4.0;
/// The same in the side-chain, whose detector averages it, dB of reduction.
const RELEASED_REDUCTION_DB: f64 = 1.0;

/// Left and right: five tones each, louder in the bass, with other phases, so that mid and side have all of
/// them as well.
fn input(frames: usize) -> Vec<Vec<f32>> {
    let sample = |frame: usize, channel: usize| {
        let tones = [100.0, 300.0, 1100.0, 3100.0, 9100.0].iter().enumerate();
        let phase = |index: usize| (1 + index) as f64 * (1.0 + 1.7 * channel as f64);
        let tone = |index, hz: f64| hz.powf(-0.5) * (TAU * hz * frame as f64 / RATE + phase(index)).sin();
        (0.4 * tones.map(|(index, &hz)| tone(index, hz)).sum::<f64>()) as f32
    };
    (0..2).map(|channel| (0..frames).map(|frame| sample(frame, channel)).collect()).collect()
}

/// RMS of left, right, mid and side.
type Levels = [f64; 4];

/// The smallest and largest level of any window, and the largest reduction of the compressor, dB.
#[derive(Clone, Copy)]
struct Range {
    least: Levels,
    most: Levels,
    most_reduction_db: f64,
}

impl Range {
    const NONE: Self = Self { least: [f64::INFINITY; 4], most: [0.0; 4], most_reduction_db: 0.0 };

    fn or(self, other: Self) -> Self {
        Self {
            least: std::array::from_fn(|n| self.least[n].min(other.least[n])),
            most: std::array::from_fn(|n| self.most[n].max(other.most[n])),
            most_reduction_db: self.most_reduction_db.max(other.most_reduction_db),
        }
    }

    /// Of windows every 120 frames.
    fn of(output: &[Vec<f32>], reduction_db: f32) -> Self {
        assert!(output.iter().flatten().all(|sample| sample.is_finite()));
        let frame = |n: usize| [f64::from(output[0][n]), f64::from(output[1][n])];
        let windows = (0..=output[0].len() - WINDOW).step_by(120).map(|start| {
            let mut energy = [0.0; 4];
            for [left, right] in (start..start + WINDOW).map(frame) {
                let signals = [left, right, 0.5 * (left + right), 0.5 * (left - right)];
                energy.iter_mut().zip(signals).for_each(|(energy, signal)| *energy += signal * signal);
            }
            let levels = energy.map(|energy| (energy / WINDOW as f64).sqrt());
            Self { least: levels, most: levels, most_reduction_db: f64::from(reduction_db) }
        });
        windows.fold(Self::NONE, Self::or)
    }
}

/// Plays the periodic input and measures the output.
struct Player {
    enhancer: Enhancer,
    input: Vec<Vec<f32>>,
    frame: usize,
}

impl Player {
    fn new(config: &EnhancerConfig) -> Self {
        let mut player = Self { enhancer: chain(RATE, 2, config), input: input(SETTLE + 4000), frame: 0 };
        player.play(SETTLE);
        player.enhancer.meters();
        player
    }

    fn play(&mut self, frames: usize) -> Vec<Vec<f32>> {
        let range = self.frame..self.frame + frames;
        let mut output: Vec<Vec<f32>> =
            self.input.iter().map(|channel| channel[range.clone()].to_vec()).collect();
        self.enhancer.process(&mut output.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
        self.frame += frames;
        output
    }

    fn set(&mut self, config: &EnhancerConfig) {
        self.enhancer.set_config(config).expect("a valid config");
    }

    fn measure(&mut self, output: &[Vec<f32>]) -> Range {
        Range::of(output, self.enhancer.meters().reduction_db(StageId::Compressor))
    }
}

fn settled(config: &EnhancerConfig) -> Range {
    let mut player = Player::new(config);
    let output = player.play(2 * WINDOW);
    player.measure(&output)
}

/// Configs in which the parameter works, its own stage alone switched on.
fn bases(id: ParamId) -> Vec<EnhancerConfig> {
    let name = id.to_string();
    let base = config(|config| {
        config.equalizer.enabled = name.starts_with("equalizer");
        config.compressor.enabled = name.starts_with("compressor");
        (config.compressor.threshold_db, config.compressor.ratio) = (-40.0, 4.0);
        (config.compressor.attack_ms, config.compressor.release_ms) = (5.0, 50.0);
        config.bass_boost.enabled = name.starts_with("bass_boost");
        config.treble_boost.enabled = name.starts_with("treble_boost");
        config.treble_boost.frequency_hz = 3000.0;
        config.stereo_enhancer.enabled = name.starts_with("stereo_enhancer");
        config.limiter.enabled = name.starts_with("limiter");
        if config.limiter.enabled {
            config.master_gain_db = 24.0;
        }
    });
    if id.band.is_none() {
        return vec![base];
    }
    let kinds = [BandType::Peak, BandType::Lowpass, BandType::Highshelf];
    let with_band = |kind| {
        let mut base = base;
        let band = enhancer_dsp::config::EqBand { kind, gain_db: 9.0, q: 1.5, ..Default::default() };
        base.equalizer.bands.push(band);
        base
    };
    kinds.map(with_band).to_vec()
}

/// Every parameter that a config without further bands has.
fn parameters() -> impl Iterator<Item = ParamId> {
    ParamId::all().filter(|id| id.band.unwrap_or(0) == 0 && id.to_string() != "processing_quality")
}

fn with(base: &EnhancerConfig, id: ParamId, position: f32) -> EnhancerConfig {
    let mut config = *base;
    id.set(&mut config, id.spec.kind.value_at(position));
    config
}

/// From, to, then a little off the first or the second: positions of the control.
fn journeys(kind: &ParamKind) -> Vec<[f32; 3]> {
    let (low, near) = match kind {
        // 0 is off: the lowest value that is on, at a 25th of the range.
        ParamKind::Float { zero_is_off: true, .. } => (0.04, 0.002),
        ParamKind::Float { .. } => (0.0, 0.002),
        ParamKind::Switch => return vec![[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]],
        ParamKind::Choice(labels) => {
            let step = 1.0 / (labels.len() - 1) as f32;
            return vec![[0.0, 1.0, 1.0 - step], [1.0, 0.0, step], [0.0, 1.0, step], [1.0, 0.0, 1.0 - step]];
        }
    };
    vec![[1.0, low, low + near], [1.0, low, 1.0 - near], [low, 1.0, 1.0 - near], [low, 1.0, low + near]]
}

/// The loudest that a settled parameter gets anywhere on its way, and the loudest while it is redirected.
fn settled_and_moving(base: &EnhancerConfig, id: ParamId) -> (Range, Vec<(String, Range)>) {
    let grid = (0..GRID).map(|n| n as f32 / (GRID - 1) as f32);
    let mut places: Vec<f32> = grid.chain(journeys(&id.spec.kind).into_iter().flatten()).collect();
    places.sort_by(f32::total_cmp);
    places.dedup();
    let settled = places.iter().map(|&position| settled(&with(base, id, position)));
    let settled = settled.fold(Range::NONE, Range::or);
    let mut moving = vec![];
    for positions in journeys(&id.spec.kind) {
        let [from, to, redirected] = positions.map(|position| with(base, id, position));
        for frames in REDIRECTED_AFTER {
            let mut player = Player::new(&from);
            player.set(&to);
            let mut output = player.play(frames);
            player.set(&redirected);
            for (all, more) in output.iter_mut().zip(player.play(2400)) {
                all.extend(more);
            }
            let values = positions.map(|position| id.spec.kind.value_at(position));
            moving.push((format!("{id} {values:?} after {frames} frames"), player.measure(&output)));
        }
    }
    (settled, moving)
}

#[test]
fn a_redirected_parameter_is_never_louder_than_its_settled_values() {
    let mut faults = vec![];
    for (id, base) in parameters().flat_map(|id| bases(id).into_iter().map(move |base| (id, base))) {
        let (settled, moving) = settled_and_moving(&base, id);
        for (name, moving) in moving {
            for signal in 0..4 {
                // 1e-4 is −46 dB of a tone: a level that the settled values leave at zero.
                let db = |level: f64| 20.0 * level.max(1e-4).log10();
                let excess_db = db(moving.most[signal]) - db(settled.most[signal]);
                let span_db = db(settled.most[signal]) - db(settled.least[signal]);
                if excess_db > RELEASED_DB + OVERSHOOT * span_db {
                    faults.push(format!("{name}, signal {signal}: {excess_db:.2} dB, span {span_db:.1} dB"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_redirected_parameter_never_reduces_more_than_its_settled_values() {
    let mut faults = vec![];
    for id in parameters().filter(|id| id.to_string().starts_with("compressor")) {
        let (settled, moving) = settled_and_moving(&bases(id)[0], id);
        for (name, moving) in moving {
            let excess_db = moving.most_reduction_db - settled.most_reduction_db;
            if excess_db > RELEASED_REDUCTION_DB {
                faults.push(format!("{name}: {excess_db:.2} dB more reduction"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
