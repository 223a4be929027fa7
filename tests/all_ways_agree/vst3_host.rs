//! The VST3 bundle in pedalboard: `tests/hosts/render.py` sets parameters by name and processes the music.

use crate::{Case, VST3_BLOCKS, host_values, variable};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Processes every case's music with the plugin, in blocks of [`VST3_BLOCKS`].
pub(crate) fn render(cases: &[Case], folder: &Path) -> Vec<Vec<Vec<f32>>> {
    let path = |index: usize, end: &str| folder.join(format!("{index}.{end}"));
    let job = |(index, case): (usize, &Case)| {
        let samples: Vec<u8> = case.music.iter().flatten().flat_map(|sample| sample.to_le_bytes()).collect();
        std::fs::write(path(index, "in"), samples).expect("a file");
        let values = host_values(&case.config);
        let parameters: serde_json::Map<_, _> =
            values.into_iter().map(|(_, name, position)| (name, json!(position))).collect();
        json!({
            "input": path(index, "in"), "output": path(index, "out"), "rate": case.rate_hz,
            "block": VST3_BLOCKS[index % VST3_BLOCKS.len()],
            "channels": case.music.len(), "parameters": parameters,
        })
    };
    let jobs: Vec<_> = cases.iter().enumerate().map(job).collect();
    let bundle = PathBuf::from(variable("AUDIO_ENHANCER_BUNDLES")).join("Audio Enhancer.vst3");
    let jobs = json!({ "bundle": bundle, "jobs": jobs });
    let list = folder.join("jobs.json");
    std::fs::write(&list, jobs.to_string()).expect("a file");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/hosts/render.py");
    let status = Command::new(variable("AUDIO_ENHANCER_PYTHON")).args(["-B", script]).arg(&list).status();
    assert!(status.expect("Python starts").success(), "{script} failed");
    cases.iter().enumerate().map(|(index, case)| read(&path(index, "out"), case.music.len())).collect()
}

fn read(path: &Path, channels: usize) -> Vec<Vec<f32>> {
    let bytes = std::fs::read(path).expect("the host's output");
    let (samples, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty() && samples.len() % channels == 0);
    let samples: Vec<f32> = samples.iter().map(|&sample| f32::from_le_bytes(sample)).collect();
    samples.chunks(samples.len() / channels).map(<[f32]>::to_vec).collect()
}
