//! Second-order sections: the analog prototypes that they follow, and their designs.

pub mod prototype;

pub use prototype::{AnalogSection, Prototype};
