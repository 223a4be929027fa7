//! `analyze`: measures files and draws their figures.

use crate::args::AnalyzeArgs;
use crate::audio::block::Block;
use crate::audio::decode::Source;
use crate::audio::info::DecodeOptions;
use crate::enhance::JobError;
use crate::exit::{Exit, UsageError};
use crate::figure::{self, FigureData, FigureError};
use crate::identity::is_same_file;
use crate::inputs;
use crate::interrupt::Stop;
use crate::parallel;
use crate::progress::Progress;
use crate::report::{self, AnalysisJson, AnalyzeJson, AnalyzedJson, Failure, Measured};
use crate::unmeasured::Unmeasured;
use enhancer_dsp::meter::{Analyzer, AudioAnalysis};
use std::path::{Path, PathBuf};

struct Analyzed {
    path: PathBuf,
    sample_rate_hz: u32,
    channels: usize,
    frames: u64,
    analysis: AudioAnalysis,
    notes: Vec<String>,
}

/// Runs the command. An error of one file leaves the others' results.
pub(crate) fn run(args: &AnalyzeArgs, stop: &Stop) -> Result<Exit, UsageError> {
    let (inputs, problems) = inputs::find(&args.inputs, None);
    if let Some(plot) = &args.plot {
        figure::check(plot, args.force)?;
        if inputs.len() != 1 {
            return Err(UsageError::Plot("--plot draws one file; name a single one"));
        }
        if inputs.iter().any(|input| is_same_file(&input.path, plot)) {
            return Err(UsageError::Plot(
                "--plot names the input, which is never replaced; choose another name",
            ));
        }
    }
    let mut failures: Vec<Failure> = problems.iter().map(|(path, error)| Failure::new(path, error)).collect();
    let progress = Progress::new(inputs.len(), false);
    let results =
        parallel::map(&inputs, None, |input| measure(&input.path, args.reading.options(), &progress, stop));
    progress.finish();
    let mut files = Vec::new();
    for (input, result) in inputs.iter().zip(results) {
        match result.unwrap_or_else(|panic| Err(JobError::Panicked(panic))) {
            Ok(file) => files.push(file),
            Err(error) => failures.push(Failure::new(&input.path, &error)),
        }
    }
    if let (Some(plot), [file]) = (&args.plot, &files[..])
        && let Err(error) = draw(plot, args.force, file)
    {
        failures.push(Failure::new(&file.path, &error));
    }
    print(&files, &failures, args.json);
    Ok(Exit::of_batch(&failures, stop))
}

fn draw(plot: &Path, replace: bool, file: &Analyzed) -> Result<(), FigureError> {
    let title = file.path.file_name().unwrap_or(file.path.as_os_str()).to_string_lossy();
    let data = FigureData {
        title: &title,
        sample_rate_hz: f64::from(file.sample_rate_hz),
        channels: file.channels,
        analysis: &file.analysis,
    };
    figure::analysis_figure(plot, replace, &data)
}

fn print(files: &[Analyzed], failures: &[Failure], json: bool) {
    if json {
        let files = files.iter().map(|file| AnalyzedJson {
            input: file.path.to_string_lossy().into_owned(),
            sample_rate: file.sample_rate_hz,
            channels: file.channels,
            frames: file.frames,
            notes: file.notes.clone(),
            analysis: AnalysisJson::new(file.analysis.clone(), file.sample_rate_hz),
        });
        report::print_json(&AnalyzeJson { files: files.collect() });
    } else {
        let rows = files.iter().map(|file| Measured {
            path: &file.path,
            sample_rate_hz: file.sample_rate_hz,
            analysis: &file.analysis,
        });
        report::print_analysis_table(&rows.collect::<Vec<_>>());
    }
    for file in files {
        if let Some(Unmeasured::TooShort) = Unmeasured::of(&file.analysis, file.sample_rate_hz) {
            let seconds = file.frames as f64 / f64::from(file.sample_rate_hz);
            let name = file.path.display();
            report::eprint_line(&format!(
                "note: {name}: lasts {seconds:.2} s, too short to measure its loudness, which takes 0.4 s"
            ));
        }
    }
    for file in files {
        report::print_notes(&file.path, &file.notes);
    }
    report::print_failures(failures);
}

fn measure(
    path: &Path,
    options: DecodeOptions,
    progress: &Progress,
    stop: &Stop,
) -> Result<Analyzed, JobError> {
    let mut source = Source::open(path, options)?;
    let info = source.info().clone();
    let bar = progress.file(path, info.frames_hint);
    let mut analyzer = Analyzer::with_speakers(f64::from(info.sample_rate_hz), info.channels, info.speakers)?;
    let (mut block, mut frames) = (Block::default(), 0);
    loop {
        if stop.is_set() {
            return Err(JobError::Interrupted);
        }
        source.read(&mut block)?;
        if block.frames() == 0 {
            break;
        }
        frames += block.frames() as u64;
        analyzer.push(&block.as_slices());
        bar.advance(block.frames() as u64);
    }
    Ok(Analyzed {
        path: path.to_owned(),
        sample_rate_hz: info.sample_rate_hz,
        channels: info.channels,
        frames,
        analysis: analyzer.finish(),
        notes: source.notes(),
    })
}
