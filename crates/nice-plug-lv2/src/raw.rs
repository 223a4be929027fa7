//! The C structures of LV2 that cross the border to a host, named as in its headers (<https://lv2plug.in/ns/>, ISC).

#![allow(missing_docs, reason = "the specification documents them")]

mod atom;
mod core;
mod extensions;
mod ui;

pub use atom::*;
pub use core::*;
pub use extensions::*;
pub use ui::*;
