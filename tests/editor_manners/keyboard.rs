//! The keyboard reaches everything.

use crate::editor_rig::Rig;
use crate::{key, type_text};
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use std::collections::HashSet;

/// Name of the focused widget.
fn focused(rig: &Rig) -> Option<String> {
    let nodes: Vec<_> = rig.harness.root().children_recursive().collect();
    let focused = nodes.iter().find(|node| node.accesskit_node().is_focused());
    focused.and_then(|node| node.accesskit_node().label())
}

/// Presses Tab until the widget of this name has the focus.
fn tab_to(rig: &mut Rig, name: &str) {
    for _ in 0..150 {
        key(rig, Key::Tab);
        if focused(rig).as_deref() == Some(name) {
            return;
        }
    }
    panic!("Tab never reaches {name}");
}

fn names(rig: &Rig, wanted: impl Fn(egui::accesskit::Role) -> bool) -> HashSet<String> {
    let nodes = rig.harness.root().children_recursive();
    let nodes = nodes.map(|node| node.accesskit_node());
    // Disabled widgets need no focus.
    let able = nodes.filter(|node| wanted(node.role()) && !node.is_disabled());
    able.filter_map(|node| node.label()).collect()
}

#[test]
fn tab_reaches_every_control() {
    use egui::accesskit::Role;
    for browser in [false, true] {
        let mut rig = Rig::new("tab", (1280.0, 800.0));
        if browser {
            let button = rig.rect("Preset: No preset").center();
            rig.click(button);
        } else {
            let at = rig.rect("Equalizer picture").center();
            rig.double_click(at);
        }
        rig.frames(2);
        let is_control = |role| {
            matches!(
                role,
                Role::Button
                    | Role::CheckBox
                    | Role::Slider
                    | Role::TextInput
                    | Role::RadioButton
                    | Role::ListItem
            )
        };
        let all = names(&rig, is_control);
        assert!(all.len() > 50, "{all:?}");
        let mut reached = HashSet::new();
        for _ in 0..2 * all.len() {
            key(&mut rig, Key::Tab);
            reached.extend(focused(&rig));
        }
        let missed: Vec<_> = all.difference(&reached).collect();
        assert!(missed.is_empty(), "Tab never reaches {missed:?}");
    }
}

#[test]
fn keys_add_move_and_remove_a_band() {
    let mut rig = Rig::new("band-keys", (1280.0, 800.0));
    tab_to(&mut rig, "Equalizer picture");
    key(&mut rig, Key::Enter);
    assert_eq!(rig.value("equalizer.bands.0.enabled"), 1.0);
    assert_eq!(focused(&rig).as_deref(), Some("Band 1"));
    key(&mut rig, Key::ArrowUp);
    key(&mut rig, Key::ArrowRight);
    assert_eq!(rig.value("equalizer.bands.0.gain"), 0.5);
    assert!((rig.value("equalizer.bands.0.frequency") - 1059.5).abs() < 0.5);
    // Enter opens the frequency's field. From there Tab goes through the band's other values.
    key(&mut rig, Key::Enter);
    assert_eq!(focused(&rig).as_deref(), Some("Value"));
    type_text(&mut rig, "300");
    key(&mut rig, Key::Enter);
    assert_eq!(rig.value("equalizer.bands.0.frequency"), 300.0);
    assert_eq!(focused(&rig).as_deref(), Some("Band 1"));
    tab_to(&mut rig, "Band 1 Type");
    key(&mut rig, Key::Enter);
    key(&mut rig, Key::ArrowDown);
    key(&mut rig, Key::Enter);
    assert_eq!(rig.value("equalizer.bands.0.type"), 1.0, "the second type of the list");
    assert_eq!(focused(&rig).as_deref(), Some("Band 1 Type"));
    tab_to(&mut rig, "Solo band");
    key(&mut rig, Key::Space);
    assert_eq!(rig.params.solo(), Some(0));
    // A second band goes to another place.
    tab_to(&mut rig, "Equalizer picture");
    key(&mut rig, Key::Enter);
    assert_eq!(focused(&rig).as_deref(), Some("Band 2"));
    let octaves = rig.value("equalizer.bands.1.frequency") / rig.value("equalizer.bands.0.frequency");
    assert!(octaves.log2().abs() > 0.3);
    key(&mut rig, Key::Delete);
    assert_eq!(rig.value("equalizer.bands.1.enabled"), 0.0);
    assert_eq!(focused(&rig).as_deref(), Some("Equalizer picture"));
}

