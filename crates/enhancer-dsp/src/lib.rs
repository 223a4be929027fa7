//! The Audio Enhancer's DSP core: equalizer, compressor, bass and treble boost, stereo enhancer, true-peak
//! limiter.
//!
//! ```text
//! input ─ scrub ─ EQ ─ compressor ─ bass boost ─ treble boost ─ stereo enhancer ─ gain ─ limiter ─ output
//!   └──────────────── delayed by the latency: the output of `bypass_all` ───────────────────────────┘
//! ```
//!
//! [`Enhancer`] is the chain and [`EnhancerConfig`] its settings. [`ParamId`] lists every parameter with its
//! range, [`StageId`] every stage. [`Stage`] is the interface of one stage, [`meter`] has loudness, peaks and
//! spectrum, and [`Listening`] compares input and output by ear. The crate needs no plugin framework and no
//! files.
//!
//! # Realtime safety
//! `new` allocates. After that nothing allocates, locks, logs, panics or calls the system.

#![deny(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable))]
// `bounds` states the rules on indexing; `clippy.toml` names the disallowed methods.
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]
#![deny(clippy::disallowed_methods)]

pub mod block;
mod bounds;
mod chain;
pub mod config;
mod delay_line;
mod denormals;
pub mod dynamics;
pub mod enhancer;
pub mod eq;
pub mod filter;
mod format;
pub mod gain;
pub mod meter;
mod oversample;
pub mod param;
mod pipeline;
mod quality;
mod simd;
pub mod smoother;
pub mod stage;
pub mod stereo;
mod tail;
pub mod tone;
mod units;

pub use config::{ConfigError, EnhancerConfig, ParamId, ParseValueError, Quality, StageId};
pub use enhancer::{Enhancer, Listening, Meters};
pub use format::{NewError, SAMPLE_RATE_RANGE_HZ};
pub use param::{ParamKind, ParamSpec};
pub use stage::Stage;
pub use tail::Tail;
