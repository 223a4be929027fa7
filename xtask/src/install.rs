//! `cargo xtask install | uninstall | status`: puts what is built here where this user's programs look for it.

mod files;
pub(crate) mod musicfox;
mod plugins;

use crate::run::TaskError;

/// Serves one of the three commands; `what` is empty for the plugins.
///
/// # Errors
/// Unknown words, a build that failed, a folder that can't be written, something of another's in the way.
pub(crate) fn run(command: &str, what: &[&str]) -> Result<(), TaskError> {
    match (command, what) {
        ("install", []) => plugins::install(),
        ("uninstall", []) => plugins::uninstall(),
        ("status", []) => plugins::status(),
        ("install", ["musicfox"]) => musicfox::install(),
        ("uninstall", ["musicfox"]) => musicfox::uninstall(),
        ("status", ["musicfox"]) => musicfox::status(),
        _ => Err(TaskError::Usage([&[command], what].concat().join(" "))),
    }
}
