//! What a picture costs: bounds on what goes to the graphics driver, whatever plays.

#[path = "stage.rs"]
mod stage;

use egui::epaint::{ClippedPrimitive, Primitive};
use egui::{Color32, Event, Key, Modifiers, Pos2, Rect, pos2};
use enhancer_dsp::{ParamId, ParamKind};
use stage::{PICTURES_PER_SECOND, Stage, amount};
use std::time::Duration;

/// A picture in which everything moves.
fn moving(size: (f32, f32), scale: f32) -> Vec<ClippedPrimitive> {
    let mut stage = played(size, scale);
    let output = stage.lay_out(6.0);
    stage.triangles(output.shapes).to_vec()
}

/// A window after 6 s, so that the histories are full.
fn played(size: (f32, f32), scale: f32) -> Stage {
    let mut stage = Stage::new(size, scale);
    for picture in 0..6 * PICTURES_PER_SECOND {
        stage.play(picture);
        stage.lay_out(picture as f64 / PICTURES_PER_SECOND as f64);
    }
    stage
}

/// How often the triangles cover the window.
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
fn a_picture_in_which_everything_moves_takes_few_triangles_and_layers() {
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
fn when_the_sound_stops_pictures_go_on_until_nothing_moves() {
    let mut stage = Stage::new((1280.0, 800.0), 1.0);
    let asks = |stage: &mut Stage, time_s: f64| {
        let output = stage.lay_out(time_s);
        output.viewport_output.values().any(|viewport| viewport.repaint_delay < Duration::from_secs(3600))
    };
    for picture in 0..60 {
        stage.play(picture);
        stage.lay_out(picture as f64 / PICTURES_PER_SECOND as f64);
    }
    for tenth in 0..60 {
        let asked = asks(&mut stage, 3.0 + 0.1 * f64::from(tenth));
        assert!(asked, "the bars still fall after {tenth} tenths of a second");
    }
    (0..40).for_each(|tenth| drop(stage.lay_out(9.0 + 0.1 * f64::from(tenth))));
    assert!(!asks(&mut stage, 14.0), "a picture of nothing new");
}

/// A picture's corners with their colours, by the part of the window that shows them.
type Corners = Vec<(Rect, Vec<(Pos2, Color32)>)>;

/// What a window shows that stands still.
fn seen(stage: &mut Stage) -> Corners {
    (0..2).for_each(|_| drop(stage.lay_out(6.0)));
    let output = stage.lay_out(6.0);
    let corners = |primitive: &ClippedPrimitive| {
        let Primitive::Mesh(mesh) = &primitive.primitive else { panic!("no mesh") };
        let corner = |index: &u32| mesh.vertices[*index as usize];
        let corners = mesh.indices.iter().map(corner).map(|corner| (corner.pos, corner.color));
        (primitive.clip_rect, corners.collect())
    };
    stage.triangles(output.shapes).iter().map(corners).collect()
}

/// Whether a picture of which all is drawn anew shows something else.
fn is_stale(stage: &mut Stage) -> bool {
    let old = seen(stage);
    stage.context.data_mut(|data| data.clear());
    old != seen(stage)
}

fn resize(stage: &mut Stage, size: (f32, f32), scale: f32) {
    stage.scale = scale;
    stage.input.screen_rect = Some(Rect::from_min_size(Pos2::ZERO, size.into()));
    stage.input.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point = Some(scale);
}

#[test]
fn what_is_kept_from_the_last_picture_is_never_stale() {
    let mut stage = played((1280.0, 800.0), 1.0);
    let mut stale = vec![];
    let mut before = seen(&mut stage);
    let mut changes = 0;
    // One band of those that are on, and one that is not.
    let of_interest =
        |id: &str| !id.contains(".bands.") || id.contains(".bands.1.") || id.contains(".bands.9.");
    let all = ParamId::all().filter(|id| of_interest(&id.to_string()));
    for id in all.flat_map(|id| [id, id]) {
        let slot = stage.app.model().slot(&id.to_string());
        let value = stage.app.model().value(slot);
        let position = if id.spec.kind.position_of(value) < 0.5 { 0.7 } else { 0.2 };
        let other = match id.spec.kind {
            ParamKind::Switch => 1.0 - value,
            kind => kind.value_at(position),
        };
        stage.app.model().set(&[(slot, other)]);
        if is_stale(&mut stage) {
            stale.push(format!("{id} at {other}"));
        }
        let now = seen(&mut stage);
        changes += usize::from(now != before);
        before = now;
    }
    for (name, change) in [
        ("solo", (|stage| stage.app.model().set_solo(Some(1))) as fn(&mut Stage)),
        ("B", |stage| stage.app.model().swap()),
        ("a preset", |stage| stage.app.model().load(&Default::default(), "")),
        ("undo", |stage| assert!(stage.app.model().undo())),
        ("sound", |stage| (0..3).for_each(|picture| stage.play(picture))),
    ] {
        change(&mut stage);
        if is_stale(&mut stage) {
            stale.push(name.to_owned());
        }
    }
    for step in 0..99 {
        let at = pos2(13.0 + 97.0 * (step % 13) as f32, 9.0 + 103.0 * (step / 13) as f32);
        stage.input.events = vec![Event::PointerMoved(at)];
        if is_stale(&mut stage) {
            stale.push(format!("the pointer at {at}"));
        }
    }
    stage.input.events = vec![Event::PointerGone];
    drop(stage.lay_out(6.0));
    for step in 0..75 {
        let (key, physical_key, modifiers) = (Key::Tab, None, Modifiers::NONE);
        stage.input.events = vec![Event::Key { key, physical_key, pressed: true, repeat: false, modifiers }];
        drop(stage.lay_out(6.0));
        stage.input.events.clear();
        if is_stale(&mut stage) {
            stale.push(format!("the keyboard at {step}"));
        }
    }
    for (size, scale) in [((1280.0, 800.0), 1.25), ((1291.0, 800.0), 1.25), ((1920.0, 1200.0), 1.0)] {
        resize(&mut stage, size, scale);
        if is_stale(&mut stage) {
            stale.push(format!("{size:?} * {scale}"));
        }
    }
    assert!(stale.is_empty(), "{} stale:\n{}", stale.len(), stale.join("\n"));
    assert!(changes > 75, "{changes} values are seen");
}
