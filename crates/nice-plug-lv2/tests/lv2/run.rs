//! Tests of activation, ports and blocks.

use super::host::{Hosted, Offers, table};
use super::toy::{LATENCY, Toy};
use nice_plug_lv2::PortRole;

fn signal(frames: usize) -> Vec<f32> {
    (0..frames).map(|frame| ((frame * 37 % 101) as f32 - 50.0) / 64.0).collect()
}

fn delayed(input: &[f32], gain: f32) -> Vec<f32> {
    let silence = [0.0; LATENCY];
    silence.iter().chain(input).take(input.len()).map(|sample| sample * gain).collect()
}

#[test]
fn any_blocks_give_the_same_stream() {
    let input = signal(20_000);
    for max_block in [None, Some(1), Some(64), Some(8192)] {
        for blocks in [&[1][..], &[7], &[64], &[8192], &[20_000], &[0, 1, 7, 0, 64, 500]] {
            let hosted = Hosted::new::<Toy>(1, &Offers { max_block, ..Offers::default() });
            assert_eq!(hosted.run_mono(&input, blocks), delayed(&input, 1.0), "{max_block:?} {blocks:?}");
        }
    }
}

#[test]
fn the_latency_is_reported_before_the_first_frame_and_is_exact() {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    hosted.run(0);
    assert_eq!(hosted.get("latency"), LATENCY as f32);
    let mut impulse = vec![0.0; 32];
    impulse[0] = 1.0;
    let output = hosted.run_mono(&impulse, &[32]);
    assert_eq!(output.iter().position(|&sample| sample != 0.0), Some(LATENCY));
}

#[test]
fn ports_are_in_physical_units() {
    let mut hosted = Hosted::new::<Toy>(1, &Offers::default());
    hosted.set("gain", -20.0);
    let input = signal(100);
    let output = hosted.run_mono(&input, &[64]);
    for (sample, expected) in output.iter().zip(delayed(&input, 0.1)) {
        assert!((sample - expected).abs() < 1e-6);
    }
    hosted.set("polarity", 1.0);
    hosted.set("gain", 0.0);
    let output = hosted.run_mono(&input, &[64]);
    assert_eq!(output[LATENCY], -input[0]);
}

#[test]
fn invalid_port_values_are_clamped_or_ignored() {
    let mut hosted = Hosted::new::<Toy>(1, &Offers::default());
    let input = signal(64);
    let last = |hosted: &Hosted| hosted.run_mono(&input, &[64])[63] / input[60];
    for (value, gain) in [
        (6.020_6, 2.0),
        (f32::NAN, 2.0),
        (f32::INFINITY, 10.0),
        (-f32::NAN, 10.0),
        (-1e30, 0.1),
        (1e-40, 1.0),
    ] {
        hosted.set("gain", value);
        assert!((last(&hosted) / gain - 1.0).abs() < 1e-5, "{value} gave {}", last(&hosted));
    }
    hosted.set("gain", 0.0);
    for (value, sign) in [(1.0, -1.0), (f32::NAN, -1.0), (-5.0, 1.0), (0.6, -1.0), (99.0, -1.0), (0.4, 1.0)] {
        hosted.set("polarity", value);
        assert_eq!(last(&hosted), sign, "polarity {value}");
    }
    for symbol in ["cutoff_hz", "repeat", "duck", "latency_2", "freewheel", "trim"] {
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e30, 1e30, 0.0] {
            hosted.set(symbol, value);
            assert!(
                hosted.run_mono(&input, &[7]).iter().all(|sample| sample.is_finite()),
                "{symbol} {value}"
            );
        }
    }
}

#[test]
fn enabled_is_the_inverse_of_bypass() {
    let mut hosted = Hosted::new::<Toy>(1, &Offers::default());
    hosted.set("gain", 20.0);
    let input = signal(64);
    for (enabled, gain) in [(0.0, 1.0), (1.0, 10.0), (f32::NAN, 10.0), (-3.0, 1.0), (2.0, 10.0)] {
        hosted.set("enabled", enabled);
        let output = hosted.run_mono(&input, &[64]);
        assert!((output[63] / input[60] / gain - 1.0).abs() < 1e-5, "enabled {enabled}");
    }
}

#[test]
fn smoothers_glide_to_the_port_values() {
    let mut hosted = Hosted::new::<Toy>(1, &Offers::default());
    let ones = [1.0; 128];
    hosted.run_mono(&ones, &[64]);
    hosted.set("trim", 2.0);
    let output = hosted.run_mono(&ones, &[64]);
    // The smoother takes a millisecond: 48 frames at 48 kHz.
    assert!(output[..48].is_sorted() && output[0] < 1.1, "{output:?}");
    assert_eq!(output[60..], [2.0; 68]);
    // Activation sets the smoother to the port's value.
    hosted.set("trim", 0.5);
    hosted.deactivate();
    hosted.activate();
    assert_eq!(hosted.run_mono(&ones, &[64])[LATENCY..], [0.5; 128 - LATENCY]);
}

