//! Reorders channels into the order of WAVE's speakers.

use crate::audio::block::Block;
use crate::audio::stream::{Decoder, Shape};

/// A decoder that returns its channels in another order.
pub(super) struct Reordered {
    decoder: Box<dyn Decoder>,
    /// For each channel of the output, its place in the file.
    order: Vec<usize>,
    decoded: Block,
}

impl Reordered {
    pub(super) fn new(decoder: Box<dyn Decoder>, order: Vec<usize>) -> Self {
        Self { decoder, order, decoded: Block::default() }
    }
}

impl Decoder for Reordered {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        self.decoded.clear();
        let shape = self.decoder.decode(data, &mut self.decoded)?;
        block.planes.resize_with(self.order.len(), Vec::new);
        for (plane, &from) in block.planes.iter_mut().zip(&self.order) {
            plane.extend(self.decoded.planes.get(from).into_iter().flatten());
        }
        Ok(shape)
    }

    fn reset(&mut self) {
        self.decoder.reset();
    }
}
