//! The desktop's own dialog for choosing a file.
//!
//! It is a separate program: kdialog or zenity on Linux, AppleScript on macOS, PowerShell on Windows. So no
//! toolkit is loaded into the host's process, and a dialog that hangs or crashes does not affect the host.
//! The editor polls it in each picture. There is no thread, since a host may unload the plugin under it.

use crate::editor::address::local_file;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Purpose of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileQuestion {
    /// A file to read.
    Open,
    /// A file to write, with its suggested name. The dialog asks before replacing a file.
    Save(String),
}

/// Returns the programs that can show the dialog, the best first. Missing programs are skipped.
pub type FilePrograms = Box<dyn Fn(&FileQuestion) -> Vec<Command> + Send>;

/// An open dialog. Dropping it closes the dialog.
pub(super) struct FileDialog {
    program: Child,
}

/// Result of a dialog.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Chosen(String),
    Cancelled,
    /// The dialog failed; a message for the user.
    Failed(String),
}

impl FileDialog {
    /// Starts the first program that exists.
    ///
    /// # Errors
    /// If none starts: a message for the user.
    pub(super) fn open(programs: Vec<Command>) -> Result<Self, String> {
        for mut command in programs {
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
            // A host's own libraries must not reach the desktop's programs.
            command.env_remove("LD_LIBRARY_PATH").env_remove("LD_PRELOAD");
            if let Ok(program) = command.spawn() {
                return Ok(Self { program });
            }
        }
        let missing = if cfg!(target_os = "linux") {
            "install zenity or kdialog"
        } else {
            "no program for it was found"
        };
        Err(format!("No file dialog: {missing}, or type the path"))
    }

    pub(super) fn answer(&mut self) -> Option<Answer> {
        let code = match self.program.try_wait() {
            Ok(None) => return None,
            Ok(Some(status)) => status.code(),
            // A host that ignores SIGCHLD has reaped the process; its output is still here.
            Err(_) => Some(0),
        };
        let mut line = vec![];
        if let Some(output) = self.program.stdout.take().filter(|_| code == Some(0)) {
            // One line only: a process that the dialog left running may hold the pipe open.
            let _ = BufReader::new(output).read_until(b'\n', &mut line);
        }
        let path = String::from_utf8_lossy(&line);
        Some(match (code, path.trim_end_matches(['\r', '\n'])) {
            (Some(0), "") | (Some(1), _) => Answer::Cancelled,
            (Some(0), path) => Answer::Chosen(path.to_owned()),
            _ => Answer::Failed("The desktop's file dialog failed. Type the path instead.".to_owned()),
        })
    }
}

impl Drop for FileDialog {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// The dialog programs of this operating system.
#[must_use]
pub(super) fn desktop_programs(question: &FileQuestion) -> Vec<Command> {
    if cfg!(windows) {
        return vec![powershell(question)];
    }
    if cfg!(target_os = "macos") {
        return vec![osascript(question)];
    }
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let mut programs = vec![zenity(question), kdialog(question)];
    if desktop.contains("KDE") || desktop.contains("LXQt") {
        programs.reverse();
    }
    programs
}

/// Name patterns of files that can be imported.
const PATTERNS: &str = "*.json *.txt *.csv *.peace *.conf *.yml *.yaml *.xml *.q5k *.cfg";

fn title(question: &FileQuestion) -> &'static str {
    match question {
        FileQuestion::Open => "Import a preset or an equalizer",
        FileQuestion::Save(_) => "Export",
    }
}

fn command(program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words);
    command
}

fn zenity(question: &FileQuestion) -> Command {
    let title = format!("--title={}", title(question));
    let common = ["--file-selection", &title];
    match question {
        FileQuestion::Open => {
            let wanted = format!("--file-filter=Presets and equalizers | {PATTERNS}");
            command("zenity", &[common[0], common[1], &wanted, "--file-filter=All files | *"])
        }
        FileQuestion::Save(name) => {
            let name = format!("--filename={name}");
            command("zenity", &[common[0], common[1], "--save", "--confirm-overwrite", &name])
        }
    }
}

fn kdialog(question: &FileQuestion) -> Command {
    let common = ["--title", title(question)];
    match question {
        FileQuestion::Open => {
            let wanted = format!("{PATTERNS}|Presets and equalizers\n*|All files");
            // kdialog starts in the folder last used under this name.
            command("kdialog", &[common[0], common[1], "--getopenfilename", ":audio-enhancer", &wanted])
        }
        FileQuestion::Save(name) => command("kdialog", &[common[0], common[1], "--getsavefilename", name]),
    }
}

fn osascript(question: &FileQuestion) -> Command {
    // Names are passed as arguments, never inside the script.
    let ask = match question {
        FileQuestion::Open => "POSIX path of (choose file with prompt (item 1 of argv))",
        FileQuestion::Save(_) => {
            "POSIX path of (choose file name with prompt (item 1 of argv) default name (item 2 of argv))"
        }
    };
    let mut command =
        command("osascript", &["-e", "on run argv", "-e", ask, "-e", "end run", title(question)]);
    if let FileQuestion::Save(name) = question {
        command.arg(name);
    }
    command
}

