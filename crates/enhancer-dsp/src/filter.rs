//! Second-order sections: the analog prototypes that they follow, their designs, and the crossover.

pub mod crossover;
//! Second-order sections: the analog prototypes that they follow, their designs, and their state-variable form.

pub mod design;
mod fit;
pub mod prototype;
mod start;
pub mod svf;

pub use design::{BandDesign, MAX_SECTIONS};
pub use prototype::{AnalogSection, Prototype};
pub use svf::Svf;