#[test]
fn a_number_typed_on_a_focused_knob_sets_it_and_the_knob_keeps_the_focus() {
    let mut rig = Rig::new("digits", (1280.0, 800.0));
    tab_to(&mut rig, "Threshold");
    type_text(&mut rig, "-33");
    key(&mut rig, Key::Enter);
    assert_eq!(rig.value("compressor.threshold"), -33.0);
    assert_eq!(focused(&rig).as_deref(), Some("Threshold"));
    // Invalid text leaves the value.
    key(&mut rig, Key::Enter);
    assert_eq!(focused(&rig).as_deref(), Some("Value"));
    type_text(&mut rig, "loud");
    key(&mut rig, Key::Enter);
    assert_eq!(rig.value("compressor.threshold"), -33.0);
    // Two characters in one picture, as on a slow screen.
    rig.harness.event(Event::Text("2".to_owned()));
    rig.harness.event(Event::Text("1".to_owned()));
    rig.frames(3);
    key(&mut rig, Key::Escape);
    assert_eq!(rig.value("compressor.threshold"), -33.0);
    assert_eq!(focused(&rig).as_deref(), Some("Threshold"));
    rig.harness.event(Event::Text("-".to_owned()));
    rig.harness.event(Event::Text("1".to_owned()));
    rig.frames(2);
    type_text(&mut rig, "2 dB");
    key(&mut rig, Key::Enter);
    assert_eq!(rig.value("compressor.threshold"), -12.0);
}

#[test]
fn a_preset_is_saved_under_a_typed_name() {
    let mut rig = Rig::new("save-keys", (1280.0, 800.0));
    tab_to(&mut rig, "Save preset");
    key(&mut rig, Key::Enter);
    // The name of a factory preset is rejected. Another can be typed without a click.
    type_text(&mut rig, "rock");
    key(&mut rig, Key::Enter);
    assert!(rig.harness.query_by_label_contains("factory preset").is_some());
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    rig.frames(2);
    type_text(&mut rig, "mine");
    key(&mut rig, Key::Enter);
    assert_eq!(rig.params.session().preset, "mine");
    assert!(rig.harness.query_by_label("Saved mine").is_some());
}

#[test]
fn tab_follows_the_reading_order() {
    let mut rig = Rig::new("tab-order", (1280.0, 800.0));
    let mut before = None;
    let mut steps = 0;
    for _ in 0..18 {
        key(&mut rig, Key::Tab);
        let name = focused(&rig).expect("a focused widget");
        let at = rig.rect(&name).center();
        // The top bar and the equalizer's header.
        if let Some(last) = before.replace(at).filter(|last: &egui::Pos2| (last.y - at.y).abs() < 2.0) {
            assert!(at.x > last.x, "{name} at {at:?} after {last:?}");
            steps += 1;
        }
    }
    assert!(steps >= 13, "{steps}");
}

#[test]
fn escape_closes_the_dialog_and_then_the_browser() {
    let mut rig = Rig::new("escape", (1280.0, 800.0));
    let button = rig.rect("Preset: No preset").center();
    rig.click(button);
    rig.frames(2);
    let import = rig.rect("Import…").center();
    rig.click(import);
    rig.frames(2);
    assert_eq!(focused(&rig).as_deref(), Some("Import path"));
    key(&mut rig, Key::Escape);
    assert!(
        rig.harness.query_by_label("Import path").is_none()
            && rig.harness.query_by_label("Import…").is_some()
    );
    key(&mut rig, Key::Escape);
    assert!(rig.harness.query_by_label("Import…").is_none());
}

