//! Slicing within bounds that the surrounding code guarantees and the compiler cannot see.
//!
//! The core denies `clippy::indexing_slicing`, because an index that fails stops the audio thread. Code takes
//! the first of these that fits:
//!
//! 1. Iterate: `zip`, `chunks`, `as_chunks`, `first_chunk`.
//! 2. [`first_frames`] for an array with one value per frame of a [`Block`](crate::block::Block).
//! 3. [`part`] for any other range. Debug builds and tests panic where the range does not fit.
//! 4. `#[expect(clippy::indexing_slicing, reason = "…")]` on one function, where a constant, a remainder or
//!    the length of the chunk bounds every index. The reason names the bound.
//!
//! `get(range).unwrap_or_default()` alone is none of these: it turns a mistake into silence. The crate's
//! `clippy.toml` forbids it.

use crate::block::MAX_CHUNK_FRAMES;
use core::slice::SliceIndex;

/// The values of the first `frames` frames; at most [`MAX_CHUNK_FRAMES`], as [`Block::frames`] guarantees.
///
/// [`Block::frames`]: crate::block::Block::frames
#[inline(always)]
pub(crate) fn first_frames<T>(values: &[T; MAX_CHUNK_FRAMES], frames: usize) -> &[T] {
    part(values, ..frames)
}

/// [`first_frames`], to write to.
#[inline(always)]
pub(crate) fn first_frames_mut<T>(values: &mut [T; MAX_CHUNK_FRAMES], frames: usize) -> &mut [T] {
    part_mut(values, ..frames)
}

/// `values[range]` for a range that the caller keeps within bounds.
///
/// Where it does not fit, debug builds panic and release builds return an empty slice.
#[inline(always)]
#[expect(clippy::disallowed_methods, reason = "the assertion reports the mistake")]
pub(crate) fn part<T>(values: &[T], range: impl SliceIndex<[T], Output = [T]>) -> &[T] {
    let part = values.get(range);
    debug_assert!(part.is_some(), "a range beyond {} values", values.len());
    part.unwrap_or_default()
}

/// [`part`], to write to.
#[inline(always)]
#[expect(clippy::disallowed_methods, reason = "the assertion reports the mistake")]
pub(crate) fn part_mut<T>(values: &mut [T], range: impl SliceIndex<[T], Output = [T]>) -> &mut [T] {
    let length = values.len();
    let part = values.get_mut(range);
    debug_assert!(part.is_some(), "a range beyond {length} values");
    part.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_within_bounds_are_the_slice() {
        let mut values: [usize; MAX_CHUNK_FRAMES] = core::array::from_fn(|n| n);
        assert_eq!(first_frames(&values, 3), [0, 1, 2]);
        assert_eq!(first_frames(&values, MAX_CHUNK_FRAMES).len(), MAX_CHUNK_FRAMES);
        assert_eq!(part(&values, 5..7), [5, 6]);
        first_frames_mut(&mut values, 2).fill(9);
        assert_eq!(part_mut(&mut values, 1..3), [9, 2]);
    }

    #[cfg(debug_assertions)]
    #[test]
    #[should_panic(expected = "beyond 64 values")]
    fn a_range_out_of_bounds_fails_tests() {
        first_frames(&[0.0; MAX_CHUNK_FRAMES], MAX_CHUNK_FRAMES + 1);
    }

    #[cfg(not(debug_assertions))]
    #[test]
    fn a_range_out_of_bounds_is_empty_in_release_builds() {
        assert_eq!(first_frames(&[0.0; MAX_CHUNK_FRAMES], MAX_CHUNK_FRAMES + 1), []);
    }
}
