//! Invalid entries stay in their field with a message, and out-of-range numbers are limited with a note.

use crate::editor_rig::Rig;
use crate::{key, type_text};
use egui::{Key, Pos2, Rect};
use egui_kittest::kittest::{NodeT, Queryable};

const THRESHOLD: &str = "compressor.threshold";
const WANTED: &str = "use a number from -60 to 0 dB";

/// Opens the entry field of a control by a click on its value, and types `text`.
fn type_over(rig: &mut Rig, at: Pos2, text: &str) {
    rig.click(at);
    rig.frames(2);
    type_text(rig, text);
}

fn below(knob: Rect) -> Pos2 {
    egui::pos2(knob.center().x, knob.bottom() + 7.0)
}

fn typed(rig: &Rig) -> Option<String> {
    rig.harness.query_by_label("Value")?.accesskit_node().value()
}

fn shows(rig: &Rig, words: &str) -> bool {
    rig.harness.query_by_label_contains(words).is_some()
}

/// Place of this message.
fn message_rect(rig: &Rig, words: &str) -> Rect {
    rig.harness.get_by_label_contains(words).rect()
}

#[test]
fn an_invalid_entry_stays_in_its_field_with_the_valid_range_below_it() {
    for text in ["abc", "12 qq", "1,2,3", "--3", "nan", "3 Hz"] {
        let mut rig = Rig::new("refused", (800.0, 500.0));
        let knob = rig.rect("Threshold");
        type_over(&mut rig, below(knob), text);
        assert!(!shows(&rig, WANTED), "no message while typing");
        key(&mut rig, Key::Enter);
        assert_eq!(typed(&rig).as_deref(), Some(text));
        assert!(shows(&rig, WANTED), "{text}");
        let (line, field) = (message_rect(&rig, WANTED), rig.rect("Value"));
        assert!(!line.intersects(field) && line.distance_to_pos(field.center()) < 60.0, "{line:?} {field:?}");
        assert!(Rect::from_min_size(Pos2::ZERO, egui::vec2(800.0, 500.0)).contains_rect(line), "{line:?}");
        // The text is selected, so the next entry replaces it.
        type_text(&mut rig, "-12,5 dB");
        key(&mut rig, Key::Enter);
        assert_eq!((rig.value(THRESHOLD), typed(&rig)), (-12.5, None), "{text}");
        assert!(!shows(&rig, WANTED), "{text}");
    }
}

#[test]
fn escape_restores_the_old_value_after_an_invalid_entry() {
    let mut rig = Rig::new("refused-escape", (1280.0, 800.0));
    let knob = rig.rect("Threshold");
    type_over(&mut rig, below(knob), "-33");
    key(&mut rig, Key::Enter);
    type_over(&mut rig, below(knob), "loud");
    key(&mut rig, Key::Enter);
    key(&mut rig, Key::Enter);
    assert!(shows(&rig, WANTED));
    key(&mut rig, Key::Escape);
    assert_eq!((rig.value(THRESHOLD), typed(&rig)), (-33.0, None));
    assert!(!shows(&rig, WANTED));
    // An empty field sets nothing.
    rig.click(below(knob));
    rig.frames(2);
    key(&mut rig, Key::Backspace);
    assert_eq!(typed(&rig).as_deref(), Some(""));
    key(&mut rig, Key::Enter);
    assert_eq!((rig.value(THRESHOLD), typed(&rig)), (-33.0, None));
}

#[test]
fn a_click_or_tab_elsewhere_accepts_a_valid_entry_and_keeps_an_invalid_one() {
    let mut rig = Rig::new("refused-click", (1280.0, 800.0));
    let knob = rig.rect("Threshold");
    let elsewhere = rig.rect("Equalizer picture").left_bottom() + egui::vec2(40.0, -40.0);
    type_over(&mut rig, below(knob), "-21");
    rig.click(elsewhere);
    rig.frames(2);
    assert_eq!((rig.value(THRESHOLD), typed(&rig)), (-21.0, None));
    for tab in [false, true] {
        type_over(&mut rig, below(knob), "-2l");
        if tab {
            key(&mut rig, Key::Tab);
        } else {
            rig.click(elsewhere);
        }
        rig.frames(300);
        assert_eq!(typed(&rig).as_deref(), Some("-2l"), "also after five seconds");
        assert!(shows(&rig, WANTED));
        // A click into the field continues the entry.
        rig.click(below(knob));
        key(&mut rig, Key::End);
        key(&mut rig, Key::Backspace);
        type_text(&mut rig, if tab { "3" } else { "2" });
        key(&mut rig, Key::Enter);
        assert_eq!((rig.value(THRESHOLD), typed(&rig)), (if tab { -23.0 } else { -22.0 }, None));
    }
    // A drag of the knob replaces the entry.
    type_over(&mut rig, below(knob), "much");
    key(&mut rig, Key::Enter);
    rig.wheel(knob.center(), 1.0);
    rig.frames(2);
    assert_eq!(typed(&rig), None);
    assert!(!shows(&rig, WANTED) && rig.value(THRESHOLD) > -23.0);
}

#[test]
fn an_entry_beyond_the_range_sets_its_limit_and_a_note_reports_it() {
    let mut rig = Rig::new("limit", (1280.0, 800.0));
    let knob = rig.rect("Threshold");
    for (text, value, note) in [("6", 0.0, "0 dB is the maximum"), ("-99 dB", -60.0, "-60 dB is the minimum")]
    {
        type_over(&mut rig, below(knob), text);
        key(&mut rig, Key::Enter);
        assert_eq!((rig.value(THRESHOLD), typed(&rig)), (value, None));
        assert!(shows(&rig, note));
        rig.frames(200);
        assert!(shows(&rig, note), "the note stays for three seconds");
        rig.frames(100);
        assert!(!shows(&rig, note), "the note ends before five seconds");
    }
    // A valid entry shows no note, and the next press ends a note.
    type_over(&mut rig, below(knob), "6");
    key(&mut rig, Key::Enter);
    rig.click(rig.rect("Equalizer picture").left_bottom() + egui::vec2(40.0, -40.0));
    assert!(!shows(&rig, "0 dB is the maximum"));
    type_over(&mut rig, below(knob), "-60");
    key(&mut rig, Key::Enter);
    assert!(!shows(&rig, "is the minimum"));
}

#[test]
fn a_field_that_disappears_discards_its_text() {
    let mut rig = Rig::new("field-gone", (1280.0, 800.0));
    for hz in [100.0, 1000.0] {
        rig.harness.state_mut().model().add_band(hz, 3.0);
    }
    rig.frames(2);
    rig.click(rig.rect("Band 1").center());
    let field = rig.rect("Band 1 Frequency").center();
    type_over(&mut rig, field, "low");
    key(&mut rig, Key::Enter);
    assert!(shows(&rig, "use a number from 10 to 30000 Hz"));
    rig.click(rig.rect("Band 2").center());
    rig.frames(2);
    rig.click(rig.rect("Band 1").center());
    rig.frames(2);
    assert_eq!(typed(&rig), None);
}
