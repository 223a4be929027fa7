//! Second-order sections and their designs.

pub mod crossover;
