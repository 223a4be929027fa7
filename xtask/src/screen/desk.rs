//! A screen with one window on it, and a hand.

use crate::run::{self, TaskError, at};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Largest window on it, pixels.
const SCREEN: &str = "3840x2400x24";

/// Longest wait for a window, a file or a colour: software drawing on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// The screen, the program on it, and what is to be ended with it.
pub(super) struct Desk {
    display: String,
    children: Vec<Child>,
    window: String,
    /// Pixels for a logical point.
    pub(super) scale: f32,
    /// Where the program keeps the user's presets.
    pub(super) data: PathBuf,
}

impl Desk {
    /// Opens the program with the song playing, in a window of this logical size.
    pub(super) fn open(program: &Path, song: &Path, size: (u32, u32), scale: f32) -> Result<Self, TaskError> {
        let home = std::env::temp_dir().join(format!("audio-enhancer-screen-{}", std::process::id()));
        let _ = fs::remove_dir_all(&home);
        let data = home.join("data");
        fs::create_dir_all(&data).map_err(at(&home))?;
        // A desktop says by this how dense its screen is.
        let resources = home.join(".Xresources");
        fs::write(&resources, format!("Xft.dpi: {}\n", (96.0 * scale) as u32)).map_err(at(&resources))?;
        let mut desk = Self { display: String::new(), children: vec![], window: String::new(), scale, data };
        desk.start_screen()?;
        let mut player = desk.command(program);
        player.env("HOME", &home).env("AUDIO_ENHANCER_DATA_DIR", &desk.data);
        player.args(["--backend", "dummy", "--play"]).arg(song);
        desk.children.push(start(&mut player)?);
        desk.window = desk.wait("the window", |desk| {
            let found = run::read(desk.command("xdotool").args([
                "search",
                "--onlyvisible",
                "--name",
                "Audio Enhancer",
            ]));
            found.ok()?.lines().last().map(str::to_owned)
        })?;
        desk.resize(size)?;
        Ok(desk)
    }

    fn start_screen(&mut self) -> Result<(), TaskError> {
        let mut xvfb = Command::new("Xvfb");
        // It chooses a free number and says it on this file descriptor.
        xvfb.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"]).stdout(Stdio::piped());
        let mut child = start(&mut xvfb)?;
        let mut number = String::new();
        if let Some(stdout) = child.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut number);
            read.map_err(at("Xvfb"))?;
        }
        self.children.push(child);
        self.display = format!(":{}", number.trim());
        let manager = start(&mut self.command("openbox"))?;
        self.children.push(manager);
        Ok(())
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.display);
        command
    }

    /// Sizes the window, logical points, and waits until it is drawn.
    pub(super) fn resize(&self, size: (u32, u32)) -> Result<(), TaskError> {
        let pixels = |length: u32| ((length as f32 * self.scale) as u32).to_string();
        self.hand(&["windowmove", &self.window, "0", "0"])?;
        self.hand(&["windowsize", &self.window, &pixels(size.0), &pixels(size.1)])?;
        std::thread::sleep(Duration::from_millis(1500));
        Ok(())
    }

    /// Lets xdotool do something.
    pub(super) fn hand(&self, arguments: &[&str]) -> Result<(), TaskError> {
        run::read(self.command("xdotool").args(arguments)).map(drop)?;
        std::thread::sleep(Duration::from_millis(250));
        Ok(())
    }

    /// Moves the pointer to a place in the window, logical points.
    pub(super) fn point(&self, x: f32, y: f32) -> Result<(), TaskError> {
        let pixel = |length: f32| ((length * self.scale).round() as i32).to_string();
        self.hand(&["mousemove", "--window", &self.window, &pixel(x), &pixel(y)])
    }

    pub(super) fn click(&self, x: f32, y: f32) -> Result<(), TaskError> {
        self.point(x, y)?;
        self.hand(&["click", "1"])
    }

    pub(super) fn double_click(&self, x: f32, y: f32) -> Result<(), TaskError> {
        self.point(x, y)?;
        self.hand(&["click", "--repeat", "2", "--delay", "80", "1"])
    }

    /// Drags from a place to another.
    pub(super) fn drag(&self, from: (f32, f32), to: (f32, f32)) -> Result<(), TaskError> {
        self.point(from.0, from.1)?;
        self.hand(&["mousedown", "1"])?;
        for step in 1..=6 {
            let share = step as f32 / 6.0;
            self.point(from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)?;
        }
        self.hand(&["mouseup", "1"])
    }

    pub(super) fn type_text(&self, text: &str) -> Result<(), TaskError> {
        self.hand(&["type", "--delay", "60", text])
    }

    pub(super) fn key(&self, key: &str) -> Result<(), TaskError> {
        self.hand(&["key", key])
    }

    /// The window as a picture file.
    pub(super) fn photograph(&self, path: &Path) -> Result<(), TaskError> {
        run::read(self.command("import").args(["-window", &self.window]).arg(path)).map(drop)
    }

    /// Colour of the pixel at a place, logical points.
    pub(super) fn colour(&self, x: f32, y: f32) -> Result<[u8; 3], TaskError> {
        let crop = format!("1x1+{}+{}", (x * self.scale) as i32, (y * self.scale) as i32);
        let mut import = self.command("import");
        import.args(["-window", &self.window, "-crop", &crop, "-depth", "8", "rgb:-"]);
        let output = import.output().map_err(at("import"))?;
        output.stdout.get(..3).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
            TaskError::Screen(format!("no pixel at {x}, {y}: {}", String::from_utf8_lossy(&output.stderr)))
        })
    }

    /// Asks again and again until there is an answer.
    pub(super) fn wait<T>(
        &self,
        what: &str,
        mut ask: impl FnMut(&Self) -> Option<T>,
    ) -> Result<T, TaskError> {
        let begin = Instant::now();
        loop {
            if let Some(answer) = ask(self) {
                return Ok(answer);
            }
            if begin.elapsed() > PATIENCE {
                return Err(TaskError::Screen(format!("waited in vain for {what}")));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Whether the program still runs.
    pub(super) fn is_alive(&mut self) -> bool {
        self.children.last_mut().is_some_and(|program| matches!(program.try_wait(), Ok(None)))
    }
}

/// Ends what was started, the program first.
impl Drop for Desk {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if let Some(home) = self.data.parent() {
            let _ = fs::remove_dir_all(home);
        }
    }
}

fn start(command: &mut Command) -> Result<Child, TaskError> {
    let name = command.get_program().to_string_lossy().into_owned();
    let started = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
    started.map_err(|source| TaskError::Start { command: name, source })
}
