//! `cargo xtask install | uninstall | status`: installs the plugins or the library for this user, removes
//! them, shows their state.

mod files;
pub(crate) mod musicfox;
mod plugins;

use crate::run::TaskError;

/// Runs one of the three commands; `product` is empty for the plugins, `musicfox` for the library.
///
/// # Errors
/// Unknown arguments, a failed build, a folder that can't be written, or a file of another maker in the way.
pub(crate) fn run(command: &str, product: &[&str]) -> Result<(), TaskError> {
    match (command, product) {
        ("install", []) => plugins::install(),
        ("uninstall", []) => plugins::uninstall(),
        ("status", []) => plugins::status(),
        ("install", ["musicfox"]) => musicfox::install(),
        ("uninstall", ["musicfox"]) => musicfox::uninstall(),
        ("status", ["musicfox"]) => musicfox::status(),
        _ => Err(TaskError::Usage([&[command], product].concat().join(" "))),
    }
}
