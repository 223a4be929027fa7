//! Tests of the built command.

#[path = "cli/alignment.rs"]
mod alignment;
#[path = "cli/bits.rs"]
mod bits;
#[path = "cli/case_tags.rs"]
mod case_tags;
#[path = "cli/cases.rs"]
mod cases;
#[path = "cli/containers.rs"]
mod containers;
#[path = "cli/damage.rs"]
mod damage;
#[path = "cli/ffmpeg.rs"]
mod ffmpeg;
#[path = "cli/flac.rs"]
mod flac;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/grammar.rs"]
mod grammar;
#[path = "cli/interruption.rs"]
mod interruption;
#[path = "cli/lengths.rs"]
mod lengths;
#[cfg(unix)]
#[path = "cli/links.rs"]
mod links;
#[path = "cli/long_names.rs"]
mod long_names;
#[path = "cli/loudness.rs"]
mod loudness;
#[path = "cli/matroska.rs"]
mod matroska;
#[path = "cli/memory.rs"]
mod memory;
#[path = "cli/ogg.rs"]
mod ogg;
#[path = "cli/ogg_writer.rs"]
mod ogg_writer;
#[cfg(unix)]
#[path = "cli/permissions.rs"]
mod permissions;
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
#[cfg(unix)]
#[path = "cli/targets.rs"]
mod targets;
#[path = "cli/whole.rs"]
mod whole;
