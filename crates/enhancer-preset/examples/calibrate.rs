//! Measures the effect of every factory preset on loudness and dynamics over a folder of WAV files.
//!
//! ```text
//! cargo run --release -p enhancer-preset --example calibrate -- FOLDER [--level LUFS] [--only NAME] [--from PRESETS] [--each]
//! ```
//!
//! `--from` reads the presets from a folder of JSON files instead of the embedded ones. `--level` first
//! brings each file to that loudness, or as near as its true peak allows (−1 dBTP). `--each` lists every
//! track. `out` counts the tracks whose loudness changes by more than 1.5 LU. `lim50` and `lim95` are the
//! median and the 95th percentile of the limiter's reduction.

use ebur128::{EbuR128, Mode};
use enhancer_dsp::Enhancer;
use enhancer_preset::{Preset, factory_presets, parse_preset};
use std::error::Error;
use std::path::{Path, PathBuf};

/// The largest change of loudness that a preset may cause, LU.
const LIMIT_LU: f64 = 1.5;

/// Length of the blocks over which reductions are read, frames.
const STRETCH: usize = 4096;

struct Track {
    name: String,
    sample_rate_hz: u32,
    channels: Vec<Vec<f32>>,
}

/// The effect of a preset on one track.
struct Outcome {
    change_lu: f64,
    range_change_lu: f64,
    compressor_db: f64,
    /// Largest limiter reduction of each block, sorted, dB.
    limiter_db: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut folder = None;
    let (mut level, mut only, mut from, mut each) = (None, None, None, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--level" => level = Some(arguments.next().ok_or("--level needs a number")?.parse::<f64>()?),
            "--only" => only = arguments.next(),
            "--from" => from = arguments.next(),
            "--each" => each = true,
            _ => folder = Some(PathBuf::from(argument)),
        }
    }
    let folder =
        folder.ok_or("usage: calibrate FOLDER [--level LUFS] [--only NAME] [--from PRESETS] [--each]")?;
    let mut tracks = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wav") {
            tracks.push(load(&path, level)?);
        }
    }
    tracks.sort_by(|a, b| a.name.cmp(&b.name));
    println!(
        "{:18} {:>6} {:>6} {:>6} {:>4}  worst track            {:>7} {:>6} {:>6} {:>6}",
        "preset", "mean", "least", "most", "out", "LRA", "comp", "lim50", "lim95"
    );
    let presets = match from {
        Some(folder) => load_presets(Path::new(&folder))?,
        None => factory_presets().to_vec(),
    };
    for preset in presets.iter().filter(|preset| only.as_ref().is_none_or(|name| *name == preset.name)) {
        report(preset, &tracks, each)?;
    }
    Ok(())
}

fn load_presets(folder: &Path) -> Result<Vec<Preset>, Box<dyn Error>> {
    let entries: Result<Vec<_>, std::io::Error> = std::fs::read_dir(folder)?.collect();
    let mut paths: Vec<PathBuf> = entries?.iter().map(std::fs::DirEntry::path).collect();
    paths.sort();
    let parse = |path: PathBuf| {
        let text = std::fs::read_to_string(&path)?;
        parse_preset(&text).map_err(|error| format!("{}: {error}", path.display()).into())
    };
    paths.into_iter().map(parse).collect()
}

fn report(preset: &Preset, tracks: &[Track], each: bool) -> Result<(), Box<dyn Error>> {
    let outcomes = run_all(preset, tracks)?;
    for (outcome, track) in outcomes.iter().zip(tracks).filter(|_| each) {
        println!("    {:24} {:+.2} LU", track.name, outcome.change_lu);
    }
    let mean = |of: fn(&Outcome) -> f64| outcomes.iter().map(of).sum::<f64>() / outcomes.len() as f64;
    let changes = outcomes.iter().map(|outcome| outcome.change_lu);
    let (least, most) = changes.fold((f64::MAX, f64::MIN), |(low, high), lu| (low.min(lu), high.max(lu)));
    let outside = outcomes.iter().filter(|outcome| outcome.change_lu.abs() > LIMIT_LU).count();
    let worst =
        outcomes.iter().zip(tracks).max_by(|a, b| a.0.change_lu.abs().total_cmp(&b.0.change_lu.abs()));
    let mut limiter: Vec<f64> =
        outcomes.iter().flat_map(|outcome| outcome.limiter_db.iter().copied()).collect();
    limiter.sort_by(f64::total_cmp);
    let at = |share: f64| limiter.get((share * limiter.len() as f64) as usize).copied().unwrap_or(0.0);
    println!(
        "{:18} {:6.2} {least:6.2} {most:6.2} {outside:4}  {:22.22} {:7.2} {:6.2} {:6.2} {:6.2}",
        preset.name,
        mean(|outcome| outcome.change_lu),
        worst.map_or("", |(_, track)| track.name.as_str()),
        mean(|outcome| outcome.range_change_lu),
        mean(|outcome| outcome.compressor_db),
        at(0.5),
        at(0.95)
    );
    Ok(())
}

