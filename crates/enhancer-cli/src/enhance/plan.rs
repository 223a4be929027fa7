//! The plan of a batch: which input goes to which output. It is complete before any file is written.

use crate::args::EnhanceArgs;
use crate::audio::output_format::{Bits, Format};
use crate::identity::{Identity, identity, is_same_file};
use crate::inputs::{self, ENHANCED, Input, InputError};
use crate::output::{OutputError, Target, fitting, followed};
use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// An invalid combination of options; nothing is done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error("--output names one file, but there are several inputs; use --out-dir for them")]
    OneOutput,
    #[error("{}: is a folder; use --out-dir to write into it", .0.display())]
    OutputIsFolder(PathBuf),
    #[error("{}: the extension names no known format; use .wav or .flac, or add --format", .0.display())]
    UnknownExtension(PathBuf),
    #[error("{}: the extension contradicts --format {}; change either", path.display(), format.extension())]
    Contradiction { path: PathBuf, format: Format },
    #[error("--bits can't be 32f for FLAC, which holds no floating point; use --bits 24, or write WAV")]
    FlacFloat,
}

/// The reason why an input is not enhanced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    #[error(transparent)]
    Input(#[from] InputError),
    #[error("its result would go to {}, which exists; use --force to replace it, or write elsewhere with --out-dir", .0.display())]
    Exists(PathBuf),
    #[error("its result would go to {}, which is an input; write elsewhere with --output or --out-dir", .0.display())]
    OntoInput(PathBuf),
    #[error("its result would go to {}, as would that of {}; enhance them into different folders", target.display(), other.display())]
    Collision { target: PathBuf, other: PathBuf },
    #[error("its result can't be written: {0}")]
    Output(#[from] OutputError),
}

/// One file to enhance.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) input: PathBuf,
    pub(crate) output: PathBuf,
    /// True if the output's name lacks a part of the input's because it would be too long.
    pub(crate) is_shortened: bool,
    pub(crate) format: Format,
}

/// The files to enhance, and the inputs that fail beforehand.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) tasks: Vec<Task>,
    pub(crate) failures: Vec<(PathBuf, PlanError)>,
}

/// Plans the work of a command line.
pub(crate) fn plan(args: &EnhanceArgs) -> Result<Plan, UsageError> {
    let format = format(args)?;
    if (format, args.bits) == (Format::Flac, Some(Bits::Float32)) {
        return Err(UsageError::FlacFloat);
    }
    let is_folder = |path: &PathBuf| path.is_dir();
    if args.output.is_some() && (args.inputs.len() > 1 || args.inputs.iter().any(is_folder)) {
        return Err(UsageError::OneOutput);
    }
    let (mut inputs, failures) = inputs::find(&args.inputs, args.out_dir.as_deref());
    // An input that is named twice, or named and found in a folder, is enhanced once.
    let mut seen = HashSet::new();
    inputs.retain(|input| seen.insert(fs::canonicalize(&input.path).unwrap_or_else(|_| input.path.clone())));
    let mut plan = Plan {
        tasks: Vec::new(),
        failures: failures.into_iter().map(|(path, error)| (path, error.into())).collect(),
    };
    let identities: HashMap<Identity, PathBuf> =
        inputs.iter().filter_map(|input| Some((identity(&input.path)?, input.path.clone()))).collect();
    let mut stems: HashMap<PathBuf, usize> = HashMap::new();
    for input in &inputs {
        *stems.entry(output_of(args, input, format, false)).or_default() += 1;
    }
    let mut targets: HashMap<PathBuf, PathBuf> = HashMap::new();
    for input in inputs {
        // Inputs that differ only in their extension keep it in the output's name.
        let short = output_of(args, &input, format, false);
        let is_shared = stems.get(&short).is_some_and(|&count| count > 1);
        let output = if is_shared { output_of(args, &input, format, true) } else { short };
        let is_shortened = args.output.is_none() && !begins_with_stem(&output, &input.path);
        let task = Task { output, is_shortened, format, input: input.path };
        match check(&task, args.force, &identities, &mut targets) {
            Ok(()) => plan.tasks.push(task),
            Err(error) => plan.failures.push((task.input, error)),
        }
    }
    Ok(plan)
}

