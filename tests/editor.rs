//! Editing by pointer and keyboard in the editor without a window: values reach the parameters and can be
//! undone.

#[path = "host/direct.rs"]
mod direct;
mod editor_rig;
#[path = "editor_rig/host.rs"]
mod host;
#[path = "editor_rig/pictures.rs"]
mod pictures;

#[cfg(unix)]
use audio_enhancer::editor::FileQuestion;
use editor_rig::{Rig, whole_gestures};
use egui::{Key, Modifiers, Pos2, pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use enhancer_dsp::ParamId;

const FREQUENCY: &str = "equalizer.bands.0.frequency";
const GAIN: &str = "equalizer.bands.0.gain";

/// Place of a frequency and a gain in the equalizer picture.
fn place(rig: &Rig, hz: f64, db: f32) -> Pos2 {
    let axes = rig.harness.state().equalizer_axes().unwrap();
    pos2(axes.x(hz), axes.y(db))
}

/// Adds a band at 1 kHz and 0 dB; returns its place.
fn with_band(rig: &mut Rig) -> Pos2 {
    let at = place(rig, 1000.0, 0.0);
    rig.double_click(at);
    assert_eq!(rig.value("equalizer.bands.0.enabled"), 1.0, "a double click adds a band");
    at
}

#[test]
fn a_double_click_adds_a_band_and_another_removes_it() {
    let mut rig = Rig::new("double-click", (1280.0, 800.0));
    let at = place(&rig, 300.0, 5.0);
    rig.double_click(at);
    assert!((rig.value(FREQUENCY) / 300.0 - 1.0).abs() < 0.01, "{}", rig.value(FREQUENCY));
    assert!((rig.value(GAIN) - 5.0).abs() < 0.1, "{}", rig.value(GAIN));
    rig.double_click(at);
    let fresh = ParamId::find(FREQUENCY).unwrap().default_value();
    assert_eq!((rig.value("equalizer.bands.0.enabled"), rig.value(FREQUENCY)), (0.0, fresh));
    assert!(rig.params.snapshot().equalizer.bands.is_empty());
}

#[test]
fn a_dragged_band_follows_the_pointer_within_a_pixel() {
    for (size, to) in [((1280.0, 800.0), (3456.0, 7.25)), ((800.0, 500.0), (80.0, -9.5))] {
        let mut rig = Rig::new("drag", size);
        let from = with_band(&mut rig);
        let to = place(&rig, to.0, to.1);
        rig.drag(from, to, Modifiers::NONE);
        let arrived = place(&rig, f64::from(rig.value(FREQUENCY)), rig.value(GAIN));
        assert!((arrived - to).length() < 1.0, "{arrived:?} for {to:?}");
    }
}

#[test]
fn ctrl_makes_a_drag_fine_and_shift_locks_its_direction() {
    let mut rig = Rig::new("fine", (1280.0, 800.0));
    let from = with_band(&mut rig);
    rig.drag(from, from + vec2(200.0, -60.0), Modifiers::CTRL);
    let arrived = place(&rig, f64::from(rig.value(FREQUENCY)), rig.value(GAIN));
    assert!((arrived - (from + vec2(20.0, -6.0))).length() < 1.5, "{arrived:?} from {from:?}");
    rig.drag(arrived, arrived + vec2(150.0, -30.0), Modifiers::SHIFT);
    let straight = place(&rig, f64::from(rig.value(FREQUENCY)), rig.value(GAIN));
    assert!((straight - (arrived + vec2(150.0, 0.0))).length() < 1.5, "{straight:?} from {arrived:?}");
}

#[test]
fn the_wheel_over_a_band_changes_only_its_q() {
    let mut rig = Rig::new("wheel", (1280.0, 800.0));
    let at = with_band(&mut rig);
    let before = (rig.value(FREQUENCY), rig.value(GAIN), rig.value("equalizer.bands.0.q"));
    rig.wheel(at, 3.0);
    assert!(rig.value("equalizer.bands.0.q") > 1.2 * before.2);
    assert_eq!((rig.value(FREQUENCY), rig.value(GAIN)), (before.0, before.1));
}

#[test]
fn a_drag_is_one_gesture_to_the_host_and_one_step_to_undo() {
    let mut rig = Rig::new("gesture", (1280.0, 800.0));
    let from = with_band(&mut rig);
    let before = (rig.value(FREQUENCY), rig.value(GAIN));
    rig.log.lock().unwrap().clear();
    rig.drag(from, from + vec2(120.0, -40.0), Modifiers::NONE);
    let after = (rig.value(FREQUENCY), rig.value(GAIN));
    assert!(after.0 > before.0 && after.1 > before.1);
    let (gestures, sets) = whole_gestures(&rig.log);
    assert_eq!(gestures, 2, "frequency and gain, once each");
    assert!(sets >= 8, "the host receives values during the drag: {sets}");
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    rig.frames(2);
    assert_eq!((rig.value(FREQUENCY), rig.value(GAIN)), before, "undo");
    rig.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    rig.frames(2);
    assert_eq!((rig.value(FREQUENCY), rig.value(GAIN)), after, "redo");
}

#[test]
fn closing_the_window_during_a_drag_ends_the_gesture() {
    let mut rig = Rig::new("close", (1280.0, 800.0));
    let from = with_band(&mut rig);
    rig.log.lock().unwrap().clear();
    rig.harness.hover_at(from);
    rig.frames(1);
    rig.harness.drag_at(from);
    rig.frames(1);
    rig.harness.hover_at(from + vec2(80.0, 0.0));
    rig.frames(2);
    rig.harness.state_mut().close();
    assert!(whole_gestures(&rig.log).0 > 0);
}

#[test]
fn typing_1_2k_sets_1200_hz() {
    let mut rig = Rig::new("type", (1280.0, 800.0));
    with_band(&mut rig);
    let field = rig.rect("Band 1 Frequency").center();
    rig.click(field);
    rig.frames(2);
    rig.harness.event(egui::Event::Text("1.2k".to_owned()));
    rig.frames(2);
    rig.harness.key_press(Key::Enter);
    rig.frames(2);
    assert_eq!(rig.value(FREQUENCY), 1200.0);
    // Escape discards the text.
    rig.click(field);
    rig.frames(2);
    rig.harness.event(egui::Event::Text("50".to_owned()));
    rig.frames(1);
    rig.harness.key_press(Key::Escape);
    rig.frames(2);
    assert_eq!(rig.value(FREQUENCY), 1200.0);
}

#[test]
fn a_knob_moves_by_drag_arrow_and_wheel_and_resets_by_double_click() {
    let mut rig = Rig::new("knob", (1280.0, 800.0));
    let id = "compressor.threshold";
    let knob = rig.rect("Threshold").center();
    rig.drag(knob, knob - vec2(0.0, 44.0), Modifiers::NONE);
    // The range of 60 dB takes 220 points of travel.
    assert!((rig.value(id) - -8.0).abs() < 0.1, "{}", rig.value(id));
    rig.harness.key_press(Key::ArrowUp);
    rig.frames(2);
    assert!((rig.value(id) - -7.4).abs() < 0.1, "{}", rig.value(id));
    rig.wheel(knob, -1.0);
    assert!((rig.value(id) - -8.0).abs() < 0.1, "{}", rig.value(id));
    rig.double_click(knob);
    assert_eq!(rig.value(id), -20.0);
}

#[test]
fn a_and_b_hold_separate_settings() {
    let mut rig = Rig::new("ab", (1280.0, 800.0));
    let id = "master_gain";
    let gain = |rig: &mut Rig, db: f32| {
        let model = rig.harness.state_mut().model();
        let slot = model.slot(id);
        model.set(&[(slot, db)]);
        rig.frames(2);
    };
    gain(&mut rig, 3.0);
    let (a, b) = (rig.rect("A").center(), rig.rect("B").center());
    rig.click(b);
    assert_eq!(rig.value(id), 3.0, "B begins as A");
    gain(&mut rig, -6.0);
    rig.click(a);
    assert_eq!(rig.value(id), 3.0);
    rig.click(b);
    assert_eq!(rig.value(id), -6.0);
    let copy = rig.rect("Copy A and B").center();
    rig.click(copy);
    rig.click(a);
    assert_eq!(rig.value(id), -6.0, "B was copied to A");
    // Undo also reverts the switch to A.
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    rig.frames(2);
    assert!(rig.harness.state_mut().model().plays_b());
}

#[test]
fn a_preset_found_by_search_loads_as_one_step() {
    let mut rig = Rig::new("search", (1280.0, 800.0));
    let before = rig.params.snapshot();
    let all = rig.harness.state().listed_presets().len();
    let button = rig.rect("Preset: No preset").center();
    rig.click(button);
    rig.frames(2);
    let field = rig.rect("Search presets").center();
    rig.click(field);
    rig.harness.event(egui::Event::Text("podcast".to_owned()));
    rig.frames(2);
    let found = rig.harness.state().listed_presets();
    assert!(found.contains(&"podcast".to_owned()) && found.len() < all, "{found:?}");
    let row = rig.rect("podcast").center();
    rig.click(row);
    rig.frames(2);
    let podcast = enhancer_preset::factory_presets().iter().find(|preset| preset.name == "podcast").unwrap();
    assert_eq!(rig.params.snapshot(), podcast.config);
    assert_eq!(rig.params.session().preset, "podcast");
    assert!(rig.harness.query_by_label("Preset: podcast").is_some(), "not changed yet");
    let model = rig.harness.state_mut().model();
    let slot = model.slot("limiter.ceiling");
    model.set(&[(slot, -7.0)]);
    rig.frames(2);
    assert!(rig.harness.query_by_label("Preset: podcast · changed").is_some());
    rig.harness.state_mut().model().undo();
    rig.harness.state_mut().model().undo();
    rig.frames(2);
    assert_eq!(rig.params.snapshot(), before);
}

#[test]
fn every_control_lies_within_the_window_and_overlaps_no_other() {
    for size in [(800.0, 500.0), (1120.0, 700.0), (1280.0, 800.0), (1920.0, 1080.0), (3840.0, 2160.0)] {
        let mut rig = Rig::new("layout", size);
        with_band(&mut rig);
        let window = egui::Rect::from_min_size(Pos2::ZERO, size.into());
        let mut rects = vec![];
        for node in rig.harness.root().children_recursive() {
            let role = node.accesskit_node().role();
            use egui::accesskit::Role;
            if !matches!(role, Role::Slider | Role::CheckBox | Role::Button) {
                continue;
            }
            let name = node.accesskit_node().label().unwrap_or_default();
            if name.starts_with("Band 1") && role == Role::Slider && name == "Band 1" {
                continue;
            }
            let rect = node.rect();
            assert!(window.expand(0.5).contains_rect(rect), "{name} at {rect:?} in {size:?}");
            rects.push((name, rect));
        }
        assert!(rects.len() > 40, "{}", rects.len());
        for (index, (name, rect)) in rects.iter().enumerate() {
            for (other, other_rect) in &rects[index + 1..] {
                let shared = rect.intersect(*other_rect);
                let overlap = shared.is_positive() && shared.width() > 1.0 && shared.height() > 1.0;
                assert!(!overlap, "{name} {rect:?} lies on {other} {other_rect:?} in {size:?}");
            }
        }
    }
}

/// Replaces the file dialogs by this shell script; returns the log of their questions.
#[cfg(unix)]
fn answer_by(rig: &mut Rig, script: String) -> std::sync::Arc<std::sync::Mutex<Vec<FileQuestion>>> {
    let asked = std::sync::Arc::<std::sync::Mutex<Vec<FileQuestion>>>::default();
    let log = asked.clone();
    rig.harness.state_mut().set_file_programs(Box::new(move |question| {
        log.lock().unwrap().push(question.clone());
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]);
        vec![shell]
    }));
    asked
}

