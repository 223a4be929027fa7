//! The DSP chain for a file: with its latency removed, and with any gain before the limiter.

use crate::advice;
use crate::audio::block::Block;
use enhancer_dsp::enhancer::NewError;
use enhancer_dsp::{ConfigError, Enhancer, EnhancerConfig, StageId};

/// Range of `master_gain`, ± dB.
const MASTER_GAIN_DB: f32 = 24.0;

/// The largest gain before the limiter beyond the config's own, dB.
pub(crate) const MAX_EXTRA_GAIN_DB: f64 = 48.0;

/// The lowest gain beyond the config's own, dB: from +96 dBFS, the highest level that enters the chain, to
/// −70 LUFS, with a margin.
pub(crate) const MIN_EXTRA_GAIN_DB: f64 = -200.0;

/// An error that stops a chain from being built.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChainError {
    #[error("{}", advice::on_format(.0))]
    New(#[from] NewError),
    #[error("{}", advice::on_config(.0))]
    Config(#[from] ConfigError),
}

/// One enhancer; or two where the gain before the limiter exceeds the range of `master_gain`. The first of
/// two runs without the limiter, the second runs the limiter alone, and the rest of the gain is applied
/// between them.
pub(crate) struct Chain {
    enhancers: Vec<Enhancer>,
    gain_between: f32,
    /// Frames of latency still to be dropped before the first frame of the input.
    lead: usize,
    latency: usize,
}

impl Chain {
    pub(crate) fn new(
        config: &EnhancerConfig,
        extra_gain_db: f64,
        sample_rate_hz: u32,
        channels: usize,
    ) -> Result<Self, ChainError> {
        let mut enhancers = Vec::new();
        let (configs, gain_between_db) = split(config, extra_gain_db);
        for config in configs.iter().flatten() {
            let mut enhancer = Enhancer::new(f64::from(sample_rate_hz), channels)?;
            enhancer.set_config(config)?;
            enhancers.push(enhancer);
        }
        let latency = enhancers.iter().map(Enhancer::latency_frames).sum();
        let gain_between = 10f64.powf(gain_between_db / 20.0) as f32;
        Ok(Self { enhancers, gain_between, lead: latency, latency })
    }

    /// Processes a block in place. The block becomes shorter by the latency's frames at the start of the
    /// file.
    pub(crate) fn process(&mut self, block: &mut Block) {
        for (index, enhancer) in self.enhancers.iter_mut().enumerate() {
            if index > 0 {
                block.planes.iter_mut().flatten().for_each(|sample| *sample *= self.gain_between);
            }
            enhancer.process(&mut block.as_mut_slices());
        }
        let dropped = self.lead.min(block.frames());
        if dropped > 0 {
            block.drop_front(dropped);
            self.lead -= dropped;
        }
    }

    /// Fills `block` with the frames that the latency holds back at the end.
    pub(crate) fn drain(&mut self, block: &mut Block) {
        block.clear();
        block.extend_silence(self.latency);
        self.process(block);
    }
}

/// Splits a config with extra gain before its limiter into one config, or into two and the gain between them,
/// dB.
fn split(config: &EnhancerConfig, extra_gain_db: f64) -> ([Option<EnhancerConfig>; 2], f64) {
    let extra_gain_db = extra_gain_db.clamp(MIN_EXTRA_GAIN_DB, MAX_EXTRA_GAIN_DB);
    let wanted_db = f64::from(config.master_gain_db) + extra_gain_db;
    let first_gain_db = (wanted_db as f32).clamp(-MASTER_GAIN_DB, MASTER_GAIN_DB);
    let mut first = EnhancerConfig { master_gain_db: first_gain_db, ..*config };
    if first_gain_db == wanted_db as f32 {
        return ([Some(first), None], 0.0);
    }
    first.limiter.enabled = false;
    let mut second = EnhancerConfig { quality: config.quality, ..EnhancerConfig::default() };
    for stage in StageId::ALL {
        stage.switch().set(&mut second, 0.0);
    }
    second.limiter = config.limiter;
    ([Some(first), Some(second)], wanted_db - f64::from(first_gain_db))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn impulse_through(chain: &mut Chain, at: usize, frames: usize) -> Vec<f32> {
        let mut input = vec![0.0; frames];
        input[at] = 0.25;
        let mut output = Vec::new();
        for piece in input.chunks(1000) {
            let mut block = Block { planes: vec![piece.to_vec()] };
            chain.process(&mut block);
            output.extend(&block.planes[0]);
        }
        let mut tail = Block::new(1);
        chain.drain(&mut tail);
        output.extend(&tail.planes[0]);
        output
    }

    #[test]
    fn an_unsupported_format_names_its_remedy() {
        for (rate_hz, channels, remedy) in
            [(4000, 2, "; resample the audio"), (48_000, 9, "; downmix the audio")]
        {
            let made = Chain::new(&EnhancerConfig::default(), 0.0, rate_hz, channels);
            let message = made.map(|_| ()).unwrap_err().to_string();
            assert!(message.ends_with(remedy), "{message}");
        }
    }

    #[test]
    fn an_impulse_stays_in_its_place_with_any_gain() {
        for gain_db in [0.0, -30.0, -90.0, 30.0, 40.0] {
            let config = EnhancerConfig::default();
            let mut chain = Chain::new(&config, gain_db, 48_000, 1).unwrap();
            let output = impulse_through(&mut chain, 4321, 10_000);
            assert_eq!(output.len(), 10_000, "{gain_db}");
            let peak = (0..output.len()).max_by(|&a, &b| output[a].abs().total_cmp(&output[b].abs()));
            assert_eq!(peak, Some(4321), "{gain_db}");
        }
    }

    #[test]
    fn gain_beyond_the_master_s_range_is_exact() {
        let mut config = EnhancerConfig::default();
        config.limiter.enabled = false;
        config.master_gain_db = 10.0;
        for extra_gain_db in [13.9, 14.1, 26.0, 48.0, -33.9, -34.1, -90.0, -150.0] {
            let mut chain = Chain::new(&config, extra_gain_db, 48_000, 1).unwrap();
            let output = impulse_through(&mut chain, 4321, 10_000);
            let gain_db = 20.0 * (f64::from(output[4321]) / 0.25).log10();
            assert!((gain_db - 10.0 - extra_gain_db).abs() < 1e-4, "{extra_gain_db}: {gain_db}");
        }
    }
}
