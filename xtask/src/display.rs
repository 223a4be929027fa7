//! An X server without a monitor, with a window manager, for tests that open windows.

use crate::run::TaskError;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running X server (Xvfb) with openbox. Both processes end when this is dropped.
pub(crate) struct Display {
    /// The server, then the window manager.
    children: Vec<Child>,
    name: String,
}

impl Display {
    /// Starts both on a free display, with a screen of this size in pixels.
    ///
    /// # Errors
    /// A program doesn't start, the server returns no display, or the manager doesn't respond within 30 s.
    pub(crate) fn start((width, height): (u32, u32)) -> Result<Self, TaskError> {
        let mut xvfb = Command::new("Xvfb");
        // The server chooses a free number and writes it to this file descriptor.
        let screen = format!("{width}x{height}x24");
        xvfb.args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp"]);
        // Without this option the server restarts when its last client leaves, such as a search for a window
        // that isn't open yet. A restart disconnects clients that are about to connect.
        xvfb.arg("-noreset").stdout(Stdio::piped());
        let mut server = spawn(&mut xvfb)?;
        let output = server.stdout.take();
        let mut display = Self { children: vec![server], name: String::new() };
        let mut number = String::new();
        if let Some(output) = output {
            let read = BufReader::new(output).read_line(&mut number);
            read.map_err(|source| TaskError::Start { command: "Xvfb".to_owned(), source })?;
        }
        if number.trim().is_empty() {
            return Err(TaskError::Missing("Xvfb returned no display number".to_owned()));
        }
        display.name = format!(":{}", number.trim());
        // Without a manager, no window gets the keyboard's focus.
        let manager = spawn(Command::new("openbox").env("DISPLAY", &display.name).stdout(Stdio::null()))?;
        display.children.push(manager);
        // A window that opens while the manager starts may stay hidden.
        let desktops =
            || Command::new("xdotool").arg("get_num_desktops").env("DISPLAY", &display.name).output();
        for _ in 0..300 {
            if desktops().is_ok_and(|answer| answer.status.success()) {
                return Ok(display);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(TaskError::Missing("openbox did not respond within 30 s".to_owned()))
    }

    /// The value of the variable `DISPLAY`, such as `:7`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Starts a program in the background, without input and error output.
///
/// # Errors
/// [`TaskError::Start`].
pub(crate) fn spawn(command: &mut Command) -> Result<Child, TaskError> {
    let name = command.get_program().to_string_lossy().into_owned();
    let started = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    started.map_err(|source| TaskError::Start { command: name, source })
}
