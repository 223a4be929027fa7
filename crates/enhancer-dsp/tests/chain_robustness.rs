//! Invalid input gives valid output: not-a-number, infinities, extreme levels and subnormals pass without a
//! trace.

#[path = "chain/everything.rs"]
mod everything;

use enhancer_dsp::config::Detector;
use enhancer_dsp::{Enhancer, Quality};
use enhancer_measure::signal::{Random, to_db};
use enhancer_measure::tone::rms;
use everything::{any_config, everything, music, process_all, process_part};

fn assert_clean(channels: &[Vec<f32>], context: &str) {
    for channel in channels {
        let bad = channel.iter().position(|s| !(s.is_finite() && (*s == 0.0 || s.is_normal())));
        assert_eq!(bad.map(|at| (at, channel[at])), None, "{context}");
    }
}

#[test]
fn the_chain_recovers_from_invalid_samples() {
    let rate = 48_000.0;
    // The compressor returns from 96 dB over full scale: 0.12 s to each 63 %, and 15 of these to 1e-5 dB.
    let (garbage_at, recovered, frames) = (24_000, 24_000 + 240_000, 24_000 + 288_000);
    for quality in Quality::ALL.iter().copied() {
        let clean_input = music(rate, 2, frames);
        let chain = || {
            let mut enhancer = Enhancer::new(rate, 2).unwrap();
            enhancer.set_config(&everything(quality)).unwrap();
            enhancer
        };
        let mut clean = clean_input.clone();
        process_all(&mut chain(), &mut clean);
        for garbage in
            [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -1e38, 1e-40, -f32::from_bits(1)]
        {
            let mut output = clean_input.clone();
            for channel in &mut output {
                channel[garbage_at..garbage_at + 100].fill(garbage);
            }
            process_all(&mut chain(), &mut output);
            assert_clean(&output, &format!("{quality:?} after {garbage}"));
            for (output, clean) in output.iter().zip(&clean) {
                let difference: Vec<f32> =
                    output[recovered..].iter().zip(&clean[recovered..]).map(|(a, b)| a - b).collect();
                let db = to_db(rms(&difference) / rms(&clean[recovered..]));
                assert!(db < -120.0, "{quality:?}: {db} dB away 5 s after {garbage}");
            }
        }
    }
}

#[test]
fn random_bits_give_finite_samples() {
    let mut random = Random::new(21);
    for trial in 0..12 {
        let (rate, channels) = [(8000.0, 1), (48_000.0, 2), (384_000.0, 3)][trial % 3];
        let mut enhancer = Enhancer::new(rate, channels).unwrap();
        let mut stream: Vec<Vec<f32>> = (0..channels)
            .map(|_| (0..20_000).map(|_| f32::from_bits(random.next_u64() as u32)).collect())
            .collect();
        for part in 0..20 {
            enhancer.set_config(&any_config(&mut random)).unwrap();
            process_part(&mut enhancer, &mut stream, part * 1000, part * 1000 + 1000);
        }
        assert_clean(&stream, &format!("trial {trial}"));
        assert!(enhancer.meters().output_peak.iter().all(|peak| peak.is_finite()));
    }
}

#[test]
fn silence_after_a_signal_becomes_exact() {
    for (rate, quality) in [(48_000.0, Quality::Good), (8000.0, Quality::Best), (192_000.0, Quality::Draft)] {
        let mut enhancer = Enhancer::new(rate, 2).unwrap();
        enhancer.set_config(&everything(quality)).unwrap();
        let mut signal = music(rate, 2, 20_000);
        process_all(&mut enhancer, &mut signal);
        let mut tail = vec![vec![0.0; (3.0 * rate) as usize]; 2];
        process_all(&mut enhancer, &mut tail);
        assert_clean(&tail, "the tail");
        for channel in &tail {
            let last = channel.iter().rposition(|&s| s != 0.0).unwrap_or(0) as f64 / rate;
            assert!(last < 2.5, "{rate} {quality:?}: samples above 0 after {last} s");
        }
    }
}

#[test]
fn silence_from_the_start_stays_silent() {
    let mut random = Random::new(4);
    for trial in 0..12 {
        let rate = [8000.0, 44_100.0, 192_000.0][trial % 3];
        let mut enhancer = Enhancer::new(rate, 2).unwrap();
        let mut stream = vec![vec![0.0; 12_000]; 2];
        for part in 0..4 {
            enhancer.set_config(&any_config(&mut random)).unwrap();
            process_part(&mut enhancer, &mut stream, part * 3000, part * 3000 + 3000);
        }
        assert!(stream.iter().flatten().all(|&s| s == 0.0), "trial {trial}");
    }
}

/// All numbers in the debug output of a chain.
fn numbers(enhancer: &Enhancer) -> Vec<f64> {
    let shown = format!("{enhancer:?}");
    let words = shown.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')));
    words.filter_map(|word| word.parse::<f64>().ok()).filter(|number| number.is_finite()).collect()
}

/// Subnormal numbers take a hundred times as long as others. States below 1e-30 are set to zero. Values
/// derived from them meanwhile, up to the cube of a decaying sample in a delay line, stay above 1e-100.
/// Smaller ones would decay to 1e-308.
#[test]
fn no_state_lingers_near_zero_in_silence() {
    let rate = 48_000.0;
    for (quality, detector) in [
        (Quality::Draft, Detector::Rms),
        (Quality::Good, Detector::Peak),
        (Quality::Good, Detector::Rms),
        (Quality::Best, Detector::Rms),
    ] {
        let mut config = everything(quality);
        (config.compressor.detector, config.compressor.attack_ms) = (detector, 1.0);
        config.compressor.release_ms = 20.0;
        let mut enhancer = Enhancer::new(rate, 2).unwrap();
        enhancer.set_config(&config).unwrap();
        let mut signal = music(rate, 2, 9_600);
        process_all(&mut enhancer, &mut signal);
        // 10 s are 140 times 70 ms, the slowest time constant.
        for part in 0..100 {
            process_all(&mut enhancer, &mut vec![vec![0.0; 4800]; 2]);
            enhancer.meters();
            let least = numbers(&enhancer).into_iter().map(f64::abs).filter(|&n| n > 0.0).fold(1.0, f64::min);
            assert!(least >= 1e-100, "{quality:?}, {detector:?}: {least:e} after {} ms", part * 100 + 100);
        }
    }
}
