//! A screen with the program's window, and the actions of a user on it.

use crate::display::{self, Display};
use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Size of the screen and of the largest window, pixels.
const SCREEN: (u32, u32) = (3840, 2400);

/// Longest wait for a window, a file or a colour. Drawing in software on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// The screen and the program on it. The program ends first.
pub(super) struct Desk {
    program: Child,
    display: Display,
    window: String,
    /// Pixels per logical point.
    pub(super) scale: f32,
    /// The program's folder of user presets.
    pub(super) data: PathBuf,
    /// The program's output, a file that grows.
    recording: PathBuf,
}

impl Desk {
    /// Opens the program with the song playing, in a window of this logical size.
    pub(super) fn open(program: &Path, song: &Path, size: (u32, u32), scale: f32) -> Result<Self, TaskError> {
        let home = std::env::temp_dir().join(format!("audio-enhancer-screen-{}", std::process::id()));
        let _ = fs::remove_dir_all(&home);
        let data = home.join("data");
        fs::create_dir_all(&data).map_err(at(&home))?;
        let recording = home.join("recording.wav");
        // Desktops set the density of the screen by this file.
        let resources = home.join(".Xresources");
        fs::write(&resources, format!("Xft.dpi: {}\n", (96.0 * scale) as u32)).map_err(at(&resources))?;
        let display = Display::start(SCREEN)?;
        let mut player = Command::new(program);
        player.env("DISPLAY", display.name()).env("HOME", &home).env("AUDIO_ENHANCER_DATA_DIR", &data);
        player.args(["--backend", "dummy", "--play"]).arg(song).arg("--record").arg(&recording);
        let program = display::spawn(&mut player)?;
        let mut desk = Self { program, display, window: String::new(), scale, data, recording };
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

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", self.display.name());
        command
    }

    /// Resizes the window to logical points and waits until it is drawn.
    pub(super) fn resize(&self, size: (u32, u32)) -> Result<(), TaskError> {
        let pixels = |length: u32| ((length as f32 * self.scale) as u32).to_string();
        self.act(&["windowmove", &self.window, "0", "0"])?;
        self.act(&["windowsize", &self.window, &pixels(size.0), &pixels(size.1)])?;
        // A point inside the last panel, the limiter's, away from its rounded corner.
        let panel = [0x17, 0x1B, 0x22];
        let (width, height) = (size.0 as f32, size.1 as f32);
        let off = 10.0 + 8.0 * (width / 1280.0).min(height / 800.0).max(1.0);
        self.wait(&format!("the panels of {width}x{height}"), |desk| {
            let colour = desk.colour(width - off, height - off).ok()?;
            colour.iter().zip(panel).all(|(a, b)| a.abs_diff(b) < 6).then_some(())
        })?;
        std::thread::sleep(Duration::from_millis(1000));
        Ok(())
    }

    /// Runs one action of xdotool and waits 250 ms for its effect.
    pub(super) fn act(&self, arguments: &[&str]) -> Result<(), TaskError> {
        run::read(self.command("xdotool").args(arguments)).map(drop)?;
        std::thread::sleep(Duration::from_millis(250));
        Ok(())
    }

    /// Moves the pointer to a point of the window, logical points.
    pub(super) fn point(&self, x: f32, y: f32) -> Result<(), TaskError> {
        let pixel = |length: f32| ((length * self.scale).round() as i32).to_string();
        self.act(&["mousemove", "--window", &self.window, &pixel(x), &pixel(y)])
    }

    pub(super) fn click(&self, x: f32, y: f32) -> Result<(), TaskError> {
        self.point(x, y)?;
        self.act(&["click", "1"])
    }

    pub(super) fn double_click(&self, x: f32, y: f32) -> Result<(), TaskError> {
        self.point(x, y)?;
        self.act(&["click", "--repeat", "2", "--delay", "80", "1"])
    }

    /// Drags from one point to another in six steps, logical points.
    pub(super) fn drag(&self, from: (f32, f32), to: (f32, f32)) -> Result<(), TaskError> {
        self.point(from.0, from.1)?;
        self.act(&["mousedown", "1"])?;
        for step in 1..=6 {
            let share = step as f32 / 6.0;
            self.point(from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)?;
        }
        self.act(&["mouseup", "1"])
    }

    pub(super) fn type_text(&self, text: &str) -> Result<(), TaskError> {
        self.act(&["type", "--delay", "60", text])
    }

    pub(super) fn key(&self, key: &str) -> Result<(), TaskError> {
        self.act(&["key", key])
    }

    /// Writes the window's picture into a file.
    pub(super) fn photograph(&self, path: &Path) -> Result<(), TaskError> {
        run::read(self.command("import").args(["-window", &self.window]).arg(path)).map(drop)
    }

    /// Colour of the pixel at a point, logical points.
    pub(super) fn colour(&self, x: f32, y: f32) -> Result<[u8; 3], TaskError> {
        let crop = format!("1x1+{}+{}", (x * self.scale) as i32, (y * self.scale) as i32);
        let mut import = self.command("import");
        import.args(["-window", &self.window, "-crop", &crop, "-depth", "8", "rgb:-"]);
        let output = import.output().map_err(at("import"))?;
        output.stdout.get(..3).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
            TaskError::Screen(format!("no pixel at {x}, {y}: {}", String::from_utf8_lossy(&output.stderr)))
        })
    }

    /// Level of the last 0.2 s of output, dBFS RMS; `None` before that.
    pub(super) fn output_db(&self) -> Option<f64> {
        // The program still writes the file and keeps its header valid.
        let mut file = hound::WavReader::open(&self.recording).ok()?;
        let frames = file.spec().sample_rate / 5;
        file.seek(file.duration().checked_sub(frames)?).ok()?;
        let samples: Vec<f32> = file.samples().collect::<Result<_, _>>().ok()?;
        let power = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
        Some(10.0 * (power / samples.len() as f64).log10())
    }

    /// Polls every 200 ms until `poll` returns a value.
    ///
    /// # Errors
    /// [`TaskError::Screen`] with `subject` after [`PATIENCE`].
    pub(super) fn wait<T>(
        &self,
        subject: &str,
        mut poll: impl FnMut(&Self) -> Option<T>,
    ) -> Result<T, TaskError> {
        let begin = Instant::now();
        loop {
            if let Some(value) = poll(self) {
                return Ok(value);
            }
            if begin.elapsed() > PATIENCE {
                return Err(TaskError::Screen(format!("timeout: {subject}")));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// True while the program runs.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.program.try_wait(), Ok(None))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
        if let Some(home) = self.data.parent() {
            let _ = fs::remove_dir_all(home);
        }
    }
}
