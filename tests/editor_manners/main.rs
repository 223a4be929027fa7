//! Manners of a good editor: the keyboard reaches everything, every step can be undone, all text is readable.

mod drops;
#[path = "../editor_rig/mod.rs"]
mod editor_rig;
mod hand;
#[path = "../editor_rig/host.rs"]
mod host;
mod keyboard;
mod steps;
mod text;
mod typing;

use editor_rig::Rig;
use egui::{Event, Key};

fn key(rig: &mut Rig, key: Key) {
    rig.harness.key_press(key);
    rig.frames(3);
}

fn type_text(rig: &mut Rig, text: &str) {
    for letter in text.chars() {
        rig.harness.event(Event::Text(letter.to_string()));
        rig.frames(1);
    }
}
