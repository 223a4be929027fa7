//! The system packages that tests and builds need. Missing ones are installed where that is allowed, else
//! named.

mod evidence;
mod install;
mod presence;

use crate::run::TaskError;
pub(crate) use evidence::program;
use evidence::{library, module_file, pipewire_plugin, place};
use presence::{Dpkg, is_present};
use std::path::PathBuf;

/// A Debian package, and the file that shows its presence on any system.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    name: &'static str,
    /// Its use, for the list of missing packages.
    reason: &'static str,
    /// A file that comes with this package and with no other of the list; none where it is missing.
    evidence: fn() -> Option<PathBuf>,
    /// Other Debian packages that bring the same file; `*` stands for any text.
    also: &'static [&'static str],
}

const fn package(
    name: &'static str,
    reason: &'static str,
    also: &'static [&'static str],
    evidence: fn() -> Option<PathBuf>,
) -> Package {
    Package { name, reason, evidence, also }
}

/// Songs of asc-music (Michael Kievernagel, GPL-2+), MP3 as published.
pub(crate) const ASC_MUSIC: &str = "/usr/share/games/asc/music";

/// Songs of torus-trooper-data (Kenta Cho, BSD-2-Clause), Ogg Vorbis.
pub(crate) const TORUS_TROOPER_MUSIC: &str = "/usr/share/games/torus-trooper/sounds/musics";

/// The programs that make the test material and check results.
pub(crate) const TOOLS: &[Package] = &[
    package("ffmpeg", "makes the other formats, checks the results", &[], || {
        program("ffprobe").and_then(|_| program("ffmpeg"))
    }),
    package("espeak-ng", "speaks", &[], || program("espeak-ng")),
];

/// Songs to test on.
pub(crate) const MUSIC: &[Package] = &[
    package("asc-music", "three songs, MP3", &[], || place(ASC_MUSIC)),
    package("torus-trooper-data", "four songs, Ogg Vorbis", &[], || place(TORUS_TROOPER_MUSIC)),
];

/// The build of the standalone program; only Linux needs them.
pub(crate) const STANDALONE: &[Package] = if cfg!(target_os = "linux") {
    &[
        package("pkg-config", "finds libraries for the standalone program", &["pkgconf"], || {
            program("pkg-config")
        }),
        package("libasound2-dev", "sound cards for the standalone program", &[], || module_file("alsa")),
        package("libjack-jackd2-dev", "JACK for the standalone program", &["libjack-dev"], || {
            module_file("jack")
        }),
    ]
} else {
    &[]
};

/// A screen without a monitor, and the programs that move its pointer.
pub(crate) const SCREEN: &[Package] = &[
    package("xvfb", "a screen to test the editor on", &[], || program("Xvfb")),
    // Mesa opens the software renderer at run time.
    package("libgl1-mesa-dri", "draws the editor without a graphics card", &[], || {
        library("dri/swrast_dri.so")
    }),
    package("libegl1", "opens OpenGL for the editor", &[], || library("libEGL.so.1")),
    package("openbox", "manages the editor's window", &[], || program("openbox")),
    package("xdotool", "moves the pointer over the editor", &[], || program("xdotool")),
    package("imagemagick", "takes pictures of the editor", &["imagemagick-*"], || program("import")),
];

/// The VST3 host's environment.
pub(crate) const HOSTS: &[Package] =
    &[package("python3-venv", "holds the VST3 host that tests use", &["python3.*-venv"], evidence::venv)];

/// The C library's tests.
pub(crate) const LIBRARY: &[Package] = &[
    package("valgrind", "checks the C library's use of memory", &[], || program("valgrind")),
    package("gcc", "compiles the C library's client", &["gcc-*", "clang-*"], || program("cc")),
];

/// The Go package's tests, besides [`LIBRARY`]. Any Go serves, because an older one fetches a newer one.
pub(crate) const GO: &[Package] =
    &[package("golang-go", "Go, for the Go package", &["golang-*-go"], crate::go::found)];

/// LV2 hosts; they show the plugin's editor on [`SCREEN`].
pub(crate) const LV2_HOSTS: &[Package] = &[
    package("lilv-utils", "lists and runs LV2 plugins", &[], || program("lv2apply")),
    package("lv2-dev", "the LV2 specification", &[], || place("/usr/lib/lv2/core.lv2/lv2core.ttl")),
    // lv2-dev has the script `lv2_validate`, which runs this program.
    package("sordi", "validates LV2 descriptions", &[], || program("sord_validate")),
    package("jalv", "an LV2 host for JACK", &[], || program("jalv")),
    package("jackd2", "JACK without a sound card", &["jackd1"], || program("jackd")),
    package("pipewire-bin", "PipeWire, its player and recorder", &[], || {
        program("pipewire").and_then(|_| program("pw-record"))
    }),
    package("libspa-0.2-modules", "converts sound for PipeWire", &[], || pipewire_plugin("audioconvert")),
    package("wireplumber", "links PipeWire's nodes", &[], || program("wireplumber")),
    package("dbus", "carries wireplumber's messages", &["dbus-daemon"], || program("dbus-daemon")),
];

/// Installs the packages that are missing, on Debian and its children, where the user may.
///
/// # Errors
/// [`TaskError::Missing`] with the names of the missing packages and the way to get them;
/// [`TaskError::Failed`] if `apt-get` fails.
pub(crate) fn ensure(wanted: &[Package]) -> Result<(), TaskError> {
    let missing = || wanted.iter().copied().filter(|package| !is_present(package, &Dpkg)).collect::<Vec<_>>();
    let absent = missing();
    if absent.is_empty() {
        return Ok(());
    }
    println!("Missing on this machine:");
    for package in &absent {
        println!("  {:<20} {}", package.name, package.reason);
    }
    install::try_install(&absent)?;
    let absent = missing();
    if absent.is_empty() { Ok(()) } else { Err(TaskError::Missing(install::advice(&absent))) }
}

/// Every package of every list.
pub(crate) fn all() -> Vec<Package> {
    [TOOLS, MUSIC, STANDALONE, HOSTS, LV2_HOSTS, LIBRARY, GO, SCREEN].concat()
}
