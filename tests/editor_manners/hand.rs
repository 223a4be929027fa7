//! Details of pointer use.

use crate::editor_rig::Rig;
use egui::{Modifiers, vec2};
use egui_kittest::kittest::Queryable;

const GAIN: &str = "equalizer.bands.0.gain";

fn set(rig: &mut Rig, values: &[(&str, f32)]) {
    let model = rig.harness.state_mut().model();
    let values: Vec<_> = values.iter().map(|&(id, value)| (model.slot(id), value)).collect();
    model.set(&values);
    rig.frames(3);
}

#[test]
fn the_gain_axis_shows_every_band_and_a_click_moves_none() {
    let mut rig = Rig::new("widen", (1280.0, 800.0));
    set(&mut rig, &[("equalizer.bands.0.enabled", 1.0), (GAIN, 17.0)]);
    let axes = rig.harness.state().equalizer_axes().unwrap();
    assert_eq!(axes.db, (-18.0, 18.0));
    // The user may narrow the axis. The point then lies at the edge, and a horizontal drag leaves the gain
    // unchanged.
    for _ in 0..2 {
        let button = rig.rect("Gain axis").center();
        rig.click(button);
    }
    rig.frames(2);
    let axes = rig.harness.state().equalizer_axes().unwrap();
    assert_eq!(axes.db, (-6.0, 6.0));
    let at = rig.rect("Band 1").center();
    rig.drag(at, at + vec2(60.0, 0.0), Modifiers::NONE);
    assert!((rig.value(GAIN) - 17.0).abs() < 0.05, "{}", rig.value(GAIN));
}

#[test]
fn a_solo_is_shown_and_can_end_without_its_band_selected() {
    let mut rig = Rig::new("solo", (1280.0, 800.0));
    let picture = rig.rect("Equalizer picture");
    rig.double_click(picture.center());
    rig.frames(2);
    let solo = rig.rect("Solo band").center();
    rig.click(solo);
    assert_eq!(rig.params.solo(), Some(0));
    // Ends the selection.
    rig.click(picture.left_bottom() + vec2(30.0, -40.0));
    rig.frames(2);
    assert!(rig.harness.query_by_label("Solo band").is_none());
    let end = rig.rect("End solo").center();
    rig.click(end);
    assert_eq!(rig.params.solo(), None);
    // Solo ends when its band goes, by undo as well as by the preset.
    rig.harness.state_mut().model().set_solo(Some(0));
    rig.harness.state_mut().model().undo();
    rig.frames(2);
    assert_eq!(rig.params.solo(), None);
}

#[test]
fn a_double_click_on_a_number_resets_it_even_on_a_slow_screen() {
    let mut rig = Rig::new("double-value", (1280.0, 800.0));
    set(&mut rig, &[("compressor.threshold", -33.0)]);
    let knob = rig.rect("Threshold");
    // The second click comes one picture after the first, before the entry field was ever shown.
    rig.double_click(egui::pos2(knob.center().x, knob.bottom() + 7.0));
    rig.frames(3);
    assert_eq!(rig.value("compressor.threshold"), -20.0);
    assert!(rig.harness.query_by_label("Value").is_none(), "no entry field stays open");
}
