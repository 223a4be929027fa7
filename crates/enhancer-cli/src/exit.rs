//! Exit status: 0 done, 1 a file failed, 2 invalid command line, 70 a fault in this program, 130 interrupted.

use crate::enhance::PlanUsageError;
use crate::figure::FigureError;
use crate::interrupt::Stop;
use crate::report::Failure;
use crate::settings::SettingsError;

/// An invalid command line; nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Plan(#[from] PlanUsageError),
    #[error("{0}")]
    Plot(&'static str),
    #[error(transparent)]
    Figure(#[from] FigureError),
    #[error("there is no command `{0}`; `audio-enhancer --help` lists them")]
    Command(String),
    #[error("{0}; try `--help`")]
    Arguments(String),
}

impl UsageError {
    /// The error in the arguments on one line. Prints help or the version and ends the program where they
    /// were requested.
    pub(crate) fn of_arguments(error: &clap::Error) -> Self {
        use clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        if !error.use_stderr() || error.kind() == DisplayHelpOnMissingArgumentOrSubcommand {
            error.exit();
        }
        let text = error.to_string();
        let lines = text.strip_prefix("error: ").unwrap_or(&text).lines().map(str::trim);
        let lines =
            lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
        let mut line = String::new();
        for part in lines.filter(|part| !part.is_empty()) {
            let separator = if line.is_empty() {
                ""
            } else if line.ends_with(':') || part.starts_with('[') {
                " "
            } else {
                "; "
            };
            line = line + separator + part;
        }
        Self::Arguments(line)
    }
}

/// The program's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Failed,
    Usage,
    /// A panic outside the work on one file.
    Fault,
    Interrupted,
}

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            // EX_SOFTWARE of BSD's sysexits.h.
            Self::Fault => 70,
            // 128 + SIGINT, as in shells.
            Self::Interrupted => 130,
        }
    }

    pub(crate) fn of_batch(failures: &[Failure], stop: &Stop) -> Self {
        match (stop.is_set(), failures.is_empty()) {
            (true, _) => Self::Interrupted,
            (false, true) => Self::Done,
            (false, false) => Self::Failed,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
