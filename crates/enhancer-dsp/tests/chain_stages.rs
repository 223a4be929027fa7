//! Laws of every stage, the next one included: each runs over the list of stages and names none.

mod rig;

use enhancer_dsp::{Enhancer, EnhancerConfig, ParamKind, Quality, StageId};
use enhancer_measure::signal::sine;
use rig::{config, moving_noise};

const RATE: f64 = 48_000.0;

/// A config with one stage on, and every number of it at `place` of its travel, 0 to 1.
fn only(stage: StageId, place: f32) -> EnhancerConfig {
    config(|config| {
        for param in stage.params().filter(|param| matches!(param.spec.kind, ParamKind::Float { .. })) {
            param.set(config, param.spec.kind.value_at(place));
        }
        stage.switch().set(config, 1.0);
    })
}

fn chain(config: &EnhancerConfig) -> Enhancer {
    let mut enhancer = Enhancer::new(RATE, 2).unwrap();
    enhancer.set_config(config).unwrap();
    enhancer
}

fn play(enhancer: &mut Enhancer, channels: &mut [Vec<f32>]) {
    enhancer.process(&mut channels.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
}

#[test]
fn a_meter_rests_while_its_stage_is_off() {
    for &stage in StageId::ALL.iter().filter(|stage| stage.reduces_gain()) {
        let loud = || vec![sine(997.0, 0.9, 0.0, RATE, 24_000); 2];
        let mut on = only(stage, 0.1);
        on.master_gain_db = 12.0;
        let mut enhancer = chain(&on);
        play(&mut enhancer, &mut loud());
        assert!(enhancer.meters().reduction_db(stage) > 3.0, "{} does not work", stage.name());
        stage.switch().set(&mut on, 0.0);
        enhancer.set_config(&on).unwrap();
        play(&mut enhancer, &mut loud());
        enhancer.meters();
        play(&mut enhancer, &mut loud());
        assert_eq!(enhancer.meters().reduction_db(stage), 0.0, "{} is off", stage.name());
    }
}

/// A meter that read the last frame alone would depend on the cuts.
#[test]
fn a_meter_does_not_depend_on_how_blocks_are_cut() {
    let input = moving_noise(2, 20_000, 11);
    for &stage in StageId::ALL.iter().filter(|stage| stage.reduces_gain()) {
        let reduction = |length: usize| {
            let mut enhancer = chain(&EnhancerConfig { master_gain_db: 24.0, ..only(stage, 0.1) });
            for start in (0..20_000).step_by(length) {
                let end = (start + length).min(20_000);
                let mut block: Vec<Vec<f32>> =
                    input.iter().map(|channel| channel[start..end].to_vec()).collect();
                play(&mut enhancer, &mut block);
            }
            enhancer.meters().reduction_db(stage)
        };
        assert!(reduction(20_000) > 3.0, "{} does not work", stage.name());
        assert_eq!(reduction(20_000), reduction(37), "{}", stage.name());
    }
}

#[test]
fn a_stage_that_is_off_changes_no_bit() {
    let input = moving_noise(2, 10_000, 3);
    for &stage in StageId::ALL {
        let mut off = only(stage, 0.8);
        stage.switch().set(&mut off, 0.0);
        let mut output = input.clone();
        let mut enhancer = chain(&off);
        let latency = enhancer.latency_frames();
        play(&mut enhancer, &mut output);
        for (input, output) in input.iter().zip(&output) {
            assert_eq!(input[..10_000 - latency], output[latency..], "{}", stage.name());
        }
    }
}

#[test]
fn switching_on_equals_a_fresh_start_after_the_crossfade() {
    let input = moving_noise(2, 60_000, 5);
    for &stage in StageId::ALL {
        let on = only(stage, 0.6);
        let mut off = on;
        stage.switch().set(&mut off, 0.0);
        let [mut fresh, mut switched] = [input.clone(), input.clone()];
        play(&mut chain(&on), &mut fresh);
        let mut enhancer = chain(&off);
        enhancer.set_config(&on).unwrap();
        play(&mut enhancer, &mut switched);
        // Four glides and the time of the slowest detector: the rest of a state is then below 1e-3.
        let rest = |channels: &[Vec<f32>]| channels[0][48_000..].to_vec();
        for (fresh, switched) in rest(&fresh).iter().zip(rest(&switched)) {
            assert!((fresh - switched).abs() < 2e-3, "{}: {fresh} and {switched}", stage.name());
        }
    }
}

/// A subnormal number costs a processor many times as long as another one.
#[test]
fn no_state_stays_subnormal() {
    for &stage in StageId::ALL {
        for quality in [Quality::Good, Quality::Best] {
            let mut config = only(stage, 1.0);
            config.quality = quality;
            let mut enhancer = Enhancer::new(8000.0, 2).unwrap();
            enhancer.set_config(&config).unwrap();
            let mut noise = moving_noise(2, 6400, 7);
            play(&mut enhancer, &mut noise);
            for round in 0..300 {
                play(&mut enhancer, &mut [vec![0.0; 320], vec![0.0; 320]]);
                assert_eq!(subnormal_states(&enhancer), 0, "{} {quality:?}, {round}", stage.name());
            }
        }
    }
}

/// Numbers in the chain's own description of itself that are neither zero nor normal.
fn subnormal_states(enhancer: &Enhancer) -> usize {
    let text = format!("{enhancer:?}");
    let words = text.split(|c: char| !(c.is_ascii_digit() || "+-.e".contains(c)));
    words
        .filter(|word| word.contains("e-"))
        .filter_map(|word| word.parse::<f64>().ok())
        .filter(|x| x.is_subnormal())
        .count()
}
