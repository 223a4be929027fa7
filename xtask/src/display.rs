//! A screen without a monitor, and a window manager on it, for whatever opens windows.

use crate::run::TaskError;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running X server (Xvfb) with openbox. They end with this.
pub(crate) struct Display {
    /// The server first.
    children: Vec<Child>,
    name: String,
}

impl Display {
    /// Starts both on a display that is free, with a screen of this size in pixels.
    ///
    /// # Errors
    /// A program that can't be started, a server that says no display, a manager that doesn't answer.
    pub(crate) fn start((width, height): (u32, u32)) -> Result<Self, TaskError> {
        let mut xvfb = Command::new("Xvfb");
        // It chooses a free number and says it on this file descriptor.
        let screen = format!("{width}x{height}x24");
        xvfb.args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp"]);
        // Else it starts anew when its last client leaves, such as a look for a window that isn't there yet, and cuts others off that
        // are about to connect.
        xvfb.arg("-noreset").stdout(Stdio::piped());
        let mut server = spawn(&mut xvfb)?;
        let said = server.stdout.take();
        let mut display = Self { children: vec![server], name: String::new() };
        let mut number = String::new();
        if let Some(said) = said {
            let read = BufReader::new(said).read_line(&mut number);
            read.map_err(|source| TaskError::Start { command: "Xvfb".to_owned(), source })?;
        }
        if number.trim().is_empty() {
            return Err(TaskError::Missing("Xvfb opens no display".to_owned()));
        }
        display.name = format!(":{}", number.trim());
        // Without one, no window is given the keyboard.
        let manager = spawn(Command::new("openbox").env("DISPLAY", &display.name).stdout(Stdio::null()))?;
        display.children.push(manager);
        // A window that opens while the manager is about to start may never be shown.
        let desktops =
            || Command::new("xdotool").arg("get_num_desktops").env("DISPLAY", &display.name).output();
        for _ in 0..300 {
            if desktops().is_ok_and(|answer| answer.status.success()) {
                return Ok(display);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(TaskError::Missing("openbox manages no windows".to_owned()))
    }

    /// For the variable `DISPLAY`.
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

/// Starts a program that lives on, silent and without input.
///
/// # Errors
/// [`TaskError::Start`].
pub(crate) fn spawn(command: &mut Command) -> Result<Child, TaskError> {
    let name = command.get_program().to_string_lossy().into_owned();
    let started = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    started.map_err(|source| TaskError::Start { command: name, source })
}
