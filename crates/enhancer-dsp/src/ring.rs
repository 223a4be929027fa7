//! A delay line: what goes in comes out a number of steps later.

/// A ring that gives values back after a number of steps.
#[derive(Debug, Clone)]
pub(crate) struct Ring<T> {
    values: Box<[T]>,
    length: usize,
    place: usize,
    rest: T,
}

impl<T: Copy> Ring<T> {
    /// Room for delays up to `max_length`; holds `rest` at first. Allocates.
    pub(crate) fn new(max_length: usize, rest: T) -> Self {
        Self { values: vec![rest; max_length].into_boxed_slice(), length: max_length, place: 0, rest }
    }

    /// Sets the delay, at most the room, and forgets the past.
    pub(crate) fn set_length(&mut self, length: usize) {
        self.length = length.min(self.values.len());
        self.reset();
    }

    /// The delay in force.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Sets what comes out before anything that went in; counts from the next reset.
    pub(crate) fn set_rest(&mut self, rest: T) {
        self.rest = rest;
    }

    /// Forgets the past.
    pub(crate) fn reset(&mut self) {
        self.values.fill(self.rest);
        self.place = 0;
    }

    /// Puts `value` in and takes out the one put in `length` steps ago.
    #[inline(always)]
    pub(crate) fn exchange(&mut self, value: T) -> T {
        let Some(slot) = self.values.get_mut(self.place) else { return value };
        self.place = if self.place + 1 == self.length { 0 } else { self.place + 1 };
        core::mem::replace(slot, value)
    }

    /// Puts a run of values in without taking any out.
    pub(crate) fn put(&mut self, values: &[T]) {
        let mut rest = values;
        while !rest.is_empty() && self.length > 0 {
            let (now, later) = rest.split_at(rest.len().min(self.length - self.place));
            let Some(slots) = self.values.get_mut(self.place..self.place + now.len()) else { return };
            slots.copy_from_slice(now);
            self.place = if self.place + now.len() == self.length { 0 } else { self.place + now.len() };
            rest = later;
        }
    }

    /// Exchanges a run of values in place.
    pub(crate) fn process(&mut self, values: &mut [T]) {
        let mut rest = values;
        while !rest.is_empty() && self.length > 0 {
            let count = rest.len().min(self.length - self.place);
            let (now, later) = core::mem::take(&mut rest).split_at_mut(count);
            let Some(slots) = self.values.get_mut(self.place..self.place + count) else { return };
            now.swap_with_slice(slots);
            self.place = if self.place + count == self.length { 0 } else { self.place + count };
            rest = later;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_gives_back_what_went_in() {
        for length in [0, 1, 5, 64] {
            let input: Vec<f32> = (0..300).map(|n| ((n * n * 7 + n) % 101) as f32).collect();
            let mut output = input.clone();
            let mut ring = Ring::new(64, 0.5);
            ring.set_length(length);
            for (index, chunk) in output.chunks_mut(23).enumerate() {
                if index % 5 == 3 {
                    ring.put(chunk);
                    chunk.fill(f32::NAN);
                } else {
                    ring.process(chunk);
                }
            }
            for (n, &found) in output.iter().enumerate() {
                if n / 23 % 5 == 3 {
                    continue;
                }
                assert_eq!(found, if n < length { 0.5 } else { input[n - length] });
            }
        }
    }
}
