//! Takes the pictures of `docs/img`: the real program with music, at three sizes.

use super::desk::Desk;
use super::picture;
use crate::run::{TaskError, at};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// File name, logical size, pixels per point, and whether the preset browser is open.
const PICTURES: &[(&str, (u32, u32), f32, bool)] = &[
    ("editor.png", (1280, 800), 1.0, false),
    ("editor-small.png", (800, 500), 1.0, false),
    ("editor-200.png", (1280, 800), 2.0, false),
    ("editor-presets.png", (1280, 800), 1.0, true),
];

/// Takes every picture.
pub(super) fn take(program: &Path, song: &Path) -> Result<(), TaskError> {
    let folder = crate::root().join("docs/img");
    fs::create_dir_all(&folder).map_err(at(&folder))?;
    for &(name, size, scale, browser) in PICTURES {
        let desk = Desk::open(program, song, size, scale)?;
        scene(&desk, size, browser)?;
        // The history shows 5 s, the short-term loudness 3 s.
        std::thread::sleep(Duration::from_secs(7));
        let path = folder.join(name);
        desk.photograph(&path)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// Loads a preset from the browser and adds a band by a double click.
fn scene(desk: &Desk, size: (u32, u32), browser: bool) -> Result<(), TaskError> {
    let (width, height) = (size.0 as f32, size.1 as f32);
    let wide = width > 1016.0;
    let (left, top, right, bottom) = picture(width, height);
    let name = if wide { 300.0 } else { 120.0 };
    desk.click(name, 23.0)?;
    if browser {
        return desk.click(left + 240.0, 276.0);
    }
    desk.click(left + 300.0, 104.0)?;
    desk.type_text("rock")?;
    desk.click(left + 240.0, 136.0)?;
    desk.click(name, 23.0)?;
    let place = |x: f32, y: f32| (left + (right - left) * x, top + (bottom - top) * y);
    // A second without clicks, so that the program doesn't join these clicks to the double click.
    std::thread::sleep(Duration::from_secs(1));
    let (x, y) = place(0.42, 0.68);
    desk.double_click(x, y)?;
    let (x, y) = place(0.76, 0.12);
    desk.point(x, y)
}
