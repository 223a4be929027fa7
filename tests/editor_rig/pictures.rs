//! Limits on the cost of a picture: vertices, triangles and layers sent to the graphics driver.

#[path = "playing_editor.rs"]
mod playing_editor;

use egui::epaint::{ClippedPrimitive, Primitive};
use egui::{Color32, Event, Key, Modifiers, Pos2, Rect, pos2};
use enhancer_dsp::{ParamId, ParamKind};
use playing_editor::{PICTURES_PER_SECOND, PlayingEditor, amount};
use std::time::Duration;

/// The triangles of a picture in which everything moves.
fn moving(size: (f32, f32), scale: f32) -> Vec<ClippedPrimitive> {
    let mut editor = played(size, scale);
    let output = editor.lay_out(6.0);
    editor.triangles(output.shapes).to_vec()
}

/// An editor after 6 s of sound, so that its histories are full.
fn played(size: (f32, f32), scale: f32) -> PlayingEditor {
    let mut editor = PlayingEditor::new(size, scale);
    for picture in 0..6 * PICTURES_PER_SECOND {
        editor.play(picture);
        editor.lay_out(picture as f64 / PICTURES_PER_SECOND as f64);
    }
    editor
}

/// Area of all triangles, in areas of the window.
fn layers(primitives: &[ClippedPrimitive], size: (f32, f32)) -> f32 {
    let area = |primitive: &ClippedPrimitive| -> f32 {
        let Primitive::Mesh(mesh) = &primitive.primitive else { return 0.0 };
        let corner = |index: &u32| primitive.clip_rect.clamp(mesh.vertices[*index as usize].pos);
        let triangle = |corners: &[u32]| {
            let (a, b) =
                (corner(&corners[1]) - corner(&corners[0]), corner(&corners[2]) - corner(&corners[0]));
            0.5 * (a.x * b.y - a.y * b.x).abs()
        };
        mesh.indices.chunks(3).map(triangle).sum()
    };
    primitives.iter().map(area).sum::<f32>() / (size.0 * size.1)
}

#[test]
fn a_picture_in_which_everything_moves_has_few_triangles_and_layers() {
    for (size, scale, most) in [
        ((800.0, 500.0), 1.0, 20_000),
        ((1280.0, 800.0), 1.0, 22_500),
        ((1280.0, 800.0), 2.0, 30_500),
        ((3840.0, 2160.0), 1.0, 31_500),
    ] {
        let primitives = moving(size, scale);
        let (vertices, triangles) = amount(&primitives);
        assert!(vertices <= most, "{vertices} vertices at {size:?} * {scale}");
        assert!(triangles <= most * 13 / 10, "{triangles} triangles at {size:?} * {scale}");
        let layers = layers(&primitives, size);
        assert!(layers < 2.0, "{layers} layers at {size:?} * {scale}");
    }
}

#[test]
fn after_the_sound_stops_pictures_go_on_until_nothing_moves() {
    let mut editor = PlayingEditor::new((1280.0, 800.0), 1.0);
    let asks = |editor: &mut PlayingEditor, time_s: f64| {
        let output = editor.lay_out(time_s);
        output.viewport_output.values().any(|viewport| viewport.repaint_delay < Duration::from_secs(3600))
    };
    for picture in 0..60 {
        editor.play(picture);
        editor.lay_out(picture as f64 / PICTURES_PER_SECOND as f64);
    }
    for tenth in 0..60 {
        let asked = asks(&mut editor, 3.0 + 0.1 * f64::from(tenth));
        assert!(asked, "the bars still fall after {tenth} tenths of a second");
    }
    (0..40).for_each(|tenth| drop(editor.lay_out(9.0 + 0.1 * f64::from(tenth))));
    assert!(!asks(&mut editor, 14.0), "no picture without a change");
}

/// Corners of a picture with their colours, by clip rectangle.
type Corners = Vec<(Rect, Vec<(Pos2, Color32)>)>;