#[test]
fn inputs_and_outputs_may_share_buffers() {
    let (left, right) = (signal(100), signal(150)[50..].to_vec());
    // Straight: each channel in place. Crossed: the left output shares the right input's buffer.
    for crossed in [false, true] {
        let hosted = Hosted::new::<Toy>(0, &Offers::default());
        let (mut first, mut second) = (left.clone(), right.clone());
        hosted.connect("in_left", first.as_mut_ptr());
        hosted.connect("in_right", second.as_mut_ptr());
        let outputs = if crossed { ["out_right", "out_left"] } else { ["out_left", "out_right"] };
        hosted.connect(outputs[0], first.as_mut_ptr());
        hosted.connect(outputs[1], second.as_mut_ptr());
        hosted.run(100);
        let expected = if crossed { [&right, &left] } else { [&left, &right] };
        assert_eq!(first, delayed(expected[0], 1.0), "crossed: {crossed}");
        assert_eq!(second, delayed(expected[1], 1.0), "crossed: {crossed}");
    }
}

#[test]
fn side_chain_and_auxiliary_output_work() {
    let mut hosted = Hosted::new::<Toy>(0, &Offers { max_block: Some(16), ..Offers::default() });
    let (mut input, mut side) = (signal(100), signal(160)[60..].to_vec());
    let mut outputs = vec![vec![0.0f32; 100]; 4];
    hosted.connect("in_left", input.as_mut_ptr());
    hosted.connect("in_right", input.as_mut_ptr());
    hosted.connect("sidechain_1", side.as_mut_ptr());
    for (symbol, output) in ["out_left", "out_right", "aux_1_left", "aux_1_right"].iter().zip(&mut outputs) {
        hosted.connect(symbol, output.as_mut_ptr());
    }
    hosted.set("duck", 1.0);
    hosted.run(100);
    for (frame, expected) in delayed(&input, 1.0).iter().enumerate() {
        let expected = expected - side[frame];
        assert_eq!([outputs[0][frame], outputs[1][frame]], [expected; 2]);
        assert_eq!([outputs[2][frame], outputs[3][frame]], [expected * 0.5; 2]);
    }
    // An unconnected side chain is silent.
    hosted.connect::<f32>("sidechain_1", std::ptr::null_mut());
    hosted.deactivate();
    hosted.activate();
    hosted.run(100);
    assert_eq!(outputs[0], delayed(&input, 1.0));
}

#[test]
fn a_host_may_leave_every_port_unconnected() {
    let hosted = Hosted::new::<Toy>(0, &Offers { nothing: true, ..Offers::default() });
    for (index, port) in table::<Toy>(0).ports.iter().enumerate() {
        assert_eq!(hosted.port(&port.symbol), index);
        hosted.connect::<f32>(&port.symbol, std::ptr::null_mut());
    }
    hosted.activate();
    hosted.run(100);
}

#[test]
fn meters_show_the_last_block() {
    let mut hosted = Hosted::new::<Toy>(1, &Offers::default());
    hosted.run_mono(&[0.75; 64], &[64]);
    assert_eq!(hosted.get("peak"), 0.0, "the meters are switched off");
    hosted.set("level_meters", 1.0);
    hosted.run_mono(&[0.75; 64], &[64]);
    assert_eq!(hosted.get("peak"), 0.75);
    hosted.run_mono(&[-0.25; 64], &[32]);
    assert_eq!(hosted.get("peak"), 0.25);
    hosted.run(0);
    assert_eq!(hosted.get("peak"), 0.25, "an empty block changes nothing");
}

#[test]
fn no_instance_if_the_plugin_refuses_the_rate() {
    assert!(Hosted::try_new::<Toy>(0, 500.0, &Offers::default()).is_none());
    assert!(Hosted::try_new::<Toy>(0, 2000.0, &Offers::default()).is_some());
}

#[test]
fn frozen_ports_come_first_and_the_others_after_them() {
    for (index, audio) in [(0, 7 + 2), (1, 2 + 2)] {
        let table = table::<Toy>(index);
        let symbols: Vec<&str> = table.ports.iter().map(|port| port.symbol.as_str()).collect();
        let frozen = ["enabled", "freewheel", "latency", "peak", "gain"];
        assert_eq!(symbols[audio..audio + 5], frozen);
        let others = ["level_meters", "trim", "cutoff_hz", "polarity", "repeat", "duck", "latency_2"];
        assert_eq!(symbols[audio + 5..], others);
        assert_eq!(table.ports[audio + 3].role, PortRole::Meter(0));
    }
}