/// Draws until a widget with this label appears.
#[cfg(unix)]
fn wait_for_label(rig: &mut Rig, label: &str) {
    for _ in 0..500 {
        rig.frames(1);
        if rig.harness.query_by_label(label).is_some() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("no {label}");
}

#[cfg(unix)]
fn press(rig: &mut Rig, labels: &[&str]) {
    for label in labels {
        let at = rig.rect(label).center();
        rig.click(at);
        rig.frames(2);
    }
}

#[cfg(unix)]
#[test]
fn a_file_chosen_in_the_file_dialog_is_imported() {
    let mut rig = Rig::new("browse-import", (1280.0, 800.0));
    std::fs::create_dir_all(&rig.folder).unwrap();
    let file = rig.folder.join("My phones.txt");
    std::fs::write(&file, "Preamp: -3 dB\nFilter 1: ON PK Fc 2500 Hz Gain 6 dB Q 1.41\n").unwrap();
    // The script waits until the editor has drawn further pictures.
    let go = rig.folder.join("go");
    let script = format!("while [ ! -e '{}' ]; do sleep 0.01; done; echo '{}'", go.display(), file.display());
    let asked = answer_by(&mut rig, script);
    press(&mut rig, &["Preset: No preset", "Import…", "Browse…"]);
    assert_eq!(*asked.lock().unwrap(), [FileQuestion::Open]);
    press(&mut rig, &["Browse…"]);
    assert_eq!(asked.lock().unwrap().len(), 1, "one dialog at a time");
    assert_eq!(rig.value("equalizer.bands.0.enabled"), 0.0);
    std::fs::write(&go, "").unwrap();
    wait_for_label(&mut rig, "Imported and saved as My phones");
    assert_eq!((rig.value(FREQUENCY), rig.value(GAIN)), (2500.0, 6.0));
    rig.harness.state_mut().model().undo();
    assert_eq!(rig.value("equalizer.bands.0.enabled"), 0.0);
}

#[cfg(unix)]
#[test]
fn an_export_is_written_to_the_file_chosen_in_the_dialog() {
    let mut rig = Rig::new("browse-export", (1280.0, 800.0));
    with_band(&mut rig);
    std::fs::create_dir_all(&rig.folder).unwrap();
    let file = rig.folder.join("out.txt");
    // The dialog would have asked whether to replace the file.
    std::fs::write(&file, "old").unwrap();
    let asked = answer_by(&mut rig, format!("echo '{}'", file.display()));
    press(&mut rig, &["Preset: No preset", "Export EQ…", "Browse…"]);
    wait_for_label(&mut rig, &format!("Wrote {}", file.display()));
    assert_eq!(*asked.lock().unwrap(), [FileQuestion::Save("My preset.txt".to_owned())]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("Filter 1: ON PK"), "{text}");
    // A typed path never replaces a file.
    std::fs::write(&file, "kept").unwrap();
    press(&mut rig, &["Write file"]);
    wait_for_label(&mut rig, &format!("{}: File exists (os error 17)", file.display()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
}

#[cfg(unix)]
#[test]
fn without_a_file_dialog_the_path_can_be_typed() {
    let mut rig = Rig::new("browse-none", (1280.0, 800.0));
    std::fs::create_dir_all(&rig.folder).unwrap();
    std::fs::write(rig.folder.join("a b.txt"), "Filter 1: ON PK Fc 700 Hz Gain -3 dB Q 1\n").unwrap();
    rig.harness
        .state_mut()
        .set_file_programs(Box::new(|_| vec![std::process::Command::new("/no/such/dialog")]));
    press(&mut rig, &["Preset: No preset", "Import…", "Browse…"]);
    let is_shown = rig.harness.query_by_label_contains("No file dialog").is_some();
    assert!(is_shown);
    press(&mut rig, &["Import path"]);
    // File managers copy this form.
    let address = format!("file://{}/a%20b.txt", rig.folder.display());
    rig.harness.event(egui::Event::Text(address));
    rig.frames(2);
    rig.harness.key_press(Key::Enter);
    rig.frames(3);
    assert_eq!((rig.value(FREQUENCY), rig.value(GAIN)), (700.0, -3.0));
}
