//! `enhance`: writes better versions of files and reports the change in figures.

mod chain;
mod job;
mod loudness;
mod plan;
mod render;

use crate::args::EnhanceArgs;
use crate::exit::{Exit, UsageError};
use crate::identity::is_stdout;
use crate::interrupt::Stop;
use crate::parallel;
use crate::progress::Progress;
use crate::report::{self, Failure};
use crate::settings::Settings;
pub(crate) use job::Enhanced;
use job::Orders;
pub(crate) use plan::UsageError as PlanUsageError;
pub(crate) use render::JobError;

/// Runs the command. An error of one file does not stop the others.
pub(crate) fn run(args: &EnhanceArgs, stop: &Stop) -> Result<Exit, UsageError> {
    let settings = Settings::new(&args.settings)?;
    let plan = plan::plan(args)?;
    if args.output.as_deref().is_some_and(is_stdout) {
        report::leave_stdout();
    }
    let mut failures: Vec<Failure> =
        plan.failures.iter().map(|(path, error)| Failure::new(path, error)).collect();
    let orders = Orders {
        config: &settings.config,
        loudness: args.loudness,
        bits: args.bits,
        reading: args.reading.options(),
        force: args.force,
        stop,
    };
    let progress = Progress::new(plan.tasks.len(), args.quiet);
    let results = parallel::map(&plan.tasks, args.jobs, |task| job::run(task, &orders, &progress));
    progress.finish();
    let mut enhanced = Vec::new();
    for (task, result) in plan.tasks.iter().zip(results) {
        match result.unwrap_or_else(|panic| Err(JobError::Panicked(panic))) {
            Ok(file) => enhanced.push(file),
            Err(error) => failures.push(Failure::new(&task.input, &error)),
        }
    }
    if args.json {
        report::print_json(&report::EnhanceJson::new(&enhanced, &failures, &settings));
    } else if !args.quiet {
        report::print_table(&enhanced, &settings);
    }
    for file in &enhanced {
        report::print_notes(&file.task.input, &file.notes);
    }
    report::print_failures(&failures);
    Ok(Exit::of_batch(&failures, stop))
}
