//! The core as the reference for the plugin: converts a host's values to a config and processes signals with
//! it.

use crate::rig::{Host, frozen_ids};
use enhancer_dsp::{Enhancer, EnhancerConfig, Listening};
use enhancer_dsp::{ParamId, ParamKind};
use enhancer_measure::signal::Random;
use std::collections::HashMap;

/// A host's values by id; [`config`](Self::config) converts them by the core's table.
#[derive(Clone)]
pub(crate) struct Values(HashMap<String, f64>);

impl Values {
    pub(crate) fn of(host: &mut Host) -> Self {
        Self(frozen_ids().map(|id| (id.to_owned(), host.value(id))).collect())
    }

    pub(crate) fn set(&mut self, id: &str, value: f64) {
        self.0.insert(id.to_owned(), value);
    }

    pub(crate) fn config(&self) -> EnhancerConfig {
        let mut config = EnhancerConfig::default();
        for id in ParamId::all() {
            let value = self.0[&id.to_string()] as f32;
            let value = match id.spec.kind {
                ParamKind::Float { .. } => id.spec.kind.value_at(value),
                _ => value,
            };
            id.set(&mut config, value);
        }
        config.equalizer.bands.drop_unused_end();
        config
    }

    pub(crate) fn listening(&self) -> Listening {
        let on = |id: &str| self.0[id] >= 0.5;
        Listening { loudness_match: on("listening.loudness_match"), delta: on("listening.delta") }
    }
}

/// A random value that a host may send for `id`: a position for a number, an index for a choice.
pub(crate) fn any_value(id: &str, random: &mut Random) -> f64 {
    let steps = match ParamId::find(id).map(|id| id.spec.kind) {
        Some(ParamKind::Float { .. }) => return f64::from(random.unit() as f32),
        Some(ParamKind::Choice(labels)) => labels.len() as u64,
        _ => 2,
    };
    (random.next_u64() % steps) as f64
}

/// The host's value for `value` of a parameter in the table's unit.
pub(crate) fn host_value(id: &str, value: f32) -> f64 {
    let kind = ParamId::find(id).unwrap().spec.kind;
    match kind {
        ParamKind::Float { .. } => f64::from(kind.position_of(value)),
        _ => f64::from(value),
    }
}

pub(crate) fn chain(rate: f64, channels: usize, values: &Values) -> Enhancer {
    let mut enhancer = Enhancer::new(rate, channels).unwrap();
    enhancer.set_config(&values.config()).unwrap();
    enhancer.set_listening(values.listening());
    enhancer
}

pub(crate) fn run(enhancer: &mut Enhancer, input: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut output = input.to_vec();
    enhancer.process(&mut output.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
    output
}

/// Noise with a level that varies over 40 dB, and different samples in each channel.
pub(crate) fn noise(channels: usize, frames: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut random = Random::new(seed);
    let mut level = 0.1;
    let mut noise = vec![Vec::with_capacity(frames); channels];
    for frame in 0..frames {
        if frame % 700 == 0 {
            level = 10f64.powf(random.between(-2.0, 0.0));
        }
        noise.iter_mut().for_each(|channel| channel.push((level * random.gaussian()) as f32));
    }
    noise
}

/// Asserts equality to the bit; the message contains the first different frame.
pub(crate) fn assert_same(one: &[Vec<f32>], other: &[Vec<f32>], case: &str) {
    assert_eq!(one.len(), other.len(), "{case}: channels");
    for (channel, (a, b)) in one.iter().zip(other).enumerate() {
        assert_eq!(a.len(), b.len(), "{case}: frames");
        let first = a.iter().zip(b).position(|(a, b)| a.to_bits() != b.to_bits());
        assert_eq!(first, None, "{case}: channel {channel} differs from this frame on");
    }
}