/// The corners of a picture at rest.
fn seen(editor: &mut PlayingEditor) -> Corners {
    (0..2).for_each(|_| drop(editor.lay_out(6.0)));
    let output = editor.lay_out(6.0);
    let corners = |primitive: &ClippedPrimitive| {
        let Primitive::Mesh(mesh) = &primitive.primitive else { panic!("no mesh") };
        let corner = |index: &u32| mesh.vertices[*index as usize];
        let corners = mesh.indices.iter().map(corner).map(|corner| (corner.pos, corner.color));
        (primitive.clip_rect, corners.collect())
    };
    editor.triangles(output.shapes).iter().map(corners).collect()
}

/// True if a picture drawn without the kept strokes differs from one drawn with them.
fn is_stale(editor: &mut PlayingEditor) -> bool {
    let old = seen(editor);
    editor.context.data_mut(|data| data.clear());
    old != seen(editor)
}

fn resize(editor: &mut PlayingEditor, size: (f32, f32), scale: f32) {
    editor.scale = scale;
    editor.input.screen_rect = Some(Rect::from_min_size(Pos2::ZERO, size.into()));
    editor.input.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point = Some(scale);
}

#[test]
fn strokes_kept_from_the_last_picture_are_never_stale() {
    let mut editor = played((1280.0, 800.0), 1.0);
    let mut stale = vec![];
    let mut before = seen(&mut editor);
    let mut changes = 0;
    // One band that is on, and one that is off.
    let of_interest =
        |id: &str| !id.contains(".bands.") || id.contains(".bands.1.") || id.contains(".bands.9.");
    let all = ParamId::all().filter(|id| of_interest(&id.to_string()));
    for id in all.flat_map(|id| [id, id]) {
        let slot = editor.app.model().slot(&id.to_string());
        let value = editor.app.model().value(slot);
        let position = if id.spec.kind.position_of(value) < 0.5 { 0.7 } else { 0.2 };
        let other = match id.spec.kind {
            ParamKind::Switch => 1.0 - value,
            kind => kind.value_at(position),
        };
        editor.app.model().set(&[(slot, other)]);
        if is_stale(&mut editor) {
            stale.push(format!("{id} at {other}"));
        }
        let now = seen(&mut editor);
        changes += usize::from(now != before);
        before = now;
    }
    for (name, change) in [
        ("solo", (|editor| editor.app.model().set_solo(Some(1))) as fn(&mut PlayingEditor)),
        ("B", |editor| editor.app.model().swap()),
        ("a preset", |editor| editor.app.model().load(&Default::default(), "")),
        ("undo", |editor| assert!(editor.app.model().undo())),
        ("sound", |editor| (0..3).for_each(|picture| editor.play(picture))),
    ] {
        change(&mut editor);
        if is_stale(&mut editor) {
            stale.push(name.to_owned());
        }
    }
    for step in 0..99 {
        let at = pos2(13.0 + 97.0 * (step % 13) as f32, 9.0 + 103.0 * (step / 13) as f32);
        editor.input.events = vec![Event::PointerMoved(at)];
        if is_stale(&mut editor) {
            stale.push(format!("the pointer at {at}"));
        }
    }
    editor.input.events = vec![Event::PointerGone];
    drop(editor.lay_out(6.0));
    for step in 0..75 {
        let (key, physical_key, modifiers) = (Key::Tab, None, Modifiers::NONE);
        editor.input.events = vec![Event::Key { key, physical_key, pressed: true, repeat: false, modifiers }];
        drop(editor.lay_out(6.0));
        editor.input.events.clear();
        if is_stale(&mut editor) {
            stale.push(format!("the keyboard at {step}"));
        }
    }
    for (size, scale) in [((1280.0, 800.0), 1.25), ((1291.0, 800.0), 1.25), ((1920.0, 1200.0), 1.0)] {
        resize(&mut editor, size, scale);
        if is_stale(&mut editor) {
            stale.push(format!("{size:?} * {scale}"));
        }
    }
    assert!(stale.is_empty(), "{} stale:\n{}", stale.len(), stale.join("\n"));
    assert!(changes > 75, "{changes} values are seen");
}