/// An editor with three bands, none selected.
fn with_three_bands(name: &str) -> Rig {
    let mut rig = Rig::new(name, (1280.0, 800.0));
    for hz in [100.0, 1000.0, 8000.0] {
        rig.harness.state_mut().model().add_band(hz, 3.0);
    }
    rig.frames(2);
    rig
}

#[test]
fn tab_goes_through_bands_and_enter_and_escape_open_and_leave_their_values() {
    let mut rig = with_three_bands("band-order");
    tab_to(&mut rig, "Band 1");
    for band in ["Band 2", "Band 3"] {
        key(&mut rig, Key::Tab);
        assert_eq!(focused(&rig).as_deref(), Some(band));
    }
    rig.harness.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
    rig.frames(3);
    assert_eq!(focused(&rig).as_deref(), Some("Band 2"));
    // Enter opens the band's frequency; Tab reaches its other values.
    key(&mut rig, Key::Enter);
    assert_eq!(focused(&rig).as_deref(), Some("Value"));
    key(&mut rig, Key::Tab);
    assert_eq!(focused(&rig).as_deref(), Some("Band 2 Gain"));
    type_text(&mut rig, "-7");
    key(&mut rig, Key::Enter);
    assert_eq!(rig.value("equalizer.bands.1.gain"), -7.0);
    assert_eq!(focused(&rig).as_deref(), Some("Band 2 Gain"));
    key(&mut rig, Key::Escape);
    assert_eq!(focused(&rig).as_deref(), Some("Band 2"));
    // After its values, Tab goes to their band and on to the next.
    key(&mut rig, Key::Enter);
    for name in ["Band 2 Frequency", "Band 2 Type", "Band 2 On", "Band 2"] {
        rig.harness.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
        rig.frames(3);
        assert_eq!(focused(&rig).as_deref(), Some(name));
    }
    key(&mut rig, Key::Enter);
    for name in ["Band 2 Gain", "Band 2 Q", "Band 2 Channel", "Solo band", "Remove band", "Band 3"] {
        key(&mut rig, Key::Tab);
        assert_eq!(focused(&rig).as_deref(), Some(name));
    }
    // After the last band's values comes the next panel.
    key(&mut rig, Key::Tab);
    assert_eq!(focused(&rig).as_deref(), Some("Band 3 On"));
    tab_to(&mut rig, "Remove band");
    key(&mut rig, Key::Tab);
    assert_eq!(focused(&rig).as_deref(), Some("Reset loudness"));
    // The remove button leaves the focus on the picture.
    rig.harness.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
    rig.frames(3);
    key(&mut rig, Key::Space);
    assert_eq!(rig.value("equalizer.bands.2.enabled"), 0.0);
    assert_eq!(focused(&rig).as_deref(), Some("Equalizer picture"));
}

#[test]
fn escape_closes_a_list_before_it_leaves_a_bands_values() {
    let mut rig = with_three_bands("band-list");
    tab_to(&mut rig, "Band 1");
    key(&mut rig, Key::Enter);
    for name in ["Band 1 Frequency", "Band 1 Type"] {
        rig.harness.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
        rig.frames(3);
        assert_eq!(focused(&rig).as_deref(), Some(name));
    }
    key(&mut rig, Key::Enter);
    assert!(rig.harness.query_by_label("Notch").is_some());
    key(&mut rig, Key::Escape);
    assert!(rig.harness.query_by_label("Notch").is_none());
    assert_eq!(focused(&rig).as_deref(), Some("Band 1 Type"));
    key(&mut rig, Key::Escape);
    assert_eq!(focused(&rig).as_deref(), Some("Band 1"));
}
