//! The LV2 plugins through their C ABI: the ports are frozen, and the samples equal the core's.

#[path = "../crates/nice-plug-lv2/tests/lv2/host.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the wrapper's own tests")]
mod host;

use audio_enhancer::AudioEnhancer;
use enhancer_dsp::ParamId;
use enhancer_dsp::{Enhancer, EnhancerConfig, ParamKind};
use enhancer_measure::signal::Random;
use enhancer_preset::factory_presets;
use host::{Hosted, Offers, table};
use nice_plug_lv2::{Lv2Plugin, PortKind, PortRole, bundle_files};

const RATE_HZ: f64 = 48_000.0;

/// Sessions store the index and symbol of a port. `tests/params.rs` protects the list itself.
#[test]
fn ports_are_in_the_frozen_order() {
    let frozen: Vec<&str> = include_str!("../src/lv2/ports.txt").lines().collect();
    for (index, audio) in
        [&["in_left", "in_right", "out_left", "out_right"][..], &["in", "out"]].iter().enumerate()
    {
        let symbols: Vec<String> =
            table::<AudioEnhancer>(index).ports.iter().map(|port| port.symbol.clone()).collect();
        let missing: Vec<&String> =
            symbols[audio.len()..].iter().filter(|s| !frozen.contains(&s.as_str())).collect();
        assert!(
            missing.is_empty(),
            "src/lv2/ports.txt lacks these ports; `cargo xtask generate` appends them: {missing:?}"
        );
        assert_eq!(
            symbols,
            [audio, frozen.as_slice()].concat(),
            "the plugin lacks a port of src/lv2/ports.txt"
        );
    }
    let uris: Vec<&str> = AudioEnhancer::LV2_PLUGINS.iter().map(|entry| entry.uri).collect();
    let stem = "https://audio-enhancer.github.io/lv2";
    assert_eq!(uris, [format!("{stem}/stereo"), format!("{stem}/mono")]);
}

#[test]
fn ports_agree_with_the_table() {
    let table = table::<AudioEnhancer>(0);
    for param in &table.params {
        let Some(id) = ParamId::find(&param.id) else { continue };
        let spec = &param.spec;
        assert_eq!(spec.range, id.spec.kind.range(), "{id}");
        assert_eq!(
            spec.unit,
            match id.spec.kind {
                ParamKind::Float { unit, .. } => unit.symbol(),
                _ => "",
            }
        );
        let labels = match id.spec.kind {
            ParamKind::Choice(labels) => labels,
            _ => &[],
        };
        assert_eq!(spec.scale_points.iter().map(|(_, label)| label).collect::<Vec<_>>(), labels, "{id}");
        assert_eq!(spec.kind == PortKind::Enumeration, !labels.is_empty(), "{id}");
        for value in [spec.range.0, spec.default, spec.range.1] {
            let back = (spec.from_normalized)(spec.normalized(value).unwrap());
            assert_eq!(back, value, "{id}");
        }
    }
    assert!(
        table.params.iter().filter(|param| ParamId::find(&param.id).is_some()).count()
            == ParamId::all().count()
    );
}

/// Low-passed noise with a varying level; its peaks exceed full scale.
fn music(frames: usize) -> [Vec<f32>; 2] {
    let mut random = Random::new(1);
    let mut channel = || -> Vec<f32> {
        let mut low = 0.0;
        (0..frames)
            .map(|frame| {
                low += 0.1 * (random.between(-1.0, 1.0) as f32 - low);
                low * (1.5 + (frame as f32 * 0.002).sin())
            })
            .collect()
    };
    [channel(), channel()]
}

/// Processes a signal with the stereo plugin, in blocks that cycle through the lengths `blocks`.
fn run(hosted: &Hosted, input: &[Vec<f32>; 2], blocks: &[usize]) -> [Vec<f32>; 2] {
    let mut audio = input.clone();
    let (mut at, mut turn) = (0, 0);
    while at < audio[0].len() {
        let frames = blocks[turn % blocks.len()].min(audio[0].len() - at);
        turn += 1;
        for (side, channel) in ["left", "right"].iter().zip(&mut audio) {
            // Input and output share the buffer.
            hosted.connect(&format!("in_{side}"), channel[at..].as_mut_ptr());
            hosted.connect(&format!("out_{side}"), channel[at..].as_mut_ptr());
        }
        hosted.run(frames);
        at += frames;
    }
    audio
}

