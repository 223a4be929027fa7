//! Finds the Go for the tests: the machine's, or one under `target` that an older Go fetches.
//!
//! Debian 12 and Ubuntu 22.04 have an older Go. Every Go can fetch a newer one as a module from the module
//! proxy and checks it against Go's checksum database; since 1.21 it does so automatically. The system stays
//! unchanged.

use super::version;
use crate::packages;
use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program's place after an installation by Go's own instructions.
const USUAL_PLACE: &str = "/usr/local/go/bin/go";

/// The oldest Go that the package supports.
const OLDEST: (u32, u32) = (1, 21);

/// The version to fetch: the last release of the oldest supported, so that the tests prove its support.
const FETCHED: &str = "1.21.13";

/// The program of the newest Go, new enough or not.
pub(crate) fn found() -> Option<PathBuf> {
    newest().map(|(program, _)| program)
}

/// A Go of at least the oldest supported version; fetches one if necessary.
///
/// # Errors
/// No Go is present, or the present one can't fetch a newer one.
pub(crate) fn program() -> Result<PathBuf, TaskError> {
    let older = match newest() {
        Some((program, version)) if version >= OLDEST => return Ok(program),
        found => found.ok_or_else(|| TaskError::Missing("no Go".to_owned()))?.0,
    };
    let folder = crate::root().join("target/host-tests/go");
    let program = folder.join(FETCHED).join("bin").join(format!("go{}", std::env::consts::EXE_SUFFIX));
    if version_of(&program).is_some() {
        return Ok(program);
    }
    println!(
        "This machine's Go is older than {}.{}: fetching {FETCHED} into {}",
        OLDEST.0,
        OLDEST.1,
        folder.display()
    );
    fetch(&older, &folder).map_err(|error| {
        let (major, minor) = OLDEST;
        TaskError::Missing(format!(
            "Go {major}.{minor} or later is missing, and the older one here can't fetch {FETCHED}: install a newer one \
             (https://go.dev/doc/install) or give it access to its module proxy. {error}"
        ))
    })?;
    Ok(program)
}

/// The newest Go on the path or at the usual place.
fn newest() -> Option<(PathBuf, (u32, u32))> {
    let places = packages::program("go").into_iter().chain([PathBuf::from(USUAL_PLACE)]);
    let with_version = |program: PathBuf| version_of(&program).map(|version| (program, version));
    places.filter_map(with_version).max_by_key(|(_, version)| *version)
}

fn version_of(program: &Path) -> Option<(u32, u32)> {
    // The version of this program itself, not of a toolchain that a file or a variable selects.
    let text =
        run::read(Command::new(program).arg("version").env("GOTOOLCHAIN", "local").env_remove("GOROOT"));
    version(&text.ok()?)
}

/// Fetches the newer Go as a module by the older one, and gives it the layout of the release archive.
fn fetch(older: &Path, folder: &Path) -> Result<(), TaskError> {
    let cache = folder.join("fetched");
    fs::create_dir_all(&cache).map_err(at(&cache))?;
    let go = |arguments: &[&str]| {
        let mut command = Command::new(older);
        command.args(arguments).current_dir(&cache).env("GOMODCACHE", &cache);
        command.env("GOFLAGS", "-modcacherw").env("GO111MODULE", "on").env_remove("GOROOT");
        command
    };
    let platform = run::read(&mut go(&["env", "GOHOSTOS", "GOHOSTARCH"]))?;
    let version = format!("v0.0.1-go{FETCHED}.{}", platform.split_whitespace().collect::<Vec<_>>().join("-"));
    run::read(&mut go(&["mod", "download", &format!("golang.org/toolchain@{version}")]))?;
    let fetched = cache.join(format!("golang.org/toolchain@{version}"));
    unwrap(&fetched)?;
    // The last step, so that an interruption leaves no folder that seems complete.
    let place = folder.join(FETCHED);
    let _ = fs::remove_dir_all(&place);
    fs::rename(&fetched, &place).map_err(at(&place))?;
    fs::remove_dir_all(&cache).map_err(at(&cache))
}

/// Restores `go.mod` files and the permission to run, which a module can't contain.
fn unwrap(folder: &Path) -> Result<(), TaskError> {
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.is_dir() {
            unwrap(&path)?;
        } else if path.ends_with("_go.mod") {
            let wrapped = path.with_file_name("go.mod");
            fs::rename(&path, &wrapped).map_err(at(&path))?;
        } else if path.parent().is_some_and(holds_programs) {
            allow_to_run(&path)?;
        }
    }
    Ok(())
}

/// True for `bin` and for folders like `pkg/tool/linux_amd64`.
fn holds_programs(folder: &Path) -> bool {
    folder.ends_with("bin") || folder.parent().is_some_and(|parent| parent.ends_with("pkg/tool"))
}

#[cfg(unix)]
fn allow_to_run(path: &Path) -> Result<(), TaskError> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, PermissionsExt::from_mode(0o755)).map_err(at(path))
}

#[cfg(not(unix))]
fn allow_to_run(_: &Path) -> Result<(), TaskError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_gets_the_layout_of_the_archive() {
        let folder = std::env::temp_dir().join(format!("audio-enhancer-go-{}", std::process::id()));
        let write = |name: &str| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, name).unwrap();
        };
        ["bin/go", "pkg/tool/linux_amd64/compile", "src/_go.mod", "src/cmd/_go.mod", "src/cmd/main.go"]
            .iter()
            .for_each(|name| write(name));
        unwrap(&folder).unwrap();
        for name in ["src/go.mod", "src/cmd/go.mod"] {
            assert!(folder.join(name).is_file(), "{name}");
        }
        #[cfg(unix)]
        for (name, may_run) in
            [("bin/go", true), ("pkg/tool/linux_amd64/compile", true), ("src/cmd/main.go", false)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o111 == 0o111, may_run, "{name}: {mode:o}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
