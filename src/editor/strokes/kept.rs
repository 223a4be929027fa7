//! Keeps strokes from picture to picture: reuses the memory of meshes, and the meshes of pictures that do not
//! change.

use super::Strokes;
use egui::epaint::Mesh;
use egui::{Id, Painter};
use std::collections::VecDeque;
use std::sync::Arc;

/// Meshes of the latest pictures, oldest first. Their memory serves the next picture.
type SpareMeshes = VecDeque<Arc<Mesh>>;

/// Largest number of meshes kept: more than one picture has.
const MOST_ROOM: usize = 16;

/// A mesh with the key that it depends on, and its pixels per point.
type Kept<K> = (K, f32, Arc<Mesh>);

impl Strokes {
    /// Starts an empty mesh for this painter's pixels.
    #[must_use]
    pub(crate) fn new(painter: &Painter) -> Self {
        let oldest = painter.ctx().data_mut(|data| {
            let room = data.get_temp_mut_or_default::<SpareMeshes>(Id::NULL);
            // A mesh of the present picture is still in use.
            if Arc::strong_count(room.front()?) == 1 { room.pop_front() } else { None }
        });
        let mut mesh = oldest.and_then(Arc::into_inner).unwrap_or_default();
        mesh.indices.clear();
        mesh.vertices.clear();
        Self { mesh, pixel: 1.0 / painter.pixels_per_point() }
    }

    /// Draws the mesh. Its memory serves a later picture.
    pub(crate) fn paint(self, painter: &Painter) {
        let mesh = Arc::new(self.mesh);
        painter.ctx().data_mut(|data| {
            let room = data.get_temp_mut_or_default::<SpareMeshes>(Id::NULL);
            if room.len() == MOST_ROOM {
                room.pop_front();
            }
            room.push_back(mesh.clone());
        });
        painter.add(mesh);
    }

    /// Draws the strokes that `draw` adds. Keeps them under `id` until `key` or the screen's pixels change,
    /// so `key` must contain everything that they depend on.
    pub(crate) fn kept<K: Clone + PartialEq + Send + Sync + 'static>(
        painter: &Painter,
        id: Id,
        key: K,
        draw: impl FnOnce(&mut Self),
    ) {
        let pixels_per_point = painter.pixels_per_point();
        let known = painter.ctx().data(|data| data.get_temp::<Kept<K>>(id));
        let known = known.filter(|known| known.0 == key && known.1 == pixels_per_point);
        let mesh = known.map_or_else(
            || {
                let mut strokes = Self { mesh: Mesh::default(), pixel: 1.0 / pixels_per_point };
                draw(&mut strokes);
                let mesh = Arc::new(strokes.mesh);
                let kept: Kept<K> = (key, pixels_per_point, mesh.clone());
                painter.ctx().data_mut(|data| data.insert_temp(id, kept));
                mesh
            },
            |known| known.2,
        );
        painter.add(mesh);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Color32, Rangef, Shape, Stroke};

    #[test]
    fn the_next_picture_reuses_the_memory_of_the_last() {
        let ctx = egui::Context::default();
        let mut places: Vec<Vec<*const egui::epaint::Vertex>> = vec![];
        for _ in 0..4 {
            let output = ctx.run_ui(egui::RawInput::default(), |ui| {
                for lines in [1, 30, 5] {
                    let mut strokes = Strokes::new(ui.painter());
                    for line in 0..lines {
                        strokes.level(Rangef::new(0.0, 10.0), line as f32, Stroke::new(1.0, Color32::WHITE));
                    }
                    strokes.paint(ui.painter());
                }
            });
            let meshes = output.shapes.iter().filter_map(|shape| match &shape.shape {
                Shape::Mesh(mesh) => Some(mesh.vertices.as_ptr()),
                _ => None,
            });
            places.push(meshes.collect());
            output.drop_without_applying_deltas();
        }
        assert_eq!(places[0].len(), 3);
        assert!(places[1..].iter().all(|next| *next == places[0]), "{places:?}");
    }
}