/// Processes the signal in the core.
fn core(config: &EnhancerConfig, input: &[Vec<f32>; 2]) -> [Vec<f32>; 2] {
    let mut enhancer = Enhancer::new(RATE_HZ, 2).unwrap();
    enhancer.set_config(config).unwrap();
    let mut audio = input.clone();
    let [left, right] = &mut audio;
    enhancer.process(&mut [left, right]);
    audio
}

/// Sets every port to the config's value.
fn set(hosted: &mut Hosted, config: &EnhancerConfig) {
    let table = table::<AudioEnhancer>(0);
    let mut config = *config;
    for param in &table.params {
        let Some(id) = ParamId::find(&param.id) else { continue };
        let symbol = if id.spec.path == "bypass_all" { "enabled" } else { &param.spec.symbol };
        let unused = id.band.is_some_and(|band| band >= config.equalizer.bands.len());
        let value = if unused && id.spec.path == "enabled" { 0.0 } else { id.get(&config) };
        hosted.set(symbol, if symbol == "enabled" { 1.0 - value } else { value });
    }
    config.equalizer.bands.drop_unused_end();
}

fn fresh(offers: &Offers) -> Hosted {
    Hosted::try_new::<AudioEnhancer>(0, RATE_HZ, offers).unwrap()
}

#[test]
fn every_preset_gives_the_cores_samples() {
    let input = music(6000);
    for preset in factory_presets() {
        let mut hosted = fresh(&Offers::default());
        set(&mut hosted, &preset.config);
        hosted.activate();
        assert_eq!(run(&hosted, &input, &[64, 1, 500]), core(&preset.config, &input), "{}", preset.name);
    }
}

#[test]
fn any_blocks_give_the_same_stream() {
    let input = music(20_000);
    let config = factory_presets().iter().find(|preset| preset.name == "rock").unwrap().config;
    let expected = core(&config, &input);
    for max_block in [None, Some(32), Some(8192)] {
        for blocks in [&[1][..], &[7], &[64], &[8192], &[20_000], &[0, 1, 7, 64, 0, 3000]] {
            let mut hosted = fresh(&Offers { max_block, ..Offers::default() });
            set(&mut hosted, &config);
            hosted.activate();
            assert_eq!(run(&hosted, &input, blocks), expected, "{max_block:?} {blocks:?}");
        }
    }
}

#[test]
fn presets_set_every_parameter_except_bypass_and_quality() {
    let files = bundle_files::<AudioEnhancer>("audio-enhancer.so").unwrap();
    let settings = ParamId::all().count() - 2;
    for preset in factory_presets() {
        let file = &files[&format!("presets/{}.ttl", preset.name)];
        assert_eq!(file.matches("pset:value").count(), settings, "{}", preset.name);
        for id in ParamId::all().filter(|id| id.band.is_none()) {
            let symbol = id.to_string().replace('.', "_");
            let value = id.get(&preset.config);
            let written = file.split(&format!("\"{symbol}\" ;\n\t\tpset:value ")).nth(1);
            if ["bypass_all", "processing_quality"].contains(&symbol.as_str()) {
                assert!(written.is_none(), "{symbol}");
                continue;
            }
            let written: f32 = written.unwrap().lines().next().unwrap().parse().unwrap();
            assert_eq!(written, value, "{symbol} of {}", preset.name);
        }
    }
}

#[test]
fn any_port_values_give_finite_output() {
    let table = table::<AudioEnhancer>(0);
    let symbols: Vec<&str> = table
        .ports
        .iter()
        .filter(|port| matches!(port.role, PortRole::Param(_) | PortRole::Enabled | PortRole::Freewheel))
        .map(|port| port.symbol.as_str())
        .collect();
    let mut random = Random::new(2);
    let mut random = move |below: usize| (random.next_u64() % below as u64) as usize;
    let mut input = music(512);
    input[0][100] = f32::NAN;
    input[1][200] = f32::INFINITY;
    let mut hosted = fresh(&Offers::default());
    hosted.activate();
    for _ in 0..300 {
        for _ in 0..8 {
            let special = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1e30, 1e30, 1e-40, -0.0, 0.0, 1.0];
            let value = match random(3) {
                0 => special[random(special.len())],
                1 => random(2000) as f32 / 10.0 - 100.0,
                _ => random(30_000) as f32,
            };
            hosted.set(symbols[random(symbols.len())], value);
        }
        let output = run(&hosted, &input, &[512]);
        let clean = output.iter().flatten().all(|sample| sample.is_finite() && !sample.is_subnormal());
        assert!(clean, "{:?}", hosted.controls);
    }
}

