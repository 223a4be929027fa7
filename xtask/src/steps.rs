//! The steps of a long task: a heading before each, a table of their times at the end.

use std::fmt::Write;
use std::time::{Duration, Instant};

/// Steps of a task, in the order in which they run.
pub(crate) struct Steps {
    total: usize,
    started: usize,
    current: Option<Running>,
    finished: Vec<Finished>,
}

struct Running {
    name: &'static str,
    begin: Instant,
    processor: Option<Duration>,
}

struct Finished {
    name: &'static str,
    wall: Duration,
    /// Processor time of the programs that the step ran; `None` on systems without `/proc`.
    processor: Option<Duration>,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Self {
        Self { total, started: 0, current: None, finished: vec![] }
    }

    /// Ends the current step and prints the heading of the next one.
    pub(crate) fn begin(&mut self, name: &'static str, reason: &str) {
        self.end();
        self.started += 1;
        println!("\nStep {} of {}: {name} ({reason})", self.started, self.total);
        self.current = Some(Running { name, begin: Instant::now(), processor: children_time() });
    }

    /// Counts a step that can't run here.
    pub(crate) fn leave_out(&mut self, name: &str) {
        self.end();
        self.started += 1;
        println!(
            "\nStep {} of {}: {name}: left out, the reason follows at the end",
            self.started, self.total
        );
    }

    fn end(&mut self) {
        if let Some(Running { name, begin, processor }) = self.current.take() {
            let processor = processor.and_then(|before| Some(children_time()?.saturating_sub(before)));
            self.finished.push(Finished { name, wall: begin.elapsed(), processor });
        }
    }

    /// Ends the current step and returns the table of times, in minutes and seconds.
    pub(crate) fn table(&mut self) -> String {
        self.end();
        let mut table = format!("\n{:<36} {:>8} {:>10}\n", "time of each step, min:s", "wall", "processor");
        let processor = self.finished.iter().map(|step| step.processor).sum::<Option<Duration>>();
        let wall = self.finished.iter().map(|step| step.wall).sum();
        let total = Finished { name: "all", wall, processor };
        for Finished { name, wall, processor } in self.finished.iter().chain([&total]) {
            let processor = processor.map_or_else(|| "–".to_owned(), clock);
            let _ = writeln!(table, "{name:<36} {:>8} {processor:>10}", clock(*wall));
        }
        table
    }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs_f64().round() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Processor time of all ended child processes, from Linux's `/proc/self/stat` (fields 16 and 17, in 1/100
/// s).
fn children_time() -> Option<Duration> {
    children_ticks(&std::fs::read_to_string("/proc/self/stat").ok()?)
        .map(|ticks| Duration::from_millis(10 * ticks))
}

fn children_ticks(stat: &str) -> Option<u64> {
    // The second field, a name in brackets, may contain blanks.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_time_of_children_behind_any_program_name() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 900 800 0 0 11 12 1300 24 20 0 1 0 5 6 7";
        assert_eq!(children_ticks(stat), Some(1324));
        assert_eq!(children_ticks("7 (a) S 1"), None);
    }

    #[test]
    fn the_table_has_a_row_for_each_step_that_ran_and_their_sum() {
        let mut steps = Steps::new(3);
        steps.begin("first", "why");
        steps.leave_out("second");
        steps.begin("third", "why");
        let table = steps.table();
        let names: Vec<&str> =
            table.lines().skip(2).filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(names, ["first", "third", "all"]);
        assert_eq!(clock(Duration::from_millis(125_400)), "2:05");
    }
}
