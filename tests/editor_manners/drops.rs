//! Files dropped on the editor are imported.

use crate::editor_rig::Rig;
use crate::key;
use crate::text::texts;
use egui::{DroppedFile, HoveredFile, Key};
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FREQUENCY: &str = "equalizer.bands.0.frequency";

#[derive(Debug)]
struct TestFile(PathBuf);

impl DroppedFile for TestFile {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

fn drop_files(rig: &mut Rig, files: &[PathBuf]) {
    let input = rig.harness.input_mut();
    input.dropped_files = files.iter().map(|file| Arc::new(TestFile(file.clone())) as _).collect();
    rig.frames(3);
}

/// Writes a file into the rig's folder.
fn file(rig: &Rig, name: &str, text: &str) -> PathBuf {
    let folder = rig.folder.join("dropped");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
    folder.join(name)
}

fn shows(rig: &Rig, words: &str) -> bool {
    rig.harness.query_by_label_contains(words).is_some()
}

fn band(hz: u32) -> String {
    format!("Filter 1: ON PK Fc {hz} Hz Gain 6 dB Q 1\nFilter 2: ON XX Fc 1 Hz\n")
}

#[test]
fn a_dropped_file_is_imported() {
    let mut rig = Rig::new("drop", (800.0, 500.0));
    let phones = file(&rig, "My phones ParametricEQ.txt", &band(2500));
    drop_files(&mut rig, std::slice::from_ref(&phones));
    assert_eq!((rig.value(FREQUENCY), rig.params.session().preset), (2500.0, "My phones".to_owned()));
    assert!(shows(&rig, "Imported and saved as My phones; line 2"));
    assert!(rig.harness.query_by_label("Preset: My phones").is_some());
    // Only once: later pictures drop nothing. A second drop gets another name.
    rig.frames(5);
    drop_files(&mut rig, &[phones]);
    assert_eq!(rig.params.session().preset, "My phones 2");
    assert_eq!(std::fs::read_dir(&rig.folder).unwrap().count(), 3, "two presets and the folder");
    // A drop closes an open dialog.
    rig.click(rig.rect("Import…").center());
    rig.frames(2);
    let mut preset = enhancer_preset::Preset::new("loud", enhancer_dsp::EnhancerConfig::default());
    preset.config.master_gain_db = 3.0;
    let preset = file(&rig, "any name.json", &enhancer_preset::to_json(&preset));
    drop_files(&mut rig, &[preset]);
    assert_eq!((rig.value("master_gain"), rig.params.session().preset), (3.0, "loud".to_owned()));
    assert!(rig.harness.query_by_label("Import path").is_none());
}

#[test]
fn several_dropped_files_are_saved_and_the_last_is_loaded_as_one_step() {
    let mut rig = Rig::new("drop-many", (1280.0, 800.0));
    let files =
        [file(&rig, "a.txt", &band(100)), file(&rig, "a.csv", &band(200)), file(&rig, "c.txt", &band(300))];
    let missing = rig.folder.join("gone.txt");
    let none = file(&rig, "song.txt", "la la la\n");
    let address = PathBuf::from("https://example.com/e.txt");
    let [first, second, third] = files;
    drop_files(&mut rig, &[first, missing, second, third, none, address]);
    assert_eq!((rig.value(FREQUENCY), rig.params.session().preset), (300.0, "c".to_owned()));
    for words in [
        "saved as a;",
        "saved as a 2;",
        "saved as c;",
        "gone.txt: can't be read",
        "song.txt: ",
        "https://example.com/e.txt: ",
    ] {
        assert!(shows(&rig, words), "{words}");
    }
    rig.harness.state_mut().model().undo();
    rig.frames(2);
    assert_eq!(rig.value("equalizer.bands.0.enabled"), 0.0, "one step");
    // A drop without a readable file changes nothing.
    let nothing = rig.folder.clone();
    drop_files(&mut rig, &[nothing]);
    assert!(shows(&rig, "it is not a file"));
    assert_eq!(rig.value("equalizer.bands.0.enabled"), 0.0);
}

#[test]
fn a_note_explains_the_drop_while_files_hover() {
    const WORDS: &str = "Drop to import and save as a preset";
    for size in [(800.0, 500.0), (1280.0, 800.0)] {
        let mut rig = Rig::new("hover", size);
        let is_shown = |rig: &Rig| texts(rig).iter().any(|text| text.content == WORDS);
        assert!(!is_shown(&rig));
        rig.harness.input_mut().hovered_files = vec![HoveredFile::default()];
        rig.harness.step();
        assert!(is_shown(&rig));
        let window = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        assert!(texts(&rig).iter().all(|text| window.contains_rect(text.rect)));
        rig.harness.input_mut().hovered_files.clear();
        rig.frames(2);
        assert!(!is_shown(&rig));
        key(&mut rig, Key::Tab);
    }
}
