//! LV2's C structures, with the names of its headers (<https://lv2plug.in/ns/>, ISC licence).

#![allow(missing_docs, reason = "the specification documents them")]

mod atom;
mod core;
mod extensions;
mod ui;

pub use atom::*;
pub use core::*;
pub use extensions::*;
pub use ui::*;
