//! Runs other programs, and tells what went wrong with them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What stops a task.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TaskError {
    /// Words that are no command of ours.
    #[error("`{0}` is no task; `cargo xtask help` lists them")]
    Usage(String),
    /// A program that could not start.
    #[error("can't start `{command}`: {source}")]
    Start { command: String, source: std::io::Error },
    /// A program that ended badly.
    #[error("`{command}` ended with {status}{}", indented(.output))]
    Failed { command: String, status: std::process::ExitStatus, output: String },
    /// A file that could not be read or written.
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// A picture that could not be drawn.
    #[error("{}: {reason}", path.display())]
    Picture { path: PathBuf, reason: String },
    /// A folder without songs.
    #[error("{}: no .ogg, .mp3, .flac, .m4a or .wav of 20 seconds or more in it", .0.display())]
    NoMusic(PathBuf),
    /// Something on the screen that is not as it should be.
    #[error("on the screen: {0}")]
    Screen(String),
    /// A bundle that could not be made, or is not what it should be.
    #[error("bundling: {0}")]
    Bundle(String),
    /// Something else where a bundle would go.
    #[error("{} is not this plugin, so it stays; move it away and try again", .0.display())]
    NotOurs(PathBuf),
    /// No way to tell the user's folders.
    #[error("{0} is not set, so the plugin folders are unknown; set it to the user's folder")]
    NoHome(&'static str),
    /// Generated files that differ from the parameter table.
    #[error("these files are out of date with the parameter table: {0}; run `cargo xtask generate`")]
    Stale(String),
    /// A parameter table that contradicts published names or ranges.
    #[error("{0}")]
    Table(String),
    /// What is not on this machine, and how to get it.
    #[error("{0}")]
    Missing(String),
    /// Tests that had to stay out, and why.
    #[error("some tests did not run: {0}")]
    Incomplete(String),
}

fn indented(output: &str) -> String {
    output.trim().lines().map(|line| format!("\n    {line}")).collect()
}

/// Makes an I/O error name its file.
pub(crate) fn at(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> TaskError {
    let path = path.into();
    move |source| TaskError::File { path, source }
}

/// Whether the program starts and ends well, unheard.
pub(crate) fn works(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Runs a program to its end with its output shown.
pub(crate) fn show(command: &mut Command) -> Result<(), TaskError> {
    let text = words(command);
    let status = command.status().map_err(|source| TaskError::Start { command: text.clone(), source })?;
    if status.success() {
        return Ok(());
    }
    Err(TaskError::Failed { command: text, status, output: String::new() })
}

/// Runs a program to its end and returns what it printed; its complaints are shown only when it fails.
pub(crate) fn read(command: &mut Command) -> Result<String, TaskError> {
    let text = words(command);
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|source| TaskError::Start { command: text.clone(), source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(TaskError::Failed { command: text, status: output.status, output: complaints })
}

/// The cargo that runs us, in the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(crate::root());
    command
}

fn words(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
