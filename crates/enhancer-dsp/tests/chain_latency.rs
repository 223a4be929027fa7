//! The latency equals `latency_frames` for every config, and bypass plays the input to the bit.

#[path = "chain/everything.rs"]
mod everything;

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use everything::{any_config, everything, music, process_all, process_part};

const RATES_HZ: [f64; 12] = [
    8000.0, 11_025.0, 16_000.0, 22_050.0, 32_000.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0,
    192_000.0, 384_000.0,
];

#[test]
fn an_impulse_lands_on_the_latency() {
    for rate in RATES_HZ {
        for quality in Quality::ALL.iter().copied() {
            for limiter in [true, false] {
                let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
                config.limiter.enabled = limiter;
                let mut enhancer = Enhancer::new(rate, 2).unwrap();
                enhancer.set_config(&config).unwrap();
                let latency = enhancer.latency_frames();
                let mut channels = vec![vec![0.0; latency + 4000]; 2];
                channels[0][300] = 0.5;
                channels[1][300] = -0.25;
                process_all(&mut enhancer, &mut channels);
                for (channel, height) in channels.iter().zip([0.5f32, -0.25]) {
                    for (n, &sample) in channel.iter().enumerate() {
                        let expected = if n == 300 + latency { height } else { 0.0 };
                        assert!(
                            (sample - expected).abs() < 1e-6,
                            "{rate} {quality:?} limiter {limiter}: {sample} at {n}, latency {latency}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn latency_depends_on_quality_and_rate_alone() {
    let mut random = enhancer_measure::signal::Random::new(3);
    for rate in RATES_HZ {
        for quality in Quality::ALL.iter().copied() {
            let latency = |config: &EnhancerConfig, channels| {
                let mut enhancer = Enhancer::new(rate, channels).unwrap();
                enhancer.set_config(&EnhancerConfig { quality, ..*config }).unwrap();
                enhancer.latency_frames()
            };
            let expected = latency(&EnhancerConfig::default(), 2);
            assert!(expected as f64 <= 0.02 * rate, "{quality:?} {rate}: {expected} frames");
            for channels in [1, 2, 8] {
                assert_eq!(latency(&everything(quality), channels), expected);
                assert_eq!(latency(&any_config(&mut random), channels), expected);
            }
        }
    }
}

#[test]
fn bypass_plays_the_input_to_the_bit() {
    for (rate, channels, quality) in
        [(48_000.0, 2, Quality::Good), (44_100.0, 1, Quality::Best), (192_000.0, 5, Quality::Draft)]
    {
        let input = music(rate, channels, 20_000);
        let mut enhancer = Enhancer::new(rate, channels).unwrap();
        let on = everything(quality);
        let bypassed = EnhancerConfig { bypass_all: true, ..on };
        enhancer.set_config(&on).unwrap();
        let mut output = input.clone();
        process_part(&mut enhancer, &mut output, 0, 9000);
        enhancer.set_config(&bypassed).unwrap();
        process_part(&mut enhancer, &mut output, 9000, 20_000);
        // The crossfade takes 10 ms.
        let (latency, settled) = (enhancer.latency_frames(), 9000 + (0.010 * rate) as usize + 1);
        for (output, input) in output.iter().zip(&input) {
            assert_eq!(output[settled..], input[settled - latency..20_000 - latency], "{rate} {quality:?}");
            assert_ne!(output[latency..9000], input[..9000 - latency], "the chain changes the sound before");
        }
    }
}
