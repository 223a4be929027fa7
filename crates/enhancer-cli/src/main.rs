//! The `audio-enhancer` command: make recordings sound better, and see what changed.

#![forbid(unsafe_code)]

mod analyze;
mod args;
mod audio;
mod demo;
mod enhance;
mod exit;
mod figure;
mod identity;
mod inputs;
mod interrupt;
mod manual;
mod output;
mod parallel;
mod presets;
mod progress;
mod report;
mod settings;
mod unmeasured;

use args::{Cli, Command};
use clap::Parser;
use exit::{Exit, UsageError};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Damaged files can make a decoder panic; that is caught where it happens and told as that file's error.
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = std::panic::catch_unwind(|| match Cli::try_parse() {
        Ok(cli) => run(&cli.command),
        Err(error) => Err(UsageError::of_arguments(&error)),
    });
    let exit = match outcome {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => {
            report::eprint_line(&format!("error: {error}"));
            Exit::Usage
        }
        Err(_) => {
            report::eprint_line("error: the program itself failed; please report what you asked of it");
            Exit::Failed
        }
    };
    match report::lost_output() {
        Some(error) if exit == Exit::Done => {
            report::eprint_line(&format!(
                "error: standard output can't be written: {error}; check the free space"
            ));
            Exit::Failed.into()
        }
        _ => exit.into(),
    }
}

fn run(command: &Command) -> Result<Exit, UsageError> {
    match command {
        Command::Enhance(args) => enhance::run(args, &interrupt::Stop::on_signals()),
        Command::Analyze(args) => analyze::run(args, &interrupt::Stop::on_signals()),
        Command::Presets(args) => presets::run(&args.command),
        Command::Demo(args) => Ok(demo::command(&args.output)),
        Command::Completions { shell } => Ok(manual::completions(*shell)),
        Command::Man { command } => manual::man(command.as_deref()),
    }
}