fn check(
    task: &Task,
    force: bool,
    inputs: &HashMap<Identity, PathBuf>,
    targets: &mut HashMap<PathBuf, PathBuf>,
) -> Result<(), PlanError> {
    if is_same_file(&task.input, &task.output)
        || identity(&task.output).is_some_and(|identity| inputs.contains_key(&identity))
    {
        return Err(PlanError::OntoInput(task.output.clone()));
    }
    if let Some(other) = targets.insert(resolved(&task.output), task.input.clone()) {
        return Err(PlanError::Collision { target: task.output.clone(), other });
    }
    match Target::of(&task.output, force) {
        Ok(_) => Ok(()),
        Err(OutputError::Exists(path)) => Err(PlanError::Exists(path)),
        Err(error) => Err(error.into()),
    }
}

fn format(args: &EnhanceArgs) -> Result<Format, UsageError> {
    let Some(output) = &args.output else { return Ok(args.format.unwrap_or(Format::Wav)) };
    if output.is_dir() {
        return Err(UsageError::OutputIsFolder(output.clone()));
    }
    let extension = output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let by_extension = match extension.as_str() {
        "wav" | "wave" => Some(Format::Wav),
        "flac" => Some(Format::Flac),
        _ => None,
    };
    match (by_extension, args.format) {
        (Some(found), Some(requested)) if found != requested => {
            Err(UsageError::Contradiction { path: output.clone(), format: requested })
        }
        (None, None) if matches!(Target::of(output, true), Ok(Target::Stream(_))) => Ok(Format::Wav),
        (found, requested) => found.or(requested).ok_or_else(|| UsageError::UnknownExtension(output.clone())),
    }
}

/// The output's path: the input's stem with a new extension, after the old one if `keeps_extension`. A name
/// that would be too long is shortened.
fn output_of(args: &EnhanceArgs, input: &Input, format: Format, keeps_extension: bool) -> PathBuf {
    if let Some(output) = &args.output {
        return output.clone();
    }
    let stem = if keeps_extension { input.path.file_name() } else { input.path.file_stem() };
    let mark = if args.out_dir.is_none() { ENHANCED } else { "" };
    let name = fitting(stem.unwrap_or_default(), &format!("{mark}.{}", format.extension()));
    match &args.out_dir {
        Some(folder) => folder.join(input.relative.with_file_name(name)),
        None => input.path.with_file_name(name),
    }
}

fn begins_with_stem(output: &Path, input: &Path) -> bool {
    let bytes = |name: Option<&OsStr>| name.unwrap_or_default().as_encoded_bytes().to_vec();
    bytes(output.file_name()).starts_with(&bytes(input.file_stem()))
}

/// One spelling of a path that may not exist yet: links in its existing part are resolved. Letters become
/// lower case where file systems usually ignore case.
fn resolved(path: &Path) -> PathBuf {
    let path = &followed(path);
    let mut absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut rest = Vec::new();
    let whole = loop {
        if let (Ok(found), false) = (fs::canonicalize(&absolute), rest.is_empty()) {
            break rest.iter().rev().fold(found, |path, part: &OsString| path.join(part));
        }
        match absolute.components().next_back() {
            Some(Component::Normal(name)) => rest.push(name.to_owned()),
            Some(Component::ParentDir | Component::CurDir) => {}
            _ => break path.to_owned(),
        }
        absolute.pop();
    };
    if cfg!(any(windows, target_os = "macos")) {
        PathBuf::from(whole.to_string_lossy().to_lowercase())
    } else {
        whole
    }
}
