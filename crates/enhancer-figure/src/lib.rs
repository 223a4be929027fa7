//! Draws pictures of measurements as SVG or PNG: lines, shapes, dots and text in pixels, and axes.
//!
//! [`draw`] passes a [`Sheet`] to a function and returns the bytes of the file. Equal calls give equal bytes.
//! PNGs draw their text with an embedded font, so no font has to be installed. The font covers Latin, Greek
//! and Cyrillic.

#![forbid(unsafe_code)]

mod axis;
mod picture;
mod sheet;

pub use axis::Axis;
pub use picture::{DrawError, Format, draw};
pub use sheet::{Align, Color, GRID, INK, MUTED, Point, Sheet, Weight};
