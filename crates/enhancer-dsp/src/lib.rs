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
mod chain;
pub mod config;
mod denormals;
pub mod dynamics;
pub mod enhancer;
pub mod eq;
pub mod filter;
mod format;
pub mod gain;
pub mod meter;
pub mod oversample;
pub mod param;
mod quality;
mod ring;
mod simd;
mod skew;
pub mod smoother;
pub mod stage;
pub mod stereo;
mod tail;
pub mod tone;
pub mod units;

pub use config::{ConfigError, EnhancerConfig, ParamId, ParseValueError, Quality, StageId};
pub use enhancer::{Enhancer, Listening, Meters};
pub use format::{NewError, SAMPLE_RATE_RANGE_HZ};
pub use param::{ParamKind, ParamSpec};
pub use stage::Stage;
pub use tail::Tail;
