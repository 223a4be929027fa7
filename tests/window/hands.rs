//! Window events that the editor alone never receives: hiding, lost releases, dead keys.

use crate::alone;
use crate::screen::Screen;
use crate::stand::Stand;
use nice_plug::editor::EditorHandle;
use std::time::Duration;
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus, KeyButMask};

/// A place in the equalizer picture, beside the line of 0 dB.
const PICTURE: (i16, i16) = (300, 160);

const FREQUENCY: &str = "equalizer.bands.0.frequency";

/// Adds a band and begins to drag it.
fn drag(stand: &Stand) {
    stand.click(PICTURE);
    stand.click(PICTURE);
    stand.wait("a band", |stand| stand.value("equalizer.bands.0.enabled") == 1.0);
    // A third press in time would belong to the same double click.
    std::thread::sleep(Duration::from_millis(800));
    stand.pointer(PICTURE, KeyButMask::default());
    stand.button(PICTURE, true);
    let before = stand.value(FREQUENCY);
    for step in 1..=20 {
        stand.pointer((PICTURE.0 + 4 * step, PICTURE.1), KeyButMask::BUTTON1);
        std::thread::sleep(Duration::from_millis(10));
    }
    stand.wait("the drag", |stand| stand.value(FREQUENCY) > 1.5 * before);
    assert!(stand.open_gestures() > 0);
}

/// Gives the keyboard focus to no window; the drag must go on.
fn lose_keyboard_focus() {
    let connection = Screen::shared().connection();
    let asked = connection.set_input_focus(InputFocus::NONE, InputFocus::POINTER_ROOT, x11rb::CURRENT_TIME);
    asked.expect("a connection").check().expect("the focus changes");
}

/// Moves the pointer without a button and asserts that no band follows.
fn assert_released(stand: &Stand) {
    let before = stand.value(FREQUENCY);
    for step in 0..10 {
        stand.pointer((PICTURE.0 - 10 * step, PICTURE.1), KeyButMask::default());
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!((stand.value(FREQUENCY), stand.open_gestures()), (before, 0));
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn hiding_the_window_during_a_drag_ends_the_gesture() {
    let _alone = alone();
    let stand = Stand::new("hidden");
    drag(&stand);
    lose_keyboard_focus();
    stand.spawned.handle.hide(&stand.spawned.window).expect("the window hides");
    stand.wait("the end of the gesture", |stand| stand.open_gestures() == 0);
    stand.spawned.handle.show(&stand.spawned.window).expect("the window shows");
    stand.parent.wait_for_editor();
    assert_released(&stand);
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn hiding_the_hosts_window_during_a_drag_ends_the_gesture() {
    let _alone = alone();
    let stand = Stand::new("put-away");
    drag(&stand);
    lose_keyboard_focus();
    let connection = Screen::shared().connection();
    connection.unmap_window(stand.parent.id).expect("a connection").check().expect("the host's window hides");
    stand.wait("the end of the gesture", |stand| stand.open_gestures() == 0);
    connection.map_window(stand.parent.id).expect("a connection").check().expect("the window shows");
    stand.wait("the host's window", |stand| stand.parent.is_shown());
    stand.parent.wait_for_editor();
    assert_released(&stand);
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn the_next_move_detects_a_release_that_another_window_received() {
    let _alone = alone();
    let stand = Stand::new("lost-release");
    drag(&stand);
    stand.pointer((PICTURE.0 + 80, PICTURE.1), KeyButMask::default());
    stand.wait("the end of the gesture", |stand| stand.open_gestures() == 0);
    assert_released(&stand);
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn dead_keys_compose() {
    const DEAD_CIRCUMFLEX: u32 = 0xFE52;
    const DEAD_ACUTE: u32 = 0xFE51;
    const RETURN: u32 = 0xFF0D;
    const SYMBOLS: [u32; 5] = [DEAD_CIRCUMFLEX, DEAD_ACUTE, 'e' as u32, '7' as u32, RETURN];
    let _alone = alone();
    let stand = Stand::new("dead-keys");
    let connection = Screen::shared().connection();
    // Key codes without a meaning.
    let known = connection.get_keyboard_mapping(8, 248).expect("a connection").reply().expect("a keyboard");
    let width = usize::from(known.keysyms_per_keycode);
    let is_free = |code: &u8| known.keysyms[usize::from(code - 8) * width..][..width].iter().all(|s| *s == 0);
    let free: Vec<u8> = (8..=255).filter(is_free).take(SYMBOLS.len()).collect();
    let [circumflex, acute, e, seven, enter] = free[..] else { panic!("few free keys: {free:?}") };
    let map = |symbols: [u32; SYMBOLS.len()]| {
        for (code, symbol) in free.iter().zip(symbols) {
            let mapped = connection.change_keyboard_mapping(1, *code, 1, &[symbol]);
            mapped.expect("a connection").check().expect("a keyboard");
        }
    };
    // Maps them while the window is open, so that it must read the map again.
    map(SYMBOLS);
    std::thread::sleep(Duration::from_millis(300));
    // Clicks "Save" and types the name.
    stand.click((272, 23));
    std::thread::sleep(Duration::from_millis(500));
    for key in [circumflex, e, seven, acute, e, acute, circumflex, e, enter] {
        stand.key(key);
        std::thread::sleep(Duration::from_millis(20));
    }
    stand.wait("the preset", |stand| !stand.params.session().preset.is_empty());
    assert_eq!(stand.params.session().preset, "ê7éế");
    map([0; SYMBOLS.len()]);
}