/// Processes all tracks, with one thread per processor.
fn run_all(preset: &Preset, tracks: &[Track]) -> Result<Vec<Outcome>, Box<dyn Error>> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = tracks.len().div_ceil(threads).max(1);
    let of = |tracks: &[Track]| -> Result<Vec<Outcome>, String> {
        tracks.iter().map(|track| run(preset, track).map_err(|error| error.to_string())).collect()
    };
    let shares = std::thread::scope(|scope| {
        let running: Vec<_> = tracks.chunks(share).map(|tracks| scope.spawn(move || of(tracks))).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| "a thread panicked")).collect::<Vec<_>>()
    });
    let mut outcomes = Vec::new();
    for share in shares {
        outcomes.extend(share??);
    }
    Ok(outcomes)
}

fn run(preset: &Preset, track: &Track) -> Result<Outcome, Box<dyn Error>> {
    let mut enhancer = Enhancer::new(f64::from(track.sample_rate_hz), track.channels.len())?;
    enhancer.set_config(&preset.config)?;
    let mut channels = track.channels.clone();
    let frames = channels.first().map_or(0, Vec::len);
    let (mut limiter_db, mut compressor_db) = (Vec::new(), 0.0);
    for start in (0..frames).step_by(STRETCH) {
        let end = (start + STRETCH).min(frames);
        let mut block: Vec<&mut [f32]> =
            channels.iter_mut().map(|channel| &mut channel[start..end]).collect();
        enhancer.process(&mut block);
        let meters = enhancer.meters();
        limiter_db.push(f64::from(meters.reduction_db(enhancer_dsp::StageId::Limiter)));
        compressor_db += f64::from(meters.reduction_db(enhancer_dsp::StageId::Compressor));
    }
    let range = Mode::I | Mode::LRA;
    let stretches = limiter_db.len().max(1) as f64;
    let (before, after) = (
        measure(&track.channels, track.sample_rate_hz, range)?,
        measure(&channels, track.sample_rate_hz, range)?,
    );
    Ok(Outcome {
        change_lu: after.loudness_global()? - before.loudness_global()?,
        range_change_lu: after.loudness_range()? - before.loudness_range()?,
        compressor_db: compressor_db / stretches,
        limiter_db,
    })
}

fn measure(channels: &[Vec<f32>], sample_rate_hz: u32, mode: Mode) -> Result<EbuR128, Box<dyn Error>> {
    let mut meter = EbuR128::new(channels.len() as u32, sample_rate_hz, mode)?;
    let planes: Vec<&[f32]> = channels.iter().map(Vec::as_slice).collect();
    meter.add_frames_planar_f32(&planes)?;
    Ok(meter)
}

fn load(path: &Path, level: Option<f64>) -> Result<Track, Box<dyn Error>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>()?,
        hound::SampleFormat::Int => {
            let scale = 1.0 / (1u64 << (spec.bits_per_sample - 1)) as f32;
            let samples = reader.samples::<i32>();
            samples.map(|sample| Ok(sample? as f32 * scale)).collect::<Result<_, hound::Error>>()?
        }
    };
    let count = usize::from(spec.channels);
    let mut channels: Vec<Vec<f32>> =
        (0..count).map(|channel| samples.iter().skip(channel).step_by(count).copied().collect()).collect();
    if let Some(level) = level {
        let meter = measure(&channels, spec.sample_rate, Mode::I | Mode::TRUE_PEAK)?;
        let peaks = (0..spec.channels).map(|channel| meter.true_peak(u32::from(channel)));
        let peak = peaks.collect::<Result<Vec<_>, _>>()?.into_iter().fold(0.0, f64::max);
        let gain_db = (level - meter.loudness_global()?).min(-1.0 - 20.0 * peak.log10());
        let gain = 10f64.powf(gain_db / 20.0) as f32;
        channels.iter_mut().flatten().for_each(|sample| *sample *= gain);
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Track { name, sample_rate_hz: spec.sample_rate, channels })
}
