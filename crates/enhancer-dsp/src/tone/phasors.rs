//! The source of the harmonics: a chunk of a pair as an analytic signal, and its envelope.

use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::simd::{Isa, Vector};

/// A chunk of a pair.
type Chunk = [Lanes; MAX_CHUNK_FRAMES];

/// Frames that are divided by their envelope together.
pub(super) const GROUP: usize = 4;

/// The analytic signal `real + i imaginary` of a chunk of a pair.
pub(super) struct Phasors {
    pub(super) real: Chunk,
    pub(super) imaginary: Chunk,
    /// Power of the envelope. [`put_back`](Self::put_back) replaces it by the envelope.
    pub(super) level: Chunk,
}

/// A group of phasors divided by their envelope, and the envelope.
pub(super) struct Unit<V> {
    pub(super) real: V,
    pub(super) imaginary: V,
    pub(super) level: V,
}

impl Phasors {
    /// A silent chunk with envelope 1.
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self {
            real: [[0.0; 2]; MAX_CHUNK_FRAMES],
            imaginary: [[0.0; 2]; MAX_CHUNK_FRAMES],
            level: [[1.0; 2]; MAX_CHUNK_FRAMES],
        }
    }

    /// Stores a frame and the power of its envelope.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "callers pass a frame below MAX_CHUNK_FRAMES")]
    pub(super) fn set<V>(&mut self, frame: usize, [real, imaginary]: [V; 2], power: V)
    where
        V: Vector<Element = f64, Array = Lanes>,
    {
        power.store(&mut self.level[frame]);
        real.store(&mut self.real[frame]);
        imaginary.store(&mut self.imaginary[frame]);
    }

    /// A group divided by its envelope; `None` beyond the chunk.
    #[inline(always)]
    pub(super) fn unit<I: Isa>(&self, group: usize) -> Option<Unit<I::D8>> {
        let level = I::D8::load(of_group(&self.level, group)?).sqrt();
        let inverse = I::D8::splat(1.0) / level;
        let real = I::D8::load(of_group(&self.real, group)?) * inverse;
        let imaginary = I::D8::load(of_group(&self.imaginary, group)?) * inverse;
        Some(Unit { real, imaginary, level })
    }

    /// Stores a divided group and its envelope.
    #[inline(always)]
    pub(super) fn put_back<I: Isa>(&mut self, group: usize, unit: Unit<I::D8>) {
        let values = [unit.real, unit.imaginary, unit.level];
        for (chunk, value) in [&mut self.real, &mut self.imaginary, &mut self.level].into_iter().zip(values) {
            store::<I>(chunk, group, value);
        }
    }

    /// Replaces the real part of a group.
    #[inline(always)]
    pub(super) fn replace_real<I: Isa>(&mut self, group: usize, values: I::D8) {
        store::<I>(&mut self.real, group, values);
    }
}

#[inline(always)]
fn of_group(chunk: &Chunk, group: usize) -> Option<&[f64; 2 * GROUP]> {
    chunk.as_flattened().as_chunks().0.get(group)
}

#[inline(always)]
fn store<I: Isa>(chunk: &mut Chunk, group: usize, values: I::D8) {
    if let Some(place) = chunk.as_flattened_mut().as_chunks_mut().0.get_mut(group) {
        values.store(place);
    }
}
