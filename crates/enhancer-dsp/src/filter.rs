//! Second-order sections and their designs.
