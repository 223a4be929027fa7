//! Panics: caught for each file and for the whole program, and reported with message, file and line.
//!
//! Damaged files make third-party decoders panic, so each input file, each of its threads and each call into
//! a decoder runs in [`catch`]. The hook stores the place of a panic for [`catch`]. Rust's own hook prints a
//! panic outside of any [`catch`], and every panic where `RUST_BACKTRACE` is set. Unwinding drops the files
//! being written, which removes them (see [`crate::output`]).

use std::any::Any;
use std::cell::Cell;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

/// A panic on one line: its message, and the file and line of the code that raised it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}, at {place}")]
pub(crate) struct Panic {
    message: String,
    place: String,
}

thread_local! {
    /// Calls of [`catch`] under way on this thread.
    static CATCHES: Cell<usize> = const { Cell::new(0) };
    /// File and line of this thread's last caught panic.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// Installs the hook that stores a panic's place for [`catch`]; for the whole process.
pub(crate) fn install_hook() {
    let print = take_hook();
    set_hook(Box::new(move |info| {
        // A thread that is ending has no thread-local values left.
        let is_caught = CATCHES.try_with(Cell::get).is_ok_and(|catches| catches > 0);
        if !is_caught || has_backtrace() {
            print(info);
        }
        let place = info.location().map(|location| format!("{}:{}", location.file(), location.line()));
        let _ = PLACE.try_with(|stored| stored.set(place));
    }));
}

fn has_backtrace() -> bool {
    std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0")
}

/// Runs `work`. Callers drop all that `work` has changed when it panics.
///
/// # Errors
/// The panic of `work`.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    CATCHES.set(CATCHES.get() + 1);
    let outcome = catch_unwind(AssertUnwindSafe(work));
    CATCHES.set(CATCHES.get() - 1);
    outcome.map_err(|payload| Panic::new(payload.as_ref()))
}

impl Panic {
    /// A panic that [`catch`] or the end of a thread returned.
    pub(crate) fn new(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
        let place = PLACE.take().unwrap_or_else(|| "an unknown place".to_owned());
        Self { message: text.replace('\n', " "), place }
    }

    /// The line that reports a panic of the whole program, which was called with these arguments.
    pub(crate) fn report(&self, arguments: impl Iterator<Item = OsString>) -> String {
        let command: Vec<String> = arguments.skip(1).map(|argument| quoted(&argument)).collect();
        format!(
            "error: a fault in this program stopped it: {self}; no file is left incomplete; \
             please report this line: audio-enhancer {}, arguments: {}",
            env!("CARGO_PKG_VERSION"),
            command.join(" ")
        )
    }
}

/// An argument in single quotes where a shell would split or expand it.
fn quoted(argument: &OsString) -> String {
    let text = argument.to_string_lossy();
    let is_plain = |character: char| character.is_alphanumeric() || "-_./=:,+".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.into_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caught_panic_has_its_message_file_and_line() {
        install_hook();
        let line = line!() + 1;
        let panic = catch(|| panic!("a fault,\nprovoked: {}", 7)).map(|()| 0).unwrap_err();
        assert_eq!(panic.to_string(), format!("a fault, provoked: 7, at {}:{line}", file!()));
        let panic = catch(|| catch(|| panic!("inner")).is_err().then(|| panic!("outer")))
            .map(|_: Option<()>| 0)
            .unwrap_err();
        assert!(panic.to_string().starts_with("outer, at "), "{panic}");
        assert_eq!(catch(|| 3), Ok(3));
    }

    #[test]
    fn the_report_holds_place_version_and_quoted_arguments() {
        install_hook();
        let panic = catch(|| panic!("provoked")).map(|()| 0).unwrap_err();
        let arguments =
            ["audio-enhancer", "enhance", "Bob's song.wav", "--set", "bass=3"].map(OsString::from);
        let report = panic.report(arguments.into_iter());
        for part in
            ["provoked, at ", file!(), env!("CARGO_PKG_VERSION"), r"enhance 'Bob'\''s song.wav' --set bass=3"]
        {
            assert!(report.contains(part), "{part}: {report}");
        }
        assert_eq!(report.lines().count(), 1, "{report}");
    }
}
