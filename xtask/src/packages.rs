//! The system packages that tests and builds need: installed where that is allowed, named where not.

use crate::run::{self, TaskError};
use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

/// A Debian package, and what shows that it (or its like elsewhere) is there.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    name: &'static str,
    /// What it is for.
    reason: &'static str,
    present: fn() -> bool,
}

/// Songs of asc-music (Michael Kievernagel, GPL-2+), MP3 as published.
pub(crate) const ASC_MUSIC: &str = "/usr/share/games/asc/music";

/// Songs of torus-trooper-data (Kenta Cho, BSD-2-Clause), Ogg Vorbis.
pub(crate) const TORUS_TROOPER_MUSIC: &str = "/usr/share/games/torus-trooper/sounds/musics";

/// What makes and judges the test material.
pub(crate) const TOOLS: &[Package] = &[
    Package { name: "ffmpeg", reason: "makes the other formats, judges the results", present: has_ffmpeg },
    Package { name: "espeak-ng", reason: "speaks", present: has_espeak },
];

/// Songs to test on.
pub(crate) const MUSIC: &[Package] = &[
    Package { name: "asc-music", reason: "three songs, MP3", present: || Path::new(ASC_MUSIC).is_dir() },
    Package {
        name: "torus-trooper-data",
        reason: "four songs, Ogg Vorbis",
        present: || Path::new(TORUS_TROOPER_MUSIC).is_dir(),
    },
];

/// What the standalone program's build needs.
pub(crate) const STANDALONE: &[Package] = &[
    Package {
        name: "pkg-config",
        reason: "finds libraries for the standalone program",
        present: has_pkg_config,
    },
    Package { name: "libasound2-dev", reason: "sound cards for the standalone program", present: has_alsa },
    Package { name: "libjack-jackd2-dev", reason: "JACK for the standalone program", present: has_jack },
];

/// A screen without a monitor, and a hand to move its pointer.
pub(crate) const SCREEN: &[Package] = &[
    Package { name: "xvfb", reason: "a screen to test the editor on", present: || on_path("Xvfb") },
    Package {
        name: "libgl1-mesa-dri",
        reason: "draws the editor without a graphics card",
        present: has_mesa,
    },
    Package { name: "libegl1", reason: "opens OpenGL for the editor", present: has_egl },
    Package { name: "openbox", reason: "manages the editor's window", present: || on_path("openbox") },
    Package { name: "xdotool", reason: "moves the pointer over the editor", present: || on_path("xdotool") },
    Package { name: "imagemagick", reason: "takes pictures of the editor", present: || on_path("import") },
];

/// What runs the plugin in a VST3 host.
pub(crate) const HOSTS: &[Package] =
    &[Package { name: "python3-venv", reason: "holds the VST3 host that tests use", present: has_venv }];

/// What the C library's tests need.
pub(crate) const LIBRARY: &[Package] = &[
    Package { name: "valgrind", reason: "watches the C library's memory", present: crate::go::has_valgrind },
    Package { name: "gcc", reason: "compiles the C library's client", present: crate::go::has_c_compiler },
];

/// What the Go package's tests need, besides [`LIBRARY`]: any Go, as an older one fetches a newer one.
pub(crate) const GO: &[Package] =
    &[Package { name: "golang-go", reason: "Go, for the Go package", present: crate::go::is_present }];

/// What runs the plugin in LV2 hosts; they show its editor on [`SCREEN`].
pub(crate) const LV2_HOSTS: &[Package] = &[
    Package { name: "lilv-utils", reason: "lists and runs LV2 plugins", present: || on_path("lv2apply") },
    Package { name: "lv2-dev", reason: "the LV2 specification", present: || Path::new(LV2_CORE).exists() },
    Package { name: "sordi", reason: "validates LV2 descriptions", present: || on_path("lv2_validate") },
    Package { name: "jalv", reason: "an LV2 host for JACK", present: || on_path("jalv") },
    Package { name: "jackd2", reason: "JACK without a sound card", present: || on_path("jackd") },
    Package {
        name: "pipewire-bin",
        reason: "PipeWire, its player and recorder",
        present: || on_path("pw-record"),
    },
    Package { name: "pipewire", reason: "PipeWire", present: || on_path("pipewire") },
    Package { name: "libspa-0.2-modules", reason: "converts sound for PipeWire", present: has_spa },
    Package { name: "wireplumber", reason: "links PipeWire's nodes", present: || on_path("wireplumber") },
    Package { name: "dbus", reason: "wireplumber speaks through it", present: || on_path("dbus-daemon") },
];

