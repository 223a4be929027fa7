//! Second-order sections: the analog prototypes that they follow, their designs, their state-variable form, and a
//! high-pass that glides.

mod band;
pub mod butterworth;
pub mod design;
mod fit;
pub mod prototype;
mod start;
pub mod svf;

pub use band::{BandChannel, BandType, EqBand, FilterSlope};
pub use design::{BandDesign, MAX_SECTIONS};
pub use prototype::{AnalogSection, Prototype};
pub use svf::Svf;
