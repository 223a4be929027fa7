//! The Audio Enhancer as a C library, for C, Go and any other language with a C interface, and for
//! go-musicfox.
//!
//! ```text
//! abi       Plugin…    one plugin per process: the functions of go-musicfox's plugin guide  ┐ thin wrappers
//!           enhancer_… any number of instances                                              ┘
//! boundary  finds the instance of a handle; turns errors and panics into −1 and a message
//! instance  control half: settings, presets, results; behind a lock
//!           audio half: the chain; never waits for the control half
//! ```
//!
//! cbindgen generates `include/audio_enhancer.h` from [`plugin`], [`instances`] and [`types`]. `unsafe` is
//! confined to code that accesses memory through an address: the caller's, lent buffers and the table of
//! handles.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable))]

mod abi;
mod batch;
mod boundary;
mod buffers;
mod error;
mod handle;
mod held;
mod instance;
mod last_error;
mod log;
mod metrics;
mod pointers;
mod pool;
mod results;
mod settings;
mod spectrum;
mod status;
pub mod types;

pub use abi::{instances, plugin};
