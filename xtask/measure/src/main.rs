//! Measures the sound quality of this build and writes `docs/QUALITY.md` and the pictures beside it.
//!
//! `cargo xtask measure` runs it. Audio passes the public `Enhancer`; signals and meters are those of
//! `enhancer-measure`, which the tests use, too.

mod compressor;
mod eq;
mod harmonics;
mod limiter;
mod picture;
mod report;
mod zipper;

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use enhancer_figure::DrawError;
use report::Section;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Measures one subject.
type Measure = fn() -> Section;

#[derive(Debug, thiserror::Error)]
enum MeasureError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{}: {source}", path.display())]
    Picture { path: PathBuf, source: DrawError },
}

/// Adds the file's name to an I/O error.
fn at(path: &Path) -> impl FnOnce(std::io::Error) -> MeasureError {
    let path = path.to_owned();
    move |source| MeasureError::File { path, source }
}

fn main() -> ExitCode {
    match run(std::env::args().nth(1).as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures every subject and writes the page; with `filter`, measures the subjects whose name contains it
/// and prints the page instead.
fn run(filter: Option<&str>) -> Result<(), MeasureError> {
    let sections: &[(&str, Measure)] = &[
        ("eq", eq::measure),
        ("compressor", compressor::measure),
        ("limiter", limiter::measure),
        ("harmonics", harmonics::measure),
        ("zipper", zipper::measure),
    ];
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let pictures = docs.join("quality");
    fs::create_dir_all(&pictures).map_err(at(&pictures))?;
    let mut measured = vec![];
    for &(name, measure) in sections {
        if filter.is_some_and(|filter| !name.contains(filter)) {
            continue;
        }
        eprintln!("measuring: {name}");
        let section = measure();
        for picture in &section.pictures {
            let path = pictures.join(picture.file);
            let drawn = picture.svg.as_ref();
            let svg = drawn.map_err(|&source| MeasureError::Picture { path: path.clone(), source })?;
            fs::write(&path, svg).map_err(at(&path))?;
        }
        measured.push(section);
    }
    let page = report::page(&measured);
    if filter.is_some() {
        print!("{page}");
        return Ok(());
    }
    let path = docs.join("QUALITY.md");
    fs::write(&path, page).map_err(at(&path))?;
    println!("wrote {}", path.display());
    Ok(())
}

/// A stereo chain with every stage off except those that `edit` switches on.
fn enhancer(sample_rate_hz: f64, quality: Quality, edit: impl FnOnce(&mut EnhancerConfig)) -> Enhancer {
    let mut enhancer = Enhancer::new(sample_rate_hz, 2).expect("two channels at a rate within the range");
    enhancer.set_config(&config(quality, edit)).expect("a config within the ranges");
    enhancer
}

/// A config with every stage off except those that `edit` switches on.
fn config(quality: Quality, edit: impl FnOnce(&mut EnhancerConfig)) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.limiter.enabled = false;
    edit(&mut config);
    config
}
