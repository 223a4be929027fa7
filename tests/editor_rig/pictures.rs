//! What a picture costs: bounds on what goes to the graphics driver, whatever plays.

#[path = "stage.rs"]
mod stage;

use egui::epaint::{ClippedPrimitive, Primitive};
use stage::{PICTURES_PER_SECOND, Stage, amount};
use std::time::Duration;

/// A picture in which everything moves, after 6 s, so that the histories are full.
fn moving(size: (f32, f32), scale: f32) -> Vec<ClippedPrimitive> {
    let mut stage = Stage::new(size, scale);
    for picture in 0..6 * PICTURES_PER_SECOND {
        stage.play(picture);
        stage.lay_out(picture as f64 / PICTURES_PER_SECOND as f64);
    }
    let output = stage.lay_out(6.0);
    stage.triangles(output.shapes).to_vec()
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
