//! Second-order sections: the analog prototypes that they follow, their designs, and the crossover.

pub mod crossover;
pub mod prototype;

pub use prototype::{AnalogSection, Prototype};
