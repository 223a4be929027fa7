//! Undo and redo restore the sound and the preset's name.

use crate::editor_rig::{Rig, whole_gestures};
use crate::{key, type_text};
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT, Queryable};

fn press(rig: &mut Rig, label: &str) {
    let at = rig.rect(label).center();
    rig.click(at);
    rig.frames(2);
}

fn undo(rig: &mut Rig) {
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    rig.frames(3);
}

fn redo(rig: &mut Rig) {
    rig.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    rig.frames(3);
}

/// Text of the preset button.
fn shown(rig: &Rig) -> String {
    rig.harness.get_by_label_contains("Preset: ").accesskit_node().label().unwrap()
}

#[test]
fn undo_also_restores_the_presets_name() {
    let mut rig = Rig::new("undo-name", (1280.0, 800.0));
    press(&mut rig, "Next preset");
    let first = shown(&rig);
    press(&mut rig, "Next preset");
    let second = shown(&rig);
    assert!(first != second && !second.contains("changed"), "{first}, {second}");
    undo(&mut rig);
    assert_eq!(shown(&rig), first);
    redo(&mut rig);
    assert_eq!(shown(&rig), second);
    undo(&mut rig);
    undo(&mut rig);
    assert_eq!(shown(&rig), "Preset: No preset");
}

#[test]
fn a_and_b_have_their_own_names_and_a_copy_can_be_undone() {
    let mut rig = Rig::new("ab-names", (1280.0, 800.0));
    press(&mut rig, "Next preset");
    let a = shown(&rig);
    press(&mut rig, "B");
    press(&mut rig, "Next preset");
    press(&mut rig, "Next preset");
    let (b, sound_b) = (shown(&rig), rig.params.snapshot());
    press(&mut rig, "A");
    assert_eq!(shown(&rig), a);
    let sound_a = rig.params.snapshot();
    assert_ne!(sound_a, sound_b);
    press(&mut rig, "Copy A and B");
    press(&mut rig, "B");
    assert_eq!((shown(&rig), rig.params.snapshot()), (a.clone(), sound_a));
    undo(&mut rig);
    // Undoes the copy.
    undo(&mut rig);
    press(&mut rig, "B");
    assert_eq!((shown(&rig), rig.params.snapshot()), (b, sound_b));
    press(&mut rig, "A");
    assert_eq!(shown(&rig), a);
}

#[test]
fn undo_finds_a_renamed_preset_under_its_new_name() {
    let mut rig = Rig::new("undo-rename", (1280.0, 800.0));
    press(&mut rig, "Save preset");
    press(&mut rig, "Preset name");
    type_text(&mut rig, "old");
    key(&mut rig, Key::Enter);
    press(&mut rig, "Next preset");
    assert!(!shown(&rig).contains("old"));
    press(&mut rig, "Previous preset");
    press(&mut rig, "Rename…");
    press(&mut rig, "New name");
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    type_text(&mut rig, "new");
    key(&mut rig, Key::Enter);
    assert_eq!(shown(&rig), "Preset: new");
    undo(&mut rig);
    undo(&mut rig);
    assert_eq!(shown(&rig), "Preset: new", "the state before the other preset");
    press(&mut rig, "Delete…");
    press(&mut rig, "Delete");
    assert_eq!(shown(&rig), "Preset: No preset");
    redo(&mut rig);
    undo(&mut rig);
    assert_eq!(shown(&rig), "Preset: No preset");
}

/// A way to change a value: its name and its events.
type Way = (&'static str, fn(&mut Rig));

/// Every way to change a value.
const WAYS: [Way; 12] = [
    ("wheel", |rig| {
        let at = rig.rect("Threshold").center();
        rig.wheel(at, 2.0);
    }),
    ("drag", |rig| {
        let at = rig.rect("Threshold").center();
        rig.drag(at, at - vec2(0.0, 40.0), Modifiers::NONE);
    }),
    ("double click", |rig| {
        let at = rig.rect("Ratio").center();
        rig.double_click(at);
    }),
    ("arrow", |rig| {
        let at = rig.rect("Knee").center();
        rig.click(at);
        key(rig, Key::ArrowUp);
    }),
    ("typing", |rig| {
        let at = rig.rect("Knee").center();
        rig.click(at);
        type_text(rig, "7.5");
        key(rig, Key::Enter);
    }),
    ("delete key", |rig| {
        let at = rig.rect("Ratio").center();
        rig.click(at);
        key(rig, Key::Delete);
    }),
    ("switch", |rig| press(rig, "Compressor")),
    ("toggle", |rig| press(rig, "Auto Make-up")),
    ("wheel on a choice", |rig| {
        let at = rig.rect("Detector").center();
        rig.wheel(at, 1.0);
    }),
    ("preset", |rig| press(rig, "Next preset")),
    ("bypass", |rig| press(rig, "Bypass")),
    ("B", |rig| press(rig, "B")),
];

/// The host receives begin, set and end for each parameter, and one undo reverts the change.
#[test]
fn every_way_to_change_a_value_is_a_complete_gesture_and_one_step() {
    let mut rig = Rig::new("ways", (1280.0, 800.0));
    let model = rig.harness.state_mut().model();
    let ratio = model.slot("compressor.ratio");
    // A and B, and the defaults, must differ from the present settings.
    model.swap();
    model.set(&[(ratio, 7.0)]);
    model.swap();
    model.set(&[(ratio, 5.0)]);
    for (way, change) in WAYS {
        rig.frames(60);
        let before = rig.params.snapshot();
        rig.log.lock().unwrap().clear();
        change(&mut rig);
        println!("{way}");
        let (_, sets) = whole_gestures(&rig.log);
        assert!(sets > 0, "{way}");
        assert_ne!(rig.params.snapshot(), before, "{way}");
        rig.log.lock().unwrap().clear();
        assert!(rig.harness.state_mut().model().undo());
        rig.frames(2);
        assert_eq!(rig.params.snapshot(), before, "{way} is one step");
        whole_gestures(&rig.log);
    }
}

#[test]
fn importing_the_same_text_twice_gives_two_presets() {
    let mut rig = Rig::new("import-twice", (1280.0, 800.0));
    press(&mut rig, "Preset: No preset");
    for (gain, name) in [("3", "Preset: Imported"), ("6", "Preset: Imported 2")] {
        press(&mut rig, "Import…");
        press(&mut rig, "Import text");
        let text = format!(
            "Filter 1: ON PK Fc 700 Hz Gain {gain} dB Q 1\nFilter 2: ON XX Fc 1 Hz\nFilter 3: ON YY Fc 1 Hz\n"
        );
        rig.harness.event(egui::Event::Paste(text));
        rig.frames(2);
        press(&mut rig, "Import");
        assert_eq!(shown(&rig), name);
        // The message names each line that was skipped.
        let message = rig.harness.get_by_label_contains("Imported and saved as").accesskit_node();
        let message = message.value().or(message.label()).unwrap();
        assert!(message.contains("line 2") && message.contains("line 3"), "{message}");
    }
}
