//! Presets of the Audio Enhancer: factory and user presets, import and export of other tools' formats.
//!
//! [`Library`] holds what can be chosen by name: the factory presets, built into the program, and the user's own, one
//! JSON file each in the platform's data folder. [`parse_preset`] and [`parse_config`] read such files of any schema
//! version that ever shipped; [`to_json`] writes them. [`import`] reads what other equalizers and players
//! write, [`export`] writes Equalizer APO text. `docs/PRESETS.md` describes the formats.
//!
//! Nothing here is for the audio thread: everything allocates, most of it reads files.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable))]

pub mod export;
mod factory;
pub mod import;
mod library;
mod library_error;
mod migrate;
mod name;
mod parse;
mod preset;
mod store;
pub mod suggest;
mod text;

pub use factory::factory_presets;
pub use library::Library;
pub use library_error::{LibraryError, Problem};
pub use name::{MAX_NAME_BYTES, NameError, check_name};
pub use parse::{MAX_FILE_BYTES, ParseError, parse_config, parse_preset};
pub use preset::{Preset, to_json};
pub use store::{DATA_DIR_VARIABLE, Overwrite};
