//! The editor window: shows the sound and moves the parameters by pointer and keyboard.
//!
//! ```text
//! audio thread -> Telemetry (rings, atomics) -> Monitor -> pictures
//! pointer, keys -> Model -> host gestures (begin, set, end) -> EnhancerParams -> audio thread
//! ```
//!
//! egui runs in a window with its own thread. It draws when the audio thread reports new data, at most 30
//! times a second, and when the pointer or a key moves. A closed editor costs nothing: the audio thread
//! copies no samples.

mod address;
mod app;
mod button;
mod control;
mod drops;
mod entry;
mod equalizer;
mod field;
mod ground;
mod knob;
mod model;
mod monitor;
mod numbers;
mod output;
mod panels;
mod plot;
mod presets;
mod strokes;
mod theme;
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
