//! Sound below the ceiling passes to the bit, after one constant latency, with the limiter on or off.

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use enhancer_measure::meter::true_peak_16x;
use enhancer_measure::signal::{Random, from_db, white_noise};

fn enhancer(sample_rate_hz: f64, channels: usize, config: EnhancerConfig) -> Enhancer {
    let mut enhancer = Enhancer::new(sample_rate_hz, channels).unwrap();
    enhancer.set_config(&config).unwrap();
    enhancer
}

fn process(enhancer: &mut Enhancer, channels: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut channels = channels.to_vec();
    enhancer.process(&mut channels.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
    channels
}

/// True if `output` equals `input`, `latency` frames later, to the bit.
fn is_delayed(input: &[f32], output: &[f32], latency: usize) -> bool {
    output[..latency].iter().all(|&sample| sample == 0.0)
        && output[latency..] == input[..input.len() - latency]
}

#[test]
fn below_the_ceiling_every_bit_stays() {
    for (rate, channels) in [(8_000.0, 1), (44_100.0, 2), (48_000.0, 3), (96_000.0, 8), (384_000.0, 2)] {
        for &quality in Quality::ALL {
            let mut enhancer = enhancer(rate, channels, EnhancerConfig { quality, ..Default::default() });
            // −1.3 dBTP, 0.3 dB below the ceiling: the detector works, the gain stays 1.
            let noise: Vec<Vec<f32>> = (0..channels)
                .map(|channel| {
                    let noise = white_noise(0.2, 1 + channel as u64, 9000);
                    let fader = (from_db(-1.3) / true_peak_16x(&noise)) as f32;
                    noise.iter().map(|sample| sample * fader).collect()
                })
                .collect();
            let output = process(&mut enhancer, &noise);
            for (input, output) in noise.iter().zip(&output) {
                assert!(is_delayed(input, output, enhancer.latency_frames()), "{rate} Hz, {quality:?}");
            }
            assert_eq!(enhancer.meters().reduction_db(enhancer_dsp::StageId::Limiter), 0.0);
        }
    }
}

#[test]
fn switched_off_it_only_delays_and_by_the_same() {
    for &quality in Quality::ALL {
        let mut config = EnhancerConfig { quality, ..Default::default() };
        let on = enhancer(48_000.0, 2, config).latency_frames();
        config.limiter.enabled = false;
        let mut enhancer = enhancer(48_000.0, 2, config);
        assert_eq!(enhancer.latency_frames(), on);
        let noise = vec![white_noise(4.0, 3, 5000), white_noise(4.0, 4, 5000)];
        for (input, output) in noise.iter().zip(process(&mut enhancer, &noise)) {
            assert!(is_delayed(input, &output, on), "{quality:?}");
        }
    }
}

#[test]
fn latency_is_short() {
    for rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for (quality, most_ms) in [(Quality::Draft, 1.05), (Quality::Good, 2.6), (Quality::Best, 4.2)] {
            let enhancer = enhancer(rate, 2, EnhancerConfig { quality, ..Default::default() });
            let latency_ms = enhancer.latency_frames() as f64 * 1e3 / rate;
            assert!(latency_ms <= most_ms, "{rate} Hz, {quality:?}: {latency_ms} ms");
        }
    }
}

#[test]
fn after_limiting_the_gain_returns_to_exactly_1() {
    for &quality in Quality::ALL {
        let mut enhancer = enhancer(48_000.0, 2, EnhancerConfig { quality, ..Default::default() });
        let mut samples = white_noise(0.05, 9, 3 * 48_000);
        for sample in &mut samples[100..4800] {
            *sample *= 40.0;
        }
        let output = process(&mut enhancer, &[samples.clone(), samples.clone()]);
        let latency = enhancer.latency_frames();
        let (input, output) =
            (&samples[2 * 48_000..3 * 48_000 - latency], &output[0][2 * 48_000 + latency..]);
        assert!(input == output, "{quality:?}: 1.9 s after the last peak, 24 release times");
        enhancer.meters();
        process(&mut enhancer, &[samples[9600..].to_vec(), samples[9600..].to_vec()]);
        assert_eq!(
            enhancer.meters().reduction_db(enhancer_dsp::StageId::Limiter),
            0.0,
            "{quality:?}: to the last bit"
        );
    }
}

#[test]
fn switching_on_and_off_under_a_quiet_sound_changes_nothing() {
    let mut random = Random::new(21);
    for &quality in Quality::ALL {
        let mut config = EnhancerConfig { quality, ..Default::default() };
        let mut enhancer = enhancer(48_000.0, 2, config);
        // Up to −1.2 dBFS, and smooth enough for all true peaks to stay below −1.15 dBTP.
        let tone: Vec<f32> = (0..48_000).map(|n| (from_db(-1.2) * (n as f64 * 0.13).sin()) as f32).collect();
        let mut output = [tone.clone(), tone.clone()];
        let mut done = 0;
        while done < tone.len() {
            let count = ((random.unit() * 2000.0) as usize).min(tone.len() - done);
            config.limiter.enabled = !config.limiter.enabled;
            enhancer.set_config(&config).unwrap();
            let [left, right] = &mut output;
            enhancer.process(&mut [&mut left[done..done + count], &mut right[done..done + count]]);
            done += count;
        }
        assert!(is_delayed(&tone, &output[0], enhancer.latency_frames()), "{quality:?}");
    }
}