fn powershell(question: &FileQuestion) -> Command {
    let (class, name) = match question {
        FileQuestion::Open => ("OpenFileDialog", ""),
        FileQuestion::Save(name) => ("SaveFileDialog", name.as_str()),
    };
    // Names are passed as variables, never inside the script.
    let script = format!(
        "Add-Type -AssemblyName System.Windows.Forms; \
         [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false; \
         $dialog = New-Object System.Windows.Forms.{class}; \
         $dialog.Title = $env:AUDIO_ENHANCER_TITLE; $dialog.FileName = $env:AUDIO_ENHANCER_NAME; \
         if ($dialog.ShowDialog() -eq 'OK') {{ $dialog.FileName }} else {{ exit 1 }}"
    );
    let mut command = command("powershell", &["-NoProfile", "-STA", "-Command", &script]);
    command.env("AUDIO_ENHANCER_TITLE", title(question)).env("AUDIO_ENHANCER_NAME", name);
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    command
}

/// Reads a path as users type or paste it: quoted, as `file://` address, or from the home folder.
#[must_use]
pub(super) fn typed_path(text: &str) -> PathBuf {
    let text = text.trim();
    let bare =
        ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(text);
    if let Some(file) = local_file(bare) {
        return file;
    }
    match (bare.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(bare),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    /// Result of a dialog that runs this shell script.
    fn answer(script: &str) -> Answer {
        let mut dialog = FileDialog::open(vec![command("sh", &["-c", script])]).expect("sh starts");
        let begin = Instant::now();
        loop {
            if let Some(answer) = dialog.answer() {
                return answer;
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "{script} does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn distinguishes_a_path_a_cancel_and_a_failure() {
        let chosen = |path: &str| Answer::Chosen(path.to_owned());
        assert_eq!(answer("echo '/a b/ü.txt'"), chosen("/a b/ü.txt"));
        assert_eq!(answer("printf '/a\\r\\n'"), chosen("/a"));
        assert_eq!(answer("echo /a; exit 1"), Answer::Cancelled);
        assert_eq!(answer("exit 0"), Answer::Cancelled);
        assert!(matches!(answer("echo /a; exit 255"), Answer::Failed(_)));
        assert!(matches!(answer("echo /a; kill -9 $$"), Answer::Failed(_)));
    }

    #[test]
    fn does_not_wait_for_processes_that_a_dialog_left_running() {
        let begin = Instant::now();
        assert_eq!(answer("sleep 30 & echo /a"), Answer::Chosen("/a".to_owned()));
        assert!(begin.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn an_open_dialog_has_no_answer_and_closes_when_dropped() {
        let mut dialog = FileDialog::open(vec![command("sleep", &["60"])]).expect("sleep starts");
        assert_eq!(dialog.answer(), None);
        let id = dialog.program.id().to_string();
        let lives =
            || Command::new("kill").args(["-0", &id]).stderr(Stdio::null()).status().expect("kill").success();
        assert!(lives());
        drop(dialog);
        assert!(!lives());
    }

    #[test]
    fn the_first_existing_program_shows_the_dialog() {
        let programs = vec![command("no-such-dialog-here", &[]), command("echo", &["/b"])];
        let mut dialog = FileDialog::open(programs).expect("echo starts");
        let answer = loop {
            if let Some(answer) = dialog.answer() {
                break answer;
            }
        };
        assert_eq!(answer, Answer::Chosen("/b".to_owned()));
        let none = FileDialog::open(vec![command("no-such-dialog-here", &[])]).map(drop);
        assert!(none.expect_err("there is none").contains("type the path"));
    }

    #[test]
    fn a_name_is_one_argument_to_every_program() {
        let name = "a\" & 'b; $(c).json";
        let question = FileQuestion::Save(name.to_owned());
        for program in [zenity(&question), kdialog(&question), osascript(&question)] {
            let last = program.get_args().last().expect("words").to_str().expect("text");
            assert!(last == name || last == format!("--filename={name}"), "{program:?}");
        }
        let powershell = powershell(&question);
        assert!(powershell.get_args().all(|word| !word.to_string_lossy().contains("$(c)")));
        assert!(powershell.get_envs().any(|(_, value)| value.is_some_and(|value| value == name)));
    }

    #[test]
    fn reads_paths_in_every_form_that_users_paste() {
        for (typed, path) in [
            (" /a b/c.txt ", "/a b/c.txt"),
            ("\"/a b/c.txt\"", "/a b/c.txt"),
            ("'c.txt'", "c.txt"),
            ("file:///a%20b/%C3%BC.txt", "/a b/ü.txt"),
            ("100 %.txt", "100 %.txt"),
            ("C:\\a\\b.txt", "C:\\a\\b.txt"),
        ] {
            assert_eq!(typed_path(typed), PathBuf::from(path), "{typed}");
        }
        let home = std::env::var("HOME").expect("a home");
        assert_eq!(typed_path("~/c.txt"), Path::new(&home).join("c.txt"));
    }
}
