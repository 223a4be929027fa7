//! The filter room: every second-order section of the product is designed, run and moved here.
//!
//! - [`prototype`]: the analog responses that the equalizer promises.
//! - [`design`]: digital sections that follow a prototype, by the bilinear transform or by a fit.
//! - `shelf`: the shelves of the bass and treble boost.
//! - [`section`]: a section with its response and decay, and the proof that it is stable.
//! - `glide`: the one law by which coefficients move.
//! - `lanes`: the sample loops of a section, on numbers and on vectors.
//! - `cascade`: up to eight settled sections side by side.

mod band;
pub(crate) mod cascade;
pub mod design;
mod fit;
pub(crate) mod glide;
pub(crate) mod lanes;
pub mod prototype;
pub mod section;
pub(crate) mod shelf;

pub use band::{BandChannel, BandType, EqBand, FilterSlope};
pub use design::{BandDesign, MAX_SECTIONS};
pub use prototype::{AnalogSection, Prototype};
pub(crate) use section::Section;
pub use section::{Svf, tuning};
