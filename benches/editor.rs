//! Processor time of one picture of the editor: reading the sound, layout, tessellation, and drawing with
//! OpenGL.
//!
//! Run it by `cargo xtask bench editor`. Every stage is on, and noise plays. The first part repeats the work
//! before the graphics card. The second part draws on this machine's graphics, one picture per 33 ms, as the
//! editor does while sound plays. It measures the thread's own time (`CLOCK_THREAD_CPUTIME_ID`), so other
//! programs do not count.

#[cfg(target_os = "linux")]
#[path = "editor/canvas.rs"]
mod canvas;
#[path = "../tests/host/direct.rs"]
mod direct;
#[cfg(target_os = "linux")]
#[path = "editor/drawn.rs"]
mod drawn;
#[path = "../tests/editor_rig/host.rs"]
mod host;
#[path = "../tests/editor_rig/playing_editor.rs"]
mod playing_editor;

use audio_enhancer::editor::places;
use egui::Shape;
use egui::epaint::ClippedShape;
use playing_editor::{PICTURES_PER_SECOND, PlayingEditor, amount};
use std::time::Duration;

const PICTURES: usize = 300;

/// Size of a window in logical points, and pixels per point.
type Size = ((f32, f32), f32);

const SIZES: [Size; 4] =
    [((800.0, 500.0), 1.0), ((1280.0, 800.0), 1.0), ((1920.0, 1080.0), 2.0), ((3840.0, 2160.0), 1.0)];

fn main() {
    println!(
        "{:>22} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9} {:>6}",
        "window", "layout", "triangles", "picture", "30/s", "vertices", "triangles", "meshes"
    );
    let mut parts = vec![];
    for size in SIZES {
        let cost = measure(PlayingEditor::new(size.0, size.1), size.0);
        let name = name(size);
        let picture = cost.layout + cost.tessellation;
        let share = picture.as_secs_f64() * PICTURES_PER_SECOND as f64 * 100.0;
        println!(
            "{name:>22} {:>6.2} ms {:>6.2} ms {:>6.2} ms {share:>7.1} % {:>8} {:>9} {:>6}",
            milliseconds(cost.layout),
            milliseconds(cost.tessellation),
            milliseconds(picture),
            cost.vertices,
            cost.triangles,
            cost.meshes
        );
        parts.push((name, cost.parts));
    }
    println!("\nvertices of the parts: text, lines, and the rest");
    for (name, parts) in parts {
        println!("{name:>22}");
        for (part, [text, lines, rest]) in parts {
            println!("{part:>22} {text:>9} {lines:>9} {rest:>9}");
        }
    }
    #[cfg(target_os = "linux")]
    drawn::run(&SIZES);
}

fn name(((width, height), scale): Size) -> String {
    format!("{}x{}{}", width * scale, height * scale, if scale > 1.0 { " at 200 %" } else { "" })
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Wall-clock time, on systems without a thread's own.
#[cfg(not(target_os = "linux"))]
fn thread_time() -> Duration {
    static BEGIN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGIN.get_or_init(std::time::Instant::now).elapsed()
}

/// Processor time of this thread.
#[cfg(target_os = "linux")]
fn thread_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: every Linux has this clock, and `time` is a valid place for the result.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Mean costs of a picture, and the contents of the last one.
#[derive(Default)]
struct Cost {
    layout: Duration,
    tessellation: Duration,
    vertices: usize,
    triangles: usize,
    /// Draw calls.
    meshes: usize,
    /// Vertices of each part: text, lines, and the rest.
    parts: Vec<(&'static str, [usize; 3])>,
}

fn measure(mut editor: PlayingEditor, size: (f32, f32)) -> Cost {
    let mut cost = Cost::default();
    // The first half fills the histories and the caches.
    for picture in 0..2 * PICTURES {
        editor.play(picture);
        let begin = thread_time();
        let output = editor.lay_out(picture as f64 / PICTURES_PER_SECOND as f64);
        let laid_out = thread_time();
        let last = (picture + 1 == 2 * PICTURES).then(|| output.shapes.clone());
        let tessellating = thread_time();
        let primitives = editor.triangles(output.shapes);
        let tessellated = thread_time();
        if picture >= PICTURES {
            cost.layout += (laid_out - begin) / PICTURES as u32;
            cost.tessellation += (tessellated - tessellating) / PICTURES as u32;
        }
        (cost.vertices, cost.triangles) = amount(primitives);
        cost.meshes = primitives.len();
        if let Some(shapes) = last {
            cost.parts = parts(&mut editor, size, shapes);
        }
    }
    cost
}

/// Vertices of each part of a picture.
fn parts(
    editor: &mut PlayingEditor,
    size: (f32, f32),
    shapes: Vec<ClippedShape>,
) -> Vec<(&'static str, [usize; 3])> {
    let places = places(size.into());
    let mut parts: Vec<_> = places.iter().map(|(name, _)| (*name, [0; 3])).collect();
    parts.push(("elsewhere", [0; 3]));
    for shape in shapes {
        let middle = shape.shape.visual_bounding_rect().intersect(shape.clip_rect).center();
        let kind = match shape.shape {
            Shape::Text(_) => 0,
            Shape::LineSegment { .. } | Shape::Path(_) => 1,
            _ => 2,
        };
        let part = places.iter().position(|(_, rect)| rect.contains(middle)).unwrap_or(places.len());
        parts[part].1[kind] += amount(editor.triangles(vec![shape])).0;
    }
    parts
}
