//! Second-order sections: the analog prototypes that they follow, and their designs.

pub mod prototype;

pub use prototype::{AnalogSection, Prototype};
//! Second-order sections and their designs.

pub mod crossover;
