//! Runs other programs and reports their failures.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The failure of a task.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// Unknown arguments.
    #[error("unknown task `{0}`; `cargo xtask help` lists the tasks")]
    Usage(String),
    /// A program that did not start.
    #[error("cannot start `{command}`: {source}")]
    Start { command: String, source: std::io::Error },
    /// A program that ended with an error, and its error output if it was captured.
    #[error("`{command}` ended with {status}{}", indented(.output))]
    Failed { command: String, status: std::process::ExitStatus, output: String },
    /// A file that can't be read or written.
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// A folder without songs.
    #[error("{} has no .ogg, .mp3, .flac, .m4a or .wav of 20 seconds or more", .0.display())]
    NoMusic(PathBuf),
    /// A wrong or missing picture on the screen.
    #[error("on the screen: {0}")]
    Screen(String),
    /// A bundle that can't be made, or without the plugin.
    #[error("bundling: {0}")]
    Bundle(String),
    /// A file of another maker at the path of an installation.
    #[error("{} is not this plugin and stays unchanged; move it away and try again", .0.display())]
    NotOurs(PathBuf),
    /// A missing variable for the user's folder.
    #[error("{0} is not set, so the plugin folders are unknown; set it to the user's folder")]
    NoHome(&'static str),
    /// Missing programs, and the way to get them.
    #[error("{0}")]
    Missing(String),
    /// Bounds of the prose that are exceeded.
    #[error("the prose exceeds its bounds: {0}; `cargo xtask lint-prose --list` lists the places")]
    Prose(String),
    /// The reasons why tests were left out.
    #[error("some tests did not run: {0}")]
    Incomplete(String),
}

fn indented(output: &str) -> String {
    output.trim().lines().map(|line| format!("\n    {line}")).collect()
}

/// Adds the file's name to an I/O error.
pub(crate) fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> TaskError {
    let path = path.into();
    move |source| TaskError::File { path, source }
}

/// Runs a program without output and returns true if it succeeds.
pub(crate) fn works(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a program to its end and shows its output.
pub(crate) fn show(command: &mut Command) -> Result<(), TaskError> {
    let text = words(command);
    let status = command.status().map_err(|source| TaskError::Start { command: text.clone(), source })?;
    if status.success() {
        return Ok(());
    }
    Err(TaskError::Failed { command: text, status, output: String::new() })
}

/// Runs a program to its end and returns its standard output. Its error output goes into the error.
pub(crate) fn read(command: &mut Command) -> Result<String, TaskError> {
    let text = words(command);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|source| TaskError::Start { command: text.clone(), source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(TaskError::Failed { command: text, status: output.status, output: errors })
}

/// The cargo that started this task, in the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root());
    command
}

/// The command line, for messages.
pub(crate) fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
