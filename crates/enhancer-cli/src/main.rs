//! The `audio-enhancer` command: makes recordings sound better, and measures the change.

#![forbid(unsafe_code)]

mod advice;
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
mod numbers;
mod output;
mod panics;
mod parallel;
mod presets;
mod progress;
mod report;
mod settings;
mod unmeasured;

use args::{Cli, Command};
use clap::Parser;
use exit::{Exit, UsageError};
use panics::Panic;
use std::process::ExitCode;

fn main() -> ExitCode {
    panics::install_hook();
    let (exit, error) = ended(panics::catch(|| match Cli::try_parse() {
        Ok(cli) => run(&cli.command),
        Err(error) => Err(UsageError::of_arguments(&error)),
    }));
    if let Some(error) = error {
        report::eprint_line(&error);
    }
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

/// The exit status of an outcome, and the line that reports its error.
fn ended(outcome: Result<Result<Exit, UsageError>, Panic>) -> (Exit, Option<String>) {
    match outcome {
        Ok(Ok(exit)) => (exit, None),
        Ok(Err(error)) => (Exit::Usage, Some(format!("error: {error}"))),
        Err(panic) => (Exit::Fault, Some(panic.report(std::env::args_os()))),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_program_ends_with_70_and_a_line_that_names_its_place() {
        panics::install_hook();
        let (exit, error) = ended(panics::catch(|| panic!("provoked")));
        assert_eq!(exit.code(), 70);
        let error = error.unwrap();
        assert!(error.starts_with("error: ") && error.contains("provoked, at "), "{error}");
        assert!(error.contains(concat!("enhancer-cli/", "src/main.rs:")), "{error}");
        assert!(matches!(ended(Ok(Ok(Exit::Done))), (Exit::Done, None)));
    }
}
