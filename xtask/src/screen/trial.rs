//! What a person does with the program, done by xdotool: the parameter, the picture and the file follow.

use super::desk::Desk;
use super::{picture, shown};
use crate::run::TaskError;
use std::fs;
use std::path::Path;

/// A test by its name.
type Trial = fn(&Path, &Path) -> Result<(), TaskError>;

/// All of them.
pub(super) const TRIALS: &[(&str, Trial)] =
    &[("a dragged band is drawn and saved where the pointer let go", drag), ("every size is drawn", sizes)];

/// Edges of the frequency axis, Hz, and of the gain axis, dB.
const HZ: (f32, f32) = (18.0, 22_000.0);
const RANGE_DB: f32 = 12.0;

/// Adds a band, drags it, undoes and redoes, saves a preset by typing its name, and reads the file.
fn drag(program: &Path, song: &Path) -> Result<(), TaskError> {
    let size = (1280, 800);
    let desk = Desk::open(program, song, size, 1.0)?;
    let (left, top, right, bottom) = picture(1280.0, 800.0);
    let place = |hz: f32, db: f32| {
        let share = (hz / HZ.0).ln() / (HZ.1 / HZ.0).ln();
        (left + (right - left) * share, top + (bottom - top) * (RANGE_DB - db) / (2.0 * RANGE_DB))
    };
    let (from, to) = (place(300.0, -4.0), place(2500.0, 8.0));
    desk.double_click(from.0, from.1)?;
    desk.drag(from, to)?;
    // Beside the band's point, 12 points along: the curve itself, hardly lower than the bell's top.
    let on_curve = |colour: [u8; 3]| colour[2] > 150 && colour[2] > colour[0].saturating_add(40);
    let seen = |desk: &Desk, wanted: bool| {
        desk.wait(if wanted { "the curve at the pointer" } else { "the curve to leave" }, |desk| {
            let column = (-4..=8).filter_map(|dy| desk.colour(to.0 + 14.0, to.1 + dy as f32).ok());
            (column.into_iter().any(on_curve) == wanted).then_some(())
        })
    };
    desk.point(left + 4.0, bottom + 20.0)?;
    seen(&desk, true)?;
    desk.key("ctrl+z")?;
    seen(&desk, false)?;
    desk.key("ctrl+shift+z")?;
    seen(&desk, true)?;
    // Save, with the name field under the browser's right half.
    desk.click(486.0, 23.0)?;
    let name = (right - 120.0, 128.0);
    desk.click(name.0, name.1)?;
    desk.type_text("dragged")?;
    desk.key("Return")?;
    let file = desk.data.join("presets/dragged.json");
    let text =
        desk.wait(&shown(&file), |_| fs::read_to_string(&file).ok().filter(|text| !text.is_empty()))?;
    let number = |field: &str| -> Option<f32> {
        let rest = text.split_once(&format!("\"{field}\":"))?.1;
        rest.split([',', '}', '\n']).next()?.trim().parse().ok()
    };
    let bands = text.split_once("\"bands\"").map(|(_, bands)| bands.len());
    let found = (number("frequency"), number("gain"), bands);
    // A pixel is 0.65 % of a frequency and 0.063 dB.
    match found {
        (Some(hz), Some(db), Some(_)) if (hz / 2500.0 - 1.0).abs() < 0.014 && (db - 8.0).abs() < 0.13 => {
            Ok(())
        }
        _ => Err(TaskError::Screen(format!("dragged to 2500 Hz, 8 dB, but saved {found:?}"))),
    }
}

/// Goes through the sizes: the program lives on, and the panels' ground reaches the last corner.
fn sizes(program: &Path, song: &Path) -> Result<(), TaskError> {
    let mut desk = Desk::open(program, song, (800, 500), 1.0)?;
    for (width, height) in [(800, 500), (1120, 700), (1280, 800), (1920, 1080), (3840, 2160), (800, 500)] {
        desk.resize((width, height))?;
        // Within the last panel, the limiter's, a little off its rounded corner.
        let panel = [0x17, 0x1B, 0x22];
        desk.wait(&format!("the panels of {width}x{height}"), |desk| {
            let scale = (width as f32 / 1280.0).min(height as f32 / 800.0);
            let off = 8.0 + 8.0 * scale.max(1.0) + 2.0;
            let colour = desk.colour(width as f32 - off, height as f32 - off).ok()?;
            let near = colour.iter().zip(panel).all(|(a, b)| a.abs_diff(b) < 6);
            near.then_some(())
        })?;
        if !desk.is_alive() {
            return Err(TaskError::Screen(format!("the program ended at {width}x{height}")));
        }
    }
    Ok(())
}
