//! Configs and streams for the tests of the whole chain.
#![allow(dead_code, reason = "each test crate uses its part")]

use enhancer_dsp::config::{BandChannel, BandType, EqBand, FilterSlope};
use enhancer_dsp::{Enhancer, EnhancerConfig, ParamId, ParamKind, Quality, StageId};
use enhancer_measure::signal::{Random, sine, white_noise};

/// Every stage on: a new one with its defaults, the others with settings that change the sound.
pub(crate) fn everything(quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, master_gain_db: 3.0, ..EnhancerConfig::default() };
    for stage in StageId::ALL {
        stage.switch().set(&mut config, 1.0);
    }
    config.equalizer.preamp_db = -2.0;
    for (kind, frequency_hz, gain_db, channel) in [
        (BandType::Highpass, 30.0, 0.0, BandChannel::Stereo),
        (BandType::Lowshelf, 100.0, 4.0, BandChannel::Mid),
        (BandType::Peak, 300.0, -5.0, BandChannel::Left),
        (BandType::Notch, 1000.0, 0.0, BandChannel::Right),
        (BandType::Peak, 2500.0, 6.0, BandChannel::Side),
        (BandType::Tilt, 700.0, 2.0, BandChannel::Stereo),
        (BandType::Highshelf, 8000.0, 5.0, BandChannel::Stereo),
        (BandType::Lowpass, 17_000.0, 0.0, BandChannel::Stereo),
    ] {
        let slope = FilterSlope::Db24;
        config.equalizer.bands.push(EqBand {
            kind,
            frequency_hz,
            gain_db,
            channel,
            slope,
            ..EqBand::default()
        });
    }
    config.compressor.sidechain_highpass_hz = 80.0;
    config.compressor.auto_makeup = true;
    config.bass_boost.harmonics_percent = 50.0;
    config.treble_boost.frequency_hz = 3000.0;
    config.treble_boost.harmonics_percent = 50.0;
    config.stereo_enhancer.width_percent = 140.0;
    config.stereo_enhancer.mono_below_hz = 120.0;
    config.stereo_enhancer.balance_percent = -20.0;
    config.stereo_enhancer.crossfeed_percent = 30.0;
    config
}

/// A valid config with each field drawn evenly, or log-evenly, from its range. Each parameter has a generator
/// of its own, seeded by its id and one number of `random`, so a new parameter changes no other draw.
pub(crate) fn any_config(random: &mut Random) -> EnhancerConfig {
    let mut config = EnhancerConfig::default();
    let seed = random.next_u64();
    let bands = generator(seed, "bands").next_u64() % 17;
    for id in ParamId::all().filter(|id| id.band.is_none_or(|band| (band as u64) < bands)) {
        let unit = generator(seed, &id.to_string()).unit();
        let (min, max) = id.spec.kind.range();
        let value = match id.spec.kind {
            ParamKind::Float { .. } if min > 0.0 => min * (max / min).powf(unit as f32),
            ParamKind::Float { .. } => (f64::from(min) + f64::from(max - min) * unit) as f32,
            _ => (unit * f64::from(max + 1.0)).floor() as f32,
        };
        id.set(&mut config, value.clamp(min, max));
    }
    assert_eq!(config.validate(), Ok(()));
    config
}

/// A generator that depends on `seed` and the FNV-1a hash of `id` alone.
fn generator(seed: u64, id: &str) -> Random {
    let hash = id.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    Random::new(seed ^ hash)
}

/// Noise and tones, different in each channel, loud enough for compressor and limiter to reduce.
pub(crate) fn music(rate_hz: f64, channels: usize, frames: usize) -> Vec<Vec<f32>> {
    let channel = |index: usize| {
        let noise = white_noise(0.1, 100 + index as u64, frames);
        let low = sine(60.0 + 7.0 * index as f64, 0.4, 0.3, rate_hz, frames);
        let high = sine(0.11 * rate_hz, 0.2, 1.0, rate_hz, frames);
        let beat = sine(3.0, 1.0, 0.0, rate_hz, frames);
        let voices = noise.iter().zip(low).zip(high).zip(beat);
        voices.map(|(((noise, low), high), beat)| (noise + low + high) * beat).collect()
    };
    (0..channels).map(channel).collect()
}

/// Processes the frames `from..to` of planar channels in place.
pub(crate) fn process_part(enhancer: &mut Enhancer, channels: &mut [Vec<f32>], from: usize, to: usize) {
    let mut views: [&mut [f32]; 8] = Default::default();
    let count = channels.len();
    for (view, channel) in views.iter_mut().zip(channels) {
        *view = &mut channel[from..to];
    }
    enhancer.process(&mut views[..count]);
}

/// Processes all frames in one call.
pub(crate) fn process_all(enhancer: &mut Enhancer, channels: &mut [Vec<f32>]) {
    let frames = channels.first().map_or(0, Vec::len);
    process_part(enhancer, channels, 0, frames);
}
