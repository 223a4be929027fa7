//! `cargo xtask measure`: the sound-quality figures of this build, as `docs/QUALITY.md` and pictures beside it.
//!
//! Everything runs through the public `Enhancer`; signals and meters are `enhancer-measure`'s, which the tests use too.

mod compressor;
mod eq;
mod harmonics;
mod limiter;
mod report;
mod zipper;

use crate::run::{TaskError, at};
use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use report::Section;
use std::fs;

/// Measures one subject.
type Measure = fn() -> Section;

/// Measures everything, or the sections whose name contains `filter` (then the page is printed, not written).
///
/// # Errors
/// A file that can't be written, a picture that can't be drawn.
pub(crate) fn run(filter: Option<&str>) -> Result<(), TaskError> {
    let sections: &[(&str, Measure)] = &[
        ("eq", eq::measure),
        ("compressor", compressor::measure),
        ("limiter", limiter::measure),
        ("harmonics", harmonics::measure),
        ("zipper", zipper::measure),
    ];
    let docs = crate::root().join("docs");
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
            let svg =
                picture.svg.clone().map_err(|reason| TaskError::Picture { path: path.clone(), reason })?;
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

/// A chain in which only what `edit` switches on is on.
fn enhancer(sample_rate_hz: f64, quality: Quality, edit: impl FnOnce(&mut EnhancerConfig)) -> Enhancer {
    let mut enhancer =
        Enhancer::new(sample_rate_hz, 2, 4096).expect("two channels at a rate within the range");
    enhancer.set_config(&config(quality, edit)).expect("a config within the ranges");
    enhancer
}

/// Everything off but what `edit` switches on.
fn config(quality: Quality, edit: impl FnOnce(&mut EnhancerConfig)) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.limiter.enabled = false;
    edit(&mut config);
    config
}
