//! Tessellates a picture's shapes in memory that is kept from picture to picture. egui's own tessellation
//! lets every mesh grow from nothing and frees it again, which takes a tenth of a picture's time.

use egui::emath::TSTransform;
use egui::epaint::{ClippedShape, Mesh, Primitive, TessellationOptions, Tessellator};
use egui::{ClippedPrimitive, Context, Shape};

/// Settings of the tessellator: pixels per point, options, and the size of the font texture.
type TessellationKey = (f32, TessellationOptions, [usize; 2]);

/// The triangles of the latest picture.
#[derive(Default)]
pub struct Triangles {
    tessellator: Option<(TessellationKey, Tessellator)>,
    primitives: Vec<ClippedPrimitive>,
    /// Empty meshes with spare memory; the last one is used next.
    spare: Vec<Mesh>,
}

impl Triangles {
    /// Returns the triangles of these shapes. They equal those of [`Context::tessellate`], except that small
    /// filled circles come from the font texture.
    pub fn of(
        &mut self,
        ctx: &Context,
        shapes: Vec<ClippedShape>,
        pixels_per_point: f32,
    ) -> &[ClippedPrimitive] {
        let texture = ctx.fonts(|fonts| fonts.font_image_size());
        let key = (pixels_per_point, ctx.options(|options| options.tessellation_options), texture);
        let kept = self.tessellator.take().filter(|(known, _)| *known == key);
        let (_, mut tessellator) =
            kept.unwrap_or_else(|| (key, Tessellator::new(pixels_per_point, key.1, texture, vec![])));
        // From the last on, so that each part reuses the memory that it needed before.
        while let Some(primitive) = self.primitives.pop() {
            self.keep(primitive);
        }
        for shape in shapes {
            if matches!(shape.shape, Shape::Noop) || !shape.clip_rect.is_positive() {
                continue;
            }
            if self.primitives.last().is_none_or(|last| last.clip_rect != shape.clip_rect) {
                self.drop_empty();
                let primitive = Primitive::Mesh(self.spare.pop().unwrap_or_default());
                self.primitives.push(ClippedPrimitive { clip_rect: shape.clip_rect, primitive });
            }
            match (&shape.shape, self.primitives.last_mut().map(|last| &mut last.primitive)) {
                // egui would compute the mesh's bounds first, to drop it if it lies outside.
                (Shape::Mesh(mesh), Some(Primitive::Mesh(whole)))
                    if mesh.texture_id == whole.texture_id
                        && shape.transform_after_tessellation == TSTransform::IDENTITY =>
                {
                    whole.append_ref(mesh);
                }
                _ => tessellator.tessellate_clipped_shape(shape, &mut self.primitives),
            }
        }
        self.drop_empty();
        self.tessellator = Some((key, tessellator));
        &self.primitives
    }

    /// Drops a part whose shapes all lie outside the visible area.
    fn drop_empty(&mut self) {
        let is_empty =
            |last: &mut ClippedPrimitive| matches!(&last.primitive, Primitive::Mesh(mesh) if mesh.is_empty());
        if let Some(empty) = self.primitives.pop_if(is_empty) {
            self.keep(empty);
        }
    }

    fn keep(&mut self, primitive: ClippedPrimitive) {
        if let Primitive::Mesh(Mesh { mut indices, mut vertices, .. }) = primitive.primitive {
            indices.clear();
            vertices.clear();
            self.spare.push(Mesh { indices, vertices, ..Mesh::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::epaint::Vertex;
    use egui::{Align2, Color32, FontId, RawInput, Rect, Stroke, pos2, vec2};

    fn room(primitives: &[ClippedPrimitive]) -> Vec<*const Vertex> {
        let meshes = primitives.iter().map(|primitive| match &primitive.primitive {
            Primitive::Mesh(mesh) => mesh.vertices.as_ptr(),
            Primitive::Callback(_) => std::ptr::null(),
        });
        meshes.collect()
    }

    fn same(a: &[ClippedPrimitive], b: &[ClippedPrimitive]) -> bool {
        let same = |(a, b): (&ClippedPrimitive, &ClippedPrimitive)| {
            let (Primitive::Mesh(mesh), Primitive::Mesh(other)) = (&a.primitive, &b.primitive) else {
                return false;
            };
            a.clip_rect == b.clip_rect && mesh == other
        };
        a.len() == b.len() && a.iter().zip(b).all(same)
    }

    #[test]
    fn triangles_equal_those_of_egui_and_reuse_memory() {
        let ctx = Context::default();
        let mut triangles = Triangles::default();
        let mut rooms = vec![];
        for (picture, scale) in [(0, 1.0), (1, 1.0), (2, 1.0), (3, 1.5), (3, 1.0), (2, 1.0)] {
            ctx.set_pixels_per_point(scale);
            let output = ctx.run_ui(RawInput::default(), |ui| {
                for part in 0..4 {
                    // The last part comes and goes.
                    let clip = Rect::from_min_size(pos2(100.0 * part as f32, 0.0), vec2(90.0, 90.0));
                    if part == 3 && picture % 2 == 1 {
                        continue;
                    }
                    let painter = ui.painter().with_clip_rect(clip);
                    let at = clip.min + vec2(5.0, 5.0);
                    painter.rect_filled(Rect::from_min_size(at, vec2(20.3, 9.7)), 3.0, Color32::RED);
                    let mut mesh = Mesh::default();
                    mesh.add_colored_rect(Rect::from_min_size(at, vec2(5.0, picture as f32)), Color32::BLUE);
                    painter.add(mesh);
                    painter.text(at, Align2::LEFT_TOP, "Text", FontId::proportional(12.0), Color32::WHITE);
                    painter.line_segment([at, at + vec2(30.0, 11.0)], Stroke::new(1.5, Color32::GREEN));
                    // Lies outside the clip rectangle.
                    let nowhere = Rect::from_min_size(pos2(700.0, 0.0), vec2(5.0, 5.0));
                    ui.painter().with_clip_rect(nowhere).rect_filled(clip, 0.0, Color32::RED);
                    ui.painter().with_clip_rect(Rect::NOTHING).rect_filled(clip, 0.0, Color32::RED);
                }
            });
            let expected = ctx.tessellate(output.shapes.clone(), scale);
            let found = triangles.of(&ctx, output.shapes.clone(), scale);
            assert!(same(found, &expected), "picture {picture} at {scale}");
            rooms.push(room(found));
            output.drop_without_applying_deltas();
        }
        assert_eq!(rooms[2], rooms[0]);
    }
}
