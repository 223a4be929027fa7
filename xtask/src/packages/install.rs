//! Installs Debian packages, or advises on them.

use super::Package;
use crate::run::{self, TaskError};
use std::io::IsTerminal;
use std::process::Command;

/// Installs the packages where this system has `apt-get` and the user may run it; does nothing elsewhere.
///
/// # Errors
/// [`TaskError::Failed`] if `apt-get` fails with a fresh package list, too.
pub(super) fn try_install(absent: &[Package]) -> Result<(), TaskError> {
    let Some(prefix) = privilege() else { return Ok(()) };
    let apt_get = |arguments: &[&str]| {
        let words: Vec<&str> =
            prefix.iter().copied().chain(["apt-get"]).chain(arguments.iter().copied()).collect();
        println!("Running: {}", words.join(" "));
        let (program, arguments) = words.split_first().unwrap_or((&"apt-get", &[]));
        let mut command = Command::new(program);
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let install = [&["install", "--yes", "-qq", "--no-install-recommends"][..], &names(absent)].concat();
    if run::show(&mut apt_get(&install)).is_ok() {
        return Ok(());
    }
    run::show(&mut apt_get(&["update", "-qq"]))?;
    run::show(&mut apt_get(&install))
}

fn names(packages: &[Package]) -> Vec<&'static str> {
    packages.iter().map(|package| package.name).collect()
}

/// The words before `apt-get` that give the right to install: none as root, `sudo` where it works. `None`
/// without that right or without `apt-get`.
fn privilege() -> Option<Vec<&'static str>> {
    if !run::works(Command::new("apt-get").arg("--version")) {
        return None;
    }
    let is_root = run::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        return Some(vec![]);
    }
    let can_prompt = std::io::stdin().is_terminal() && run::works(Command::new("sudo").arg("--version"));
    let needs_no_password = run::works(Command::new("sudo").args(["-n", "true"]));
    (can_prompt || needs_no_password).then(|| vec!["sudo"])
}

/// The commands that install the packages, for the error message.
pub(super) fn advice(absent: &[Package]) -> String {
    let names = names(absent).join(" ");
    format!(
        "{names} missing. Debian or Ubuntu: `sudo apt-get install {names}`. Elsewhere: install Python, ffmpeg, espeak-ng \
         and Go (macOS: `brew install python ffmpeg espeak-ng go`; Windows: `winget install Python.Python.3.13 Gyan.FFmpeg \
         eSpeak-NG.eSpeak-NG GoLang.Go`) and pass a folder of songs with `cargo xtask test --music DIR`"
    )
}
