//! A screen without a monitor, for tests that open windows.

use crate::run::TaskError;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running X server. It ends with this.
pub(crate) struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts Xvfb on a display that is free.
    ///
    /// # Errors
    /// A server that can't be started, or says no display.
    pub(crate) fn start() -> Result<Self, TaskError> {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]);
        let start = |source| TaskError::Start { command: "Xvfb".to_owned(), source };
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(start)?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            BufReader::new(output).read_line(&mut number).map_err(start)?;
        }
        let display = Self { server, name: format!(":{}", number.trim()) };
        if number.trim().is_empty() {
            return Err(TaskError::Missing("Xvfb opens no display".to_owned()));
        }
        Ok(display)
    }

    /// For the variable `DISPLAY`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
