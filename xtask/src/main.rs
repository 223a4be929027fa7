//! The project's own tasks: `cargo xtask test`, `bundle`, `install`, `measure`, `bench` and others.

mod bundle;
mod counted;
mod display;
mod go;
mod hosts;
mod install;
mod lint_prose;
mod material;
mod packages;
mod races;
mod run;
mod screen;
mod steps;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
The project's own tasks:

  cargo xtask test [--music DIR]   installs packages, prepares songs and speech, runs every test;
                                   --music takes songs from a folder instead of Debian's game music
  cargo xtask library              tests the C library and the Go package alone
  cargo xtask races                finds data races in the C library; needs a nightly Rust with rust-src
  cargo xtask setup                installs the packages that the tests need
  cargo xtask bundle               builds the plugin (CLAP, VST3, LV2) and the standalone program into target/bundled
  cargo xtask install              builds the plugin and installs it for this user
  cargo xtask uninstall            removes the plugin from this user's plugin folders
  cargo xtask status               shows the state of this user's plugin folders
  cargo xtask install musicfox     builds the library for go-musicfox, installs it into ~/.go-musicfox/plugins;
                                   `uninstall musicfox` removes it, `status musicfox` shows its state
  cargo xtask screen               tests the editor by pointer and keys on a separate screen
  cargo xtask screenshot           takes the pictures of docs/img from the running program
  cargo xtask lint-prose [--list] [PATH...]
                                   counts faults of style in comments and documents; fails above the bounds
  cargo xtask generate [--check]   writes the files that derive from the parameter table: the Go structs,
                                   docs/PARAMETERS.md, the frozen lists; with --check names those out of date
  cargo xtask measure [SUBJECT]    measures sound quality, writes docs/QUALITY.md and its pictures;
                                   with a subject (eq, compressor, limiter, harmonics, zipper) prints that part
  cargo xtask bench [WORD]         times each stage and the chain; WORD selects rows: `limiter`, `good`
  cargo xtask bench editor         times the editor's drawing with this machine's graphics
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["test"] => test::run(None),
        ["test", "--music", folder] => test::run(Some(&PathBuf::from(folder))),
        ["setup"] => test::setup(),
        ["library"] => test::run_library(),
        ["races"] => races::run(),
        ["bundle"] => bundle::run(),
        [command @ ("install" | "uninstall" | "status"), what @ ..] => install::run(command, what),
        ["lint-prose", arguments @ ..] => lint_prose::run(arguments),
        ["generate", arguments @ ..] if arguments.len() < 2 => program("xtask-generate", arguments),
        ["measure", filter @ ..] if filter.len() < 2 => program("xtask-measure", filter),
        ["screenshot"] => screen::screenshots(),
        ["screen"] => screen::test(),
        ["bench", filter @ ..] => bench(filter),
        ["help" | "--help" | "-h"] | [] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(run::TaskError::Usage(arguments.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a task in a program of its own, because its build takes longer than that of all other tasks.
fn program(package: &str, arguments: &[&str]) -> Result<(), run::TaskError> {
    run::show(run::cargo().args(["run", "--quiet", "--package", package, "--"]).args(arguments))
}

fn bench(filter: &[&str]) -> Result<(), run::TaskError> {
    if filter == ["editor"] {
        let arguments = ["bench", "--quiet", "--package", "audio-enhancer", "--bench", "editor"];
        return run::show(run::cargo().args(arguments));
    }
    let arguments = ["bench", "--quiet", "--package", "enhancer-dsp", "--bench", "chain", "--"];
    run::show(run::cargo().args(arguments).args(filter))
}

/// The workspace's root folder.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}
