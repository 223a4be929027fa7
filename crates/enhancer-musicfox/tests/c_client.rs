//! A C program uses the shared and the static library through the header, also under valgrind.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The newest library of this name that cargo built: in this test's folder or its parent.
fn library(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folders = test.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    let found = folders.filter(|path| path.exists());
    found.max_by_key(|path| path.metadata().and_then(|file| file.modified()).unwrap()).expect(name)
}

struct Client {
    folder: TempDir,
    program: PathBuf,
}

impl Client {
    /// Compiles the client; `last` are the compiler's last arguments.
    fn build(last: &[&std::ffi::OsStr]) -> Self {
        let folder = TempDir::new().unwrap();
        let program = folder.path().join("client");
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut compiler = Command::new("cc");
        compiler.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-g", "-I"]);
        compiler.arg(source.join("include")).arg(source.join("tests/client.c")).arg("-o").arg(&program);
        passed(&compiler.args(last).arg("-lm").output().expect("a C compiler"));
        Self { folder, program }
    }

    fn shared() -> Self {
        let library = library("libenhancer_musicfox.so");
        let run_path = format!("-Wl,-rpath,{}", library.parent().unwrap().display());
        Self::build(&[library.as_os_str(), run_path.as_ref()])
    }

    /// Runs the client as the argument of the command `words`, if any, with a private home and folder for
    /// temporary files.
    fn run(&self, words: &[&str]) -> Output {
        let words: Vec<_> =
            words.iter().map(std::ffi::OsStr::new).chain([self.program.as_os_str()]).collect();
        let home = self.folder.path();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).arg(home.join("presets"));
        command.env("TMPDIR", home).env("HOME", home).env("XDG_DATA_HOME", home).output().unwrap()
    }
}

fn passed(output: &Output) {
    let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "{}\n{text}", output.status);
}

#[test]
#[cfg(target_os = "linux")]
fn the_client_succeeds_with_the_shared_library() {
    let client = Client::shared();
    passed(&client.run(&[]));
    let log =
        std::fs::read_to_string(client.folder.path().join("go-musicfox/plugins/audio-enhancer.log")).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<&str> = lines.iter().map(|line| line["msg"].as_str().unwrap()).collect();
    for message in ["initialized", "started", "preset saved", "format set", "stopped", "destroyed"] {
        assert!(messages.contains(&message), "no `{message}` in {log}");
    }
    let whole = |line: &serde_json::Value| {
        line["time"].as_str().is_some_and(|time| time.ends_with('Z')) && line["level"].is_string()
    };
    assert!(lines.iter().all(whole), "{log}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_client_succeeds_with_the_static_library() {
    let library = library("libenhancer_musicfox.a");
    passed(&Client::build(&[library.as_os_str(), "-lpthread".as_ref(), "-ldl".as_ref()]).run(&[]));
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs valgrind; `cargo xtask test` installs it"]
fn valgrind_finds_no_error_and_no_leak() {
    let client = Client::shared();
    let forgiven = format!("--suppressions={}/tests/valgrind.supp", env!("CARGO_MANIFEST_DIR"));
    let kinds = "--errors-for-leak-kinds=definite,indirect,possible";
    let watch = ["valgrind", "--error-exitcode=9", "--leak-check=full", kinds, &forgiven];
    passed(&client.run(&watch));
}

#[test]
#[cfg(target_os = "linux")]
fn only_the_interface_is_exported() {
    let mut names = Command::new("nm");
    names.args(["--dynamic", "--defined-only", "--format=posix"]).arg(library("libenhancer_musicfox.so"));
    let output = names.output().expect("nm, of the linker's package");
    passed(&output);
    let text = String::from_utf8(output.stdout).unwrap();
    let mut exported: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    let header =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("include/audio_enhancer.h"));
    let header = header.unwrap();
    let mut declared: Vec<&str> = header
        .lines()
        .filter(|line| !line.starts_with([' ', '/', '#']) && line.contains('('))
        .filter_map(|line| line.split('(').next()?.rsplit([' ', '*']).next())
        .collect();
    exported.sort_unstable();
    declared.sort_unstable();
    assert!(declared.len() > 50);
    assert_eq!(exported, declared);
}