/// Part of the LV2 specification that every description stands on.
const LV2_CORE: &str = "/usr/lib/lv2/core.lv2/lv2core.ttl";

fn has_spa() -> bool {
    // In a folder of the machine's architecture.
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders.map(|folder| folder.path().join("spa-0.2/audioconvert")).any(|folder| folder.is_dir())
}

fn has_ffmpeg() -> bool {
    run::works(Command::new("ffmpeg").arg("-version")) && run::works(Command::new("ffprobe").arg("-version"))
}

fn has_espeak() -> bool {
    run::works(Command::new("espeak-ng").arg("--version"))
}

fn has_pkg_config() -> bool {
    cfg!(not(target_os = "linux")) || run::works(Command::new("pkg-config").arg("--version"))
}

fn has_alsa() -> bool {
    cfg!(not(target_os = "linux")) || run::works(Command::new("pkg-config").args(["--exists", "alsa"]))
}

fn has_jack() -> bool {
    cfg!(not(target_os = "linux")) || run::works(Command::new("pkg-config").args(["--exists", "jack"]))
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The software renderer is a library that Mesa opens at run time.
fn has_mesa() -> bool {
    has_library("dri/swrast_dri.so")
}

fn has_egl() -> bool {
    has_library("libEGL.so.1")
}

fn has_library(file: &str) -> bool {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64"];
    folders.iter().any(|folder| Path::new(folder).join(file).exists())
}

fn has_venv() -> bool {
    run::works(Command::new(crate::hosts::PYTHON).args(["-c", "import venv, ensurepip"]))
}

/// Sees that these are there; installs what is missing on Debian and its children.
///
/// # Errors
/// [`TaskError::Missing`], naming what is missing and how to get it.
pub(crate) fn ensure(wanted: &[Package]) -> Result<(), TaskError> {
    let missing =
        || -> Vec<Package> { wanted.iter().copied().filter(|package| !(package.present)()).collect() };
    let absent = missing();
    if absent.is_empty() {
        return Ok(());
    }
    println!("Missing on this machine:");
    for package in &absent {
        println!("  {:<20} {}", package.name, package.reason);
    }
    let names: Vec<&str> = absent.iter().map(|package| package.name).collect();
    if let Some(prefix) = may_install() {
        install(&prefix, &names)?;
    }
    let absent = missing();
    if absent.is_empty() {
        return Ok(());
    }
    Err(TaskError::Missing(advice(&absent)))
}

/// The words before `apt-get` that give the right to install; none where there is no such right.
fn may_install() -> Option<Vec<&'static str>> {
    if !run::works(Command::new("apt-get").arg("--version")) {
        return None;
    }
    let is_root = run::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        return Some(vec![]);
    }
    let may_ask = std::io::stdin().is_terminal() && run::works(Command::new("sudo").arg("--version"));
    let needs_no_password = run::works(Command::new("sudo").args(["-n", "true"]));
    (may_ask || needs_no_password).then(|| vec!["sudo"])
}

/// Installs the packages, with a fresh package list if the present one doesn't do.
fn install(prefix: &[&str], names: &[&str]) -> Result<(), TaskError> {
    let apt_get = |arguments: &[&str]| {
        let words: Vec<&str> =
            prefix.iter().copied().chain(["apt-get"]).chain(arguments.iter().copied()).collect();
        println!("Running: {}", words.join(" "));
        let (program, arguments) = words.split_first().unwrap_or((&"apt-get", &[]));
        let mut command = Command::new(program);
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let install = [&["install", "--yes", "-qq", "--no-install-recommends"], names].concat();
    if run::show(&mut apt_get(&install)).is_ok() {
        return Ok(());
    }
    run::show(&mut apt_get(&["update", "-qq"]))?;
    run::show(&mut apt_get(&install))
}

fn advice(absent: &[Package]) -> String {
    let names: Vec<&str> = absent.iter().map(|package| package.name).collect();
    let names = names.join(" ");
    format!(
        "{names} missing. Debian or Ubuntu: `sudo apt-get install {names}`. Elsewhere: install Python, ffmpeg, espeak-ng \
         and Go (macOS: `brew install python ffmpeg espeak-ng go`; Windows: `winget install Python.Python.3.13 Gyan.FFmpeg \
         eSpeak-NG.eSpeak-NG GoLang.Go`) and pass a folder of songs with `cargo xtask test --music DIR`"
    )
}
