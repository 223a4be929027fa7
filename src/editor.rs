//! The editor: see the sound, move it with the hand.
//!
//! ```text
//! audio thread -> Telemetry (rings, atomics) -> Monitor -> pictures
//! hand -> Model -> host gestures (begin, set, end) -> EnhancerParams -> audio thread
//! ```
//!
//! egui in a window with a thread of its own. It draws when the audio thread says that there is something new, at most 30 times a second,
//! and when the pointer or a key moves. Closed, it costs nothing: the audio thread copies no samples.

mod address;
mod app;
mod button;
mod compressor;
mod control;
mod drops;
mod entry;
mod equalizer;
mod field;
mod ground;
mod knob;
mod limiter;
mod model;
mod monitor;
mod output;
mod panel;
mod plot;
mod presets;
mod stereo;
mod strokes;
mod theme;
mod tone;
mod top_bar;
mod traces;
mod triangles;
mod window;

pub use app::{App, places};
pub use model::{BandSlots, Model, Slot};
pub use plot::Axes;
pub use presets::{FilePrograms, FileQuestion};
pub use theme::install_fonts;
pub use triangles::Triangles;
pub use window::{EnhancerEditor, EnhancerEditorHandle, EnhancerWindow, Repaint};
