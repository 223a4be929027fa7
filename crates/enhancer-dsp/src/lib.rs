//! The Audio Enhancer's DSP core: one chain that makes music and speech sound better.
//!
//! ```text
//! input ─ scrub ─ EQ ─ compressor ─ bass boost ─ treble boost ─ stereo enhancer ─ master gain ─ limiter ─ output
//!   └──────────────── delayed by the latency: what `bypass_all` plays ────────────────────────────────────┘
//! ```
//!
//! [`Enhancer`] is the chain, [`EnhancerConfig`] all that shapes it, [`param`] the table of ranges and names,
//! [`meter`] what measures, [`Listening`] how to compare. No plugin framework, no files; after `new` nothing allocates, locks, logs or panics.

#![deny(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable))]

pub mod block;
mod bounds;
pub mod config;
mod delay_line;
mod denormals;
pub mod dynamics;
pub mod enhancer;
pub mod eq;
pub mod filter;
pub mod meter;
mod oversample;
pub mod param;
mod param_text;
mod pipeline;
mod simd;
pub mod smoother;
pub mod stereo;
pub mod tone;
mod units;

pub use config::{ConfigError, EnhancerConfig, Quality};
pub use enhancer::{Enhancer, Listening, Meters, NewError};
pub use param::{ParamId, ParamKind, ParamSpec};
pub use param_text::ParseValueError;
