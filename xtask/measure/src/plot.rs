//! Draws measurements as SVG, readable on light and dark pages.

mod canvas;
mod chart;
mod dots;

pub(crate) use canvas::{Axis, Colour, Limit};
pub(crate) use chart::{Chart, Line, Stroke};
pub(crate) use dots::{Dots, Row};

use enhancer_dsp::Quality;

/// A quality's colour in every picture. M. Okabe and K. Ito's palette, for readers with colour blindness,
/// too.
pub(crate) fn colour_of(quality: Quality) -> Colour {
    match quality {
        Quality::Draft => Colour(0xE6, 0x9F, 0x00),
        Quality::Good => Colour(0x00, 0x9E, 0x73),
        Quality::Best => Colour(0x00, 0x72, 0xB2),
    }
}

/// The colour of goals and prescribed values.
pub(crate) const REFERENCE: Colour = Colour(0x99, 0x99, 0x99);
/// Colours of other lines, in order.
pub(crate) const OTHERS: [Colour; 4] =
    [Colour(0x00, 0x72, 0xB2), Colour(0xD5, 0x5E, 0x00), Colour(0x00, 0x9E, 0x73), Colour(0xCC, 0x79, 0xA7)];
