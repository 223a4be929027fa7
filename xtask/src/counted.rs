//! Runs test programs of cargo and prints, after each, the number of tests done.

use crate::run::{self, TaskError};
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::process::{Command, Stdio};

/// Runs `cargo test` with these arguments for cargo and for the test programs.
///
/// # Errors
/// [`TaskError::Failed`] if a test fails, [`TaskError::Start`] if cargo doesn't start.
pub(crate) fn run(test: impl Fn() -> Command, cargo: &[&str], programs: &[&str]) -> Result<(), TaskError> {
    let mut list = test();
    list.args(["--quiet"]).args(cargo).args(["--", "--list"]).args(programs);
    let total = run::read(&mut list)?.lines().filter(|line| line.ends_with(": test")).count();
    println!("{total} tests");
    let mut command = test();
    command.args(cargo).arg("--").args(programs);
    if std::io::stdout().is_terminal() {
        command.args(["--color", "always"]);
    }
    let text = run::words(&command);
    let start_error = |source| TaskError::Start { command: text.clone(), source };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(start_error)?;
    if let Some(output) = child.stdout.take() {
        forward(BufReader::new(output), std::io::stdout(), total).map_err(start_error)?;
    }
    let status = child.wait().map_err(start_error)?;
    if status.success() {
        Ok(())
    } else {
        Err(TaskError::Failed { command: text, status, output: String::new() })
    }
}

/// Copies the output of test programs; adds a line after each program.
fn forward(mut from: impl BufRead, mut to: impl Write, total: usize) -> std::io::Result<()> {
    let (mut done, mut line) = (0, vec![]);
    while from.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        let text = String::from_utf8_lossy(&line);
        if text.starts_with("test result:") {
            writeln!(to, "{done} of {total} tests done")?;
        } else if text.starts_with("test ") && text.contains(" ... ") {
            done += 1;
        }
        line.clear();
    }
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_tests_of_each_program() {
        let output = "\nrunning 2 tests\ntest a ... ok\ntest b has been running for over 60 seconds\n\
                      test b - should panic ... \x1b[32mok\x1b(B\x1b[m\n\ntest result: \x1b[32mok\x1b[m. 2 passed\n\
                      \nrunning 1 test\ntest c ... ignored, slow\n\ntest result: ok. 0 passed\n";
        let mut forwarded = vec![];
        forward(output.as_bytes(), &mut forwarded, 5).unwrap();
        let forwarded = String::from_utf8(forwarded).unwrap();
        let added: Vec<&str> = forwarded.lines().filter(|line| line.ends_with(" tests done")).collect();
        assert_eq!(added, ["2 of 5 tests done", "3 of 5 tests done"]);
        let copied: String = forwarded
            .lines()
            .filter(|line| !line.ends_with(" tests done"))
            .map(|line| format!("{line}\n"))
            .collect();
        assert_eq!(copied, output);
    }
}
