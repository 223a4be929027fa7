//! What the hand and the keyboard do to a window, which the editor by itself knows nothing of.

use crate::alone;
use crate::screen::Screen;
use crate::stand::Stand;
use nice_plug::editor::EditorHandle;
use std::time::Duration;
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus, KeyButMask};

/// In the equalizer's picture, on the line of no gain's side.
const PICTURE: (i16, i16) = (300, 160);

const FREQUENCY: &str = "equalizer.bands.0.frequency";

/// Takes hold of a new band and moves it.
fn drag(stand: &Stand) {
    stand.click(PICTURE);
    stand.click(PICTURE);
    stand.wait("a band", |stand| stand.value("equalizer.bands.0.enabled") == 1.0);
    // A third press in time would be another click of the same.
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

/// Somebody else takes the keyboard, and the drag goes on all the same.
fn lose_the_keyboard() {
    let connection = Screen::shared().connection();
    let asked = connection.set_input_focus(InputFocus::NONE, InputFocus::POINTER_ROOT, x11rb::CURRENT_TIME);
    asked.expect("a connection").check().expect("the keyboard's leave");
}

/// The pointer comes back without a button: nothing follows it.
fn is_free(stand: &Stand) {
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
fn a_window_hidden_in_mid_drag_lets_go() {
    let _alone = alone();
    let stand = Stand::new("hidden");
    drag(&stand);
    lose_the_keyboard();
    stand.spawned.handle.hide(&stand.spawned.window).expect("to be hidden");
    stand.wait("the end of the gesture", |stand| stand.open_gestures() == 0);
    stand.spawned.handle.show(&stand.spawned.window).expect("to be shown");
    stand.parent.wait_for_editor();
    is_free(&stand);
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn a_hosts_window_put_away_in_mid_drag_makes_it_let_go() {
    let _alone = alone();
    let stand = Stand::new("put-away");
    drag(&stand);
    lose_the_keyboard();
    let connection = Screen::shared().connection();
    connection.unmap_window(stand.parent.id).expect("a connection").check().expect("to be put away");
    stand.wait("the end of the gesture", |stand| stand.open_gestures() == 0);
    connection.map_window(stand.parent.id).expect("a connection").check().expect("to be shown");
    stand.wait("the host's window", |stand| stand.parent.is_shown());
    stand.parent.wait_for_editor();
    is_free(&stand);
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn a_release_that_went_elsewhere_is_noticed_by_the_next_move() {
    let _alone = alone();
    let stand = Stand::new("lost-release");
    drag(&stand);
    stand.pointer((PICTURE.0 + 80, PICTURE.1), KeyButMask::default());
    stand.wait("the end of the gesture", |stand| stand.open_gestures() == 0);
    is_free(&stand);
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
    // Keys that mean nothing yet.
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
    // While the window is open, so that it hears of the new keys.
    map(SYMBOLS);
    std::thread::sleep(Duration::from_millis(300));
    // "Save", and the name.
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
