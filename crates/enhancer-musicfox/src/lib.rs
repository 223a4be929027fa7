//! The Audio Enhancer as a C library: what a C, Go or any other program calls, and what go-musicfox loads.
//!
//! ```text
//! Plugin…    one plugin per process, the functions of go-musicfox's plugin guide   ┐ thin wrappers:
//! enhancer_… any number of instances                                               ┘ pointers in, −1 and a message out
//!    └─ handle: is this one of ours? ─ instance ┬ control half  settings, presets, results; behind a lock
//!                                               └ audio half    the chain; never waits for the control half
//! ```
//!
//! `include/audio_enhancer.h` is the C view, generated from [`plugin`], [`instances`] and [`types`]. `unsafe` stands where
//! memory of the caller is touched, and nowhere else. A panic becomes an error; see `boundary.rs`.

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
mod pool;
mod results;
mod settings;
mod spectrum;
pub mod types;

pub use abi::{instances, plugin};
