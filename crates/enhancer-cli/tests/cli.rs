//! The command's promises, each asked of the built program.

#[path = "cli/alignment.rs"]
mod alignment;
#[path = "cli/damage.rs"]
mod damage;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/grammar.rs"]
mod grammar;
#[path = "cli/interruption.rs"]
mod interruption;
#[path = "cli/loudness.rs"]
mod loudness;
#[path = "cli/memory.rs"]
mod memory;
#[path = "cli/results.rs"]
mod results;
#[path = "cli/safety.rs"]
mod safety;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/tag_kinds.rs"]
mod tag_kinds;
#[path = "cli/tags.rs"]
mod tags;
