//! Second-order sections: the analog prototypes that they follow, their designs, their state-variable form, and
//! the crossover.

pub mod crossover;
pub mod design;
mod fit;
pub mod prototype;
mod start;
pub mod svf;

pub use design::{BandDesign, MAX_SECTIONS};
pub use prototype::{AnalogSection, Prototype};
pub use svf::Svf;
