//! A user's actions, by xdotool. The tests check the sound, the picture and the saved file.

use super::desk::Desk;
use super::picture;
use crate::run::TaskError;
use std::fs;
use std::path::{Path, PathBuf};

/// One test: the program's path and a song's.
type Trial = fn(&Path, &Path) -> Result<(), TaskError>;

/// Every test with its name.
pub(super) const TRIALS: &[(&str, Trial)] =
    &[("a band is drawn, applied and saved at the end of a drag", drag), ("every size is drawn", sizes)];

/// Edges of the frequency axis, Hz, and of the gain axis, dB.
const HZ: (f32, f32) = (18.0, 22_000.0);
const RANGE_DB: f32 = 12.0;

/// RMS level of the tone, dBFS.
const TONE_DB: f64 = -26.0;

/// Adds a band, drags it, undoes and redoes while a tone plays at its frequency. Then types a preset's name,
/// saves it and reads the file.
fn drag(program: &Path, song: &Path) -> Result<(), TaskError> {
    let size = (1280, 800);
    let tone = tone(&song.with_file_name("tone.wav"))?;
    let desk = Desk::open(program, &tone, size, 1.0)?;
    let (left, top, right, bottom) = picture(1280.0, 800.0);
    let place = |hz: f32, db: f32| {
        let share = (hz / HZ.0).ln() / (HZ.1 / HZ.0).ln();
        (left + (right - left) * share, top + (bottom - top) * (RANGE_DB - db) / (2.0 * RANGE_DB))
    };
    let (from, to) = (place(300.0, -4.0), place(2500.0, 8.0));
    // A pixel is 0.063 dB. A band one pixel away in frequency changes the tone's level even less.
    let plays = |desk: &Desk, gain_db: f64| {
        let level = format!("the tone {gain_db} dB from {TONE_DB} dBFS");
        desk.wait(&level, |desk| ((desk.output_db()? - TONE_DB - gain_db).abs() < 0.15).then_some(()))
    };
    plays(&desk, 0.0)?;
    desk.double_click(from.0, from.1)?;
    desk.drag(from, to)?;
    // The curve beside the band's handle, hardly lower than the bell's top.
    let on_curve = |colour: [u8; 3]| colour[2] > 150 && colour[2] > colour[0].saturating_add(40);
    let shows = |desk: &Desk, wanted: bool| {
        desk.wait(if wanted { "the curve at the pointer" } else { "no curve at the pointer" }, |desk| {
            let column = (-4..=8).filter_map(|dy| desk.colour(to.0 + 14.0, to.1 + dy as f32).ok());
            (column.into_iter().any(on_curve) == wanted).then_some(())
        })
    };
    desk.point(left + 4.0, bottom + 20.0)?;
    shows(&desk, true)?;
    plays(&desk, 8.0)?;
    desk.key("ctrl+z")?;
    shows(&desk, false)?;
    // The gain of a bell of -4 dB at 300 Hz, three octaves above.
    plays(&desk, -0.12)?;
    desk.key("ctrl+shift+z")?;
    shows(&desk, true)?;
    plays(&desk, 8.0)?;
    // The Save button; its name field is under the browser's right half.
    desk.click(486.0, 23.0)?;
    let name = (right - 120.0, 128.0);
    desk.click(name.0, name.1)?;
    desk.type_text("dragged")?;
    desk.key("Return")?;
    let file = desk.data.join("presets/dragged.json");
    let text = desk.wait(&file.display().to_string(), |_| {
        fs::read_to_string(&file).ok().filter(|text| !text.is_empty())
    })?;
    let bands = text.split_once("\"bands\"").map_or("", |(_, bands)| bands);
    let number = |field: &str| -> Option<f32> {
        let rest = bands.split_once(&format!("\"{field}\":"))?.1;
        rest.split([',', '}', '\n']).next()?.trim().parse().ok()
    };
    let found = (number("frequency"), number("gain"));
    // A pixel is 0.65 % of a frequency and 0.063 dB.
    match found {
        (Some(hz), Some(db)) if (hz / 2500.0 - 1.0).abs() < 0.014 && (db - 8.0).abs() < 0.13 => Ok(()),
        _ => Err(TaskError::Screen(format!("dragged to 2500 Hz, 8 dB, but saved {found:?}"))),
    }
}

/// Writes one second of a tone at the final frequency of the band. The program repeats it.
fn tone(path: &Path) -> Result<PathBuf, TaskError> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let failed = |error| TaskError::Screen(format!("{}: {error}", path.display()));
    let mut writer = hound::WavWriter::create(path, spec).map_err(failed)?;
    // The peak of a sine is 3.01 dB above its RMS level.
    let peak = 10f64.powf((TONE_DB + 3.0103) / 20.0);
    for frame in 0..48_000 {
        let phase = std::f64::consts::TAU * 2500.0 * f64::from(frame) / 48_000.0;
        writer.write_sample((peak * phase.sin()) as f32).map_err(failed)?;
    }
    writer.finalize().map_err(failed)?;
    Ok(path.to_owned())
}

/// Resizes the window: the program keeps running, and the panels reach the last corner.
fn sizes(program: &Path, song: &Path) -> Result<(), TaskError> {
    let mut desk = Desk::open(program, song, (800, 500), 1.0)?;
    for (width, height) in [(800, 500), (1120, 700), (1280, 800), (1920, 1080), (3840, 2160), (800, 500)] {
        desk.resize((width, height))?;
        if !desk.is_alive() {
            return Err(TaskError::Screen(format!("the program ended at {width}x{height}")));
        }
    }
    Ok(())
}
