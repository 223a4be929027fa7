//! The project's own commands: `cargo xtask test`, `bundle`, `install`, `measure`, `bench` …

mod bundle;
mod display;
mod generate;
mod go;
mod hosts;
mod install;
mod material;
mod measure;
mod packages;
mod plot;
mod races;
mod run;
mod screen;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
The project's own commands:

  cargo xtask test [--music DIR]   installs what the tests need, prepares songs and speech, runs every test;
                                   --music takes songs from a folder instead of from Debian's game music
  cargo xtask library              tests the C library and the Go package, as `test` does, and nothing else
  cargo xtask races                runs the C library's threads under ThreadSanitizer; needs a nightly Rust with rust-src
  cargo xtask setup                installs what the tests need, and does nothing else
  cargo xtask bundle               builds the plugin (CLAP, VST3, LV2) and the standalone program into target/bundled
  cargo xtask install              builds the plugin and puts it into this user's plugin folders
  cargo xtask uninstall            takes it out of them
  cargo xtask status               says what is in them
  cargo xtask install musicfox     builds the library for go-musicfox and puts it into ~/.go-musicfox/plugins;
                                   `uninstall musicfox` takes it out, `status musicfox` says what is there
  cargo xtask screen               moves the editor by xdotool on a screen of its own, as `test` does, and nothing else
  cargo xtask screenshot           takes the pictures of docs/img from the running program
  cargo xtask generate [--check]   writes the files that derive from the parameter table: the Go structs,
                                   docs/PARAMETERS.md, the frozen lists; with --check names those out of date
  cargo xtask measure [SUBJECT]    measures sound quality, writes docs/QUALITY.md and its pictures;
                                   with a subject (eq, compressor, limiter, harmonics, zipper) prints that part
  cargo xtask bench [WORD]         times each stage and the chain; WORD picks rows, say `limiter` or `good`
  cargo xtask bench editor         times a picture of the editor, up to and with this machine's graphics
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
        ["generate"] => generate::write(),
        ["generate", "--check"] => generate::check(),
        ["measure"] => measure::run(None),
        ["measure", filter] => measure::run(Some(filter)),
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

fn bench(filter: &[&str]) -> Result<(), run::TaskError> {
    if filter == ["editor"] {
        let arguments = ["bench", "--quiet", "--package", "audio-enhancer", "--bench", "editor"];
        return run::show(run::cargo().args(arguments));
    }
    let arguments = ["bench", "--quiet", "--package", "enhancer-dsp", "--bench", "chain", "--"];
    run::show(run::cargo().args(arguments).args(filter))
}

/// The workspace's root.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}
