//! The whole cost of a picture on this machine's graphics, in a thread that sleeps between pictures like the
//! editor's.
//!
//! EGL draws into a buffer of the window's size, so it needs no screen. The cost of showing the buffer is
//! missing. The time is given for this thread, and for all threads together, which includes the driver's. The
//! plugin's own work on the sound is excluded.

use crate::canvas::BenchCanvas;
use crate::playing_editor::{PICTURES_PER_SECOND, PlayingEditor};
use crate::{Size, milliseconds, name, thread_time};
use glutin::api::egl::device::Device;
use glutin::api::egl::display::Display;
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_nanos(1_000_000_000 / PICTURES_PER_SECOND as u64);

const ROUNDS: usize = 3;
const PICTURES: usize = 150;

/// Pictures without drawing, which fill the histories, and drawn ones before the first round.
const FILLING: usize = 300;
const SETTLING: usize = 60;

/// Measures on each graphics device, or in software if there is none.
pub(crate) fn run(sizes: &[Size]) {
    let devices: Vec<Device> = match Device::query_devices() {
        Ok(devices) => devices.collect(),
        Err(error) => return println!("\nnot drawn, no EGL: {error}"),
    };
    let (software, cards): (Vec<_>, Vec<_>) =
        devices.iter().partition(|device| device.extensions().contains("EGL_MESA_device_software"));
    let mut drawn = false;
    for device in cards {
        drawn |= report(device, sizes);
    }
    if !drawn {
        drawn = software.into_iter().any(|device| report(device, sizes));
    }
    if !drawn {
        println!("\nnot drawn: EGL has no device that draws");
    }
}

/// Prints a device's table, or the reason why there is none.
fn report(device: &Device, sizes: &[Size]) -> bool {
    // SAFETY: `device` comes from EGL, and no display handle is passed.
    let display = match unsafe { Display::with_device(device, None) } {
        Ok(display) => display,
        Err(error) => {
            println!("\nnot drawn on {:?}: {error}", device.drm_device_node_path());
            return false;
        }
    };
    for (index, &size) in sizes.iter().enumerate() {
        let canvas = match BenchCanvas::new(&display, pixels(size)) {
            Ok(canvas) => canvas,
            Err(error) => {
                println!("\nnot drawn on {:?}: {error}", device.drm_device_node_path());
                return index > 0;
            }
        };
        if index == 0 {
            println!(
                "\nwith {}: shares of one core for {PICTURES_PER_SECOND} pictures a second, medians of {ROUNDS} rounds",
                canvas.renderer()
            );
            println!(
                "{:>22} {:>9} {:>9} {:>9} {:>9} {:>8} {:>11} {:>15} {:>10}",
                "window",
                "layout",
                "triangles",
                "OpenGL",
                "picture",
                "thread",
                "all threads",
                "lowest, highest",
                "pictures/s"
            );
        }
        print(size, &measure(canvas, size));
    }
    true
}

fn pixels(size: Size) -> [u32; 2] {
    let ((width, height), scale) = size;
    [width, height].map(|length| (length * scale) as u32)
}

fn print(size: Size, rounds: &[Round; ROUNDS]) {
    let [lowest, round, highest] = rounds;
    println!(
        "{:>22} {:>6.2} ms {:>6.2} ms {:>6.2} ms {:>6.2} ms {:>6.1} % {:>9.1} % {:>6.1}, {:>5.1} % {:>10.1}",
        name(size),
        milliseconds(round.layout),
        milliseconds(round.tessellation),
        milliseconds(round.drawing),
        milliseconds(round.thread),
        share(round.thread),
        share(round.process),
        share(lowest.process),
        share(highest.process),
        PICTURES as f64 / round.wall.as_secs_f64()
    );
}

/// Percent of one core at the editor's rate of pictures.
fn share(picture: Duration) -> f64 {
    picture.as_secs_f64() * PICTURES_PER_SECOND as f64 * 100.0
}

/// Means per picture of one round, without the sound's own cost.
#[derive(Default)]
struct Round {
    layout: Duration,
    tessellation: Duration,
    /// Upload, draw calls and the end of the picture.
    drawing: Duration,
    /// All of this thread's time, sleeping and waking included.
    thread: Duration,
    /// Time of all other threads.
    process: Duration,
    wall: Duration,
}

/// Measures rounds, from the cheapest to the most expensive.
fn measure(mut canvas: BenchCanvas, size: Size) -> [Round; ROUNDS] {
    let mut editor = PlayingEditor::new(size.0, size.1);
    let mut picture = 0;
    for _ in 0..FILLING {
        editor.play(picture);
        let mut output = editor.lay_out_with_textures(time_s(picture));
        canvas.paint(&[], &mut output.textures_delta, size.1);
        picture += 1;
    }
    round(&mut editor, &mut canvas, size, &mut picture, SETTLING);
    let mut rounds: [Round; ROUNDS] =
        std::array::from_fn(|_| round(&mut editor, &mut canvas, size, &mut picture, PICTURES));
    rounds.sort_by_key(|round| round.process);
    rounds
}

fn time_s(picture: usize) -> f64 {
    picture as f64 / PICTURES_PER_SECOND as f64
}

fn round(
    editor: &mut PlayingEditor,
    canvas: &mut BenchCanvas,
    size: Size,
    picture: &mut usize,
    count: usize,
) -> Round {
    let mut round = Round::default();
    let mut sound = Duration::ZERO;
    let (wall, process, thread) = (Instant::now(), process_time(), thread_time());
    let mut due = wall;
    for _ in 0..count {
        // Plays before the sleep, so that the picture finds the caches as other work left them.
        let playing = thread_time();
        editor.play(*picture);
        sound += thread_time() - playing;
        // A late picture does not shorten the next period.
        due = (due + PERIOD).max(Instant::now() - PERIOD);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let begin = thread_time();
        let mut output = editor.lay_out_with_textures(time_s(*picture));
        let laid_out = thread_time();
        let triangles = editor.triangles(output.shapes);
        let tessellated = thread_time();
        canvas.paint(triangles, &mut output.textures_delta, size.1);
        let drawn = thread_time();
        round.layout += laid_out - begin;
        round.tessellation += tessellated - laid_out;
        round.drawing += drawn - tessellated;
        *picture += 1;
    }
    round.thread = thread_time() - thread - sound;
    round.process = process_time() - process - sound;
    round.wall = wall.elapsed();
    let sums = [
        &mut round.layout,
        &mut round.tessellation,
        &mut round.drawing,
        &mut round.thread,
        &mut round.process,
    ];
    sums.into_iter().for_each(|sum| *sum /= count as u32);
    canvas.check();
    round
}

/// Processor time of all threads of the process.
fn process_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: every Linux has this clock, and `time` is a valid place for the result.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