#[test]
fn values_out_of_range_are_clamped_and_nan_is_ignored() {
    let input = music(4000);
    let mut hosted = fresh(&Offers::default());
    hosted.set("master_gain", 1e9);
    hosted.set("limiter_ceiling", -3.0);
    hosted.activate();
    hosted.set("limiter_ceiling", f32::NAN);
    let mut config = EnhancerConfig { master_gain_db: 24.0, ..EnhancerConfig::default() };
    config.limiter.ceiling_dbtp = -3.0;
    assert_eq!(run(&hosted, &input, &[100]), core(&config, &input));
}

#[test]
fn the_latency_port_is_exact_for_every_quality() {
    for quality in 0..3 {
        let mut hosted = fresh(&Offers::default());
        hosted.set("processing_quality", quality as f32);
        hosted.set("limiter_enabled", 0.0);
        hosted.activate();
        hosted.run(0);
        let latency = hosted.get("latency") as usize;
        let mut impulse = [vec![0.0; 4096], vec![0.0; 4096]];
        impulse[0][0] = 0.5;
        let output = run(&hosted, &impulse, &[64]);
        let loudest = (0..4096).max_by(|&a, &b| output[0][a].abs().total_cmp(&output[0][b].abs()));
        assert_eq!(loudest, Some(latency), "quality {quality}");
    }
}

#[test]
fn the_disabled_plugin_delays_the_input_by_its_latency() {
    let input = music(2000);
    let mut hosted = fresh(&Offers::default());
    hosted.set("enabled", 0.0);
    hosted.set("master_gain", 12.0);
    hosted.activate();
    let output = run(&hosted, &input, &[128]);
    let latency = hosted.get("latency") as usize;
    assert_eq!(output[0][latency..], input[0][..2000 - latency]);
}

#[test]
fn level_ports_show_loudness_true_peak_and_reduction() {
    let mut hosted = fresh(&Offers::default());
    hosted.set("level_meters", 1.0);
    hosted.activate();
    // By BS.1770, the loudness of a 997 Hz sine in both channels equals its peak level.
    let sine: Vec<f32> = (0..192_000)
        .map(|frame| (f64::from(frame) * 997.0 * std::f64::consts::TAU / RATE_HZ).sin() as f32)
        .collect();
    let quiet: Vec<f32> = sine.iter().map(|sample| sample * 0.1).collect();
    run(&hosted, &[quiet.clone(), quiet], &[480]);
    assert!((hosted.get("loudness") + 20.0).abs() < 0.1, "{}", hosted.get("loudness"));
    assert!((hosted.get("true_peak") + 20.0).abs() < 0.1, "{}", hosted.get("true_peak"));
    assert_eq!([hosted.get("limiter_reduction"), hosted.get("compressor_reduction")], [0.0; 2]);
    hosted.set("master_gain", 11.0);
    hosted.set("compressor_enabled", 1.0);
    run(&hosted, &[sine.clone(), sine.clone()], &[480]);
    // The limiter reduces the sine to its ceiling of −1 dBTP.
    assert!((hosted.get("true_peak") + 1.0).abs() < 0.1, "{}", hosted.get("true_peak"));
    let reductions = hosted.get("limiter_reduction") + hosted.get("compressor_reduction");
    assert!((reductions - 12.0).abs() < 0.2, "{reductions}");
    assert!(hosted.get("compressor_reduction") > 1.0);
    // The highest true peak stays until the meters are switched off.
    run(&hosted, &[vec![0.0; 48_000], vec![0.0; 48_000]], &[480]);
    assert!((hosted.get("true_peak") + 1.0).abs() < 0.1);
    hosted.set("level_meters", 0.0);
    run(&hosted, &[sine.clone(), sine], &[480]);
    assert_eq!([hosted.get("true_peak"), hosted.get("loudness")], [-70.0; 2]);
    run(&hosted, &[vec![0.0; 48_000], vec![0.0; 48_000]], &[480]);
    assert!(hosted.get("limiter_reduction") < 0.001, "{}", hosted.get("limiter_reduction"));
}

#[test]
fn two_hundred_instances_run_at_the_same_time() {
    let input = music(256);
    let expected = core(&EnhancerConfig::default(), &input);
    let instances: Vec<Hosted> = (0..200)
        .map(|_| {
            let hosted = fresh(&Offers::default());
            hosted.activate();
            hosted
        })
        .collect();
    for hosted in &instances {
        assert_eq!(run(hosted, &input, &[64]), expected);
    }
}
