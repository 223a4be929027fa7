//! Draws measurements as SVG: charts of lines, and rows of dots.

mod chart;
mod dots;
mod frame;

pub(crate) use chart::{Chart, Line, Stroke};
pub(crate) use dots::{Dots, Row};
pub(crate) use frame::{Limit, Scale};

use enhancer_dsp::Quality;
use enhancer_figure::Color;

/// A quality's color in every picture. The palette, by M. Okabe and K. Ito, stays distinct for readers with
/// color blindness.
pub(crate) fn color_of(quality: Quality) -> Color {
    match quality {
        Quality::Draft => Color(0xE6, 0x9F, 0x00),
        Quality::Good => Color(0x00, 0x9E, 0x73),
        Quality::Best => Color(0x00, 0x72, 0xB2),
    }
}

/// The color of goals and prescribed values.
pub(crate) const REFERENCE: Color = Color(0x99, 0x99, 0x99);
/// Colors of other lines, in order.
pub(crate) const OTHERS: [Color; 4] =
    [Color(0x00, 0x72, 0xB2), Color(0xD5, 0x5E, 0x00), Color(0x00, 0x9E, 0x73), Color(0xCC, 0x79, 0xA7)];
