//! A delay line: a value leaves a fixed number of steps after it entered.

/// A circular buffer that returns each value `length` steps after it entered.
#[derive(Debug, Clone)]
pub(crate) struct DelayLine<T> {
    values: Box<[T]>,
    length: usize,
    /// Index of the oldest value; below `length`, or 0 where `length` is 0.
    place: usize,
    rest: T,
}

impl<T: Copy> DelayLine<T> {
    /// A delay of `max_length` steps, filled with `rest`. Allocates.
    pub(crate) fn new(max_length: usize, rest: T) -> Self {
        Self { values: vec![rest; max_length].into_boxed_slice(), length: max_length, place: 0, rest }
    }

    /// Sets the delay in steps, at most the `max_length` of `new`, and resets.
    pub(crate) fn set_length(&mut self, length: usize) {
        self.length = length.min(self.values.len());
        self.reset();
    }

    /// Current delay, steps.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// Sets the value that fills the line at the next reset.
    pub(crate) fn set_rest(&mut self, rest: T) {
        self.rest = rest;
    }

    /// Fills the line with the rest value.
    pub(crate) fn reset(&mut self) {
        self.values.fill(self.rest);
        self.place = 0;
    }

    /// Stores `value` and returns the one stored `length` steps ago.
    #[inline(always)]
    pub(crate) fn exchange(&mut self, value: T) -> T {
        let Some(slot) = self.values.get_mut(self.place) else { return value };
        self.place = if self.place + 1 == self.length { 0 } else { self.place + 1 };
        core::mem::replace(slot, value)
    }

    /// Stores values without returning any.
    pub(crate) fn put(&mut self, values: &[T]) {
        let mut rest = values;
        while !rest.is_empty() && self.length > 0 {
            let (now, later) = rest.split_at(rest.len().min(self.length - self.place));
            let Some(slots) = self.next_slots(now.len()) else { return };
            slots.copy_from_slice(now);
            rest = later;
        }
    }

    /// Exchanges values in place.
    pub(crate) fn process(&mut self, values: &mut [T]) {
        let mut rest = values;
        while !rest.is_empty() && self.length > 0 {
            let count = rest.len().min(self.length - self.place);
            let (now, later) = core::mem::take(&mut rest).split_at_mut(count);
            let Some(slots) = self.next_slots(count) else { return };
            now.swap_with_slice(slots);
            rest = later;
        }
    }

    /// The oldest `count` values; moves past them. Callers keep `count` within the end of the buffer, so the
    /// result is never `None`.
    #[inline(always)]
    fn next_slots(&mut self, count: usize) -> Option<&mut [T]> {
        let place = self.place;
        self.place = if place + count == self.length { 0 } else { place + count };
        let slots = self.values.get_mut(place..place + count);
        debug_assert!(slots.is_some(), "{count} values from {place} on");
        slots
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_measure::signal::white_noise;

    #[test]
    fn values_leave_after_the_set_number_of_steps() {
        for length in [0, 1, 5, 64] {
            let input = white_noise(1.0, 1, 300);
            let mut output = input.clone();
            let mut line = DelayLine::new(64, 0.5);
            line.set_length(length);
            for (index, chunk) in output.chunks_mut(23).enumerate() {
                if index % 5 == 3 {
                    line.put(chunk);
                    chunk.fill(f32::NAN);
                } else {
                    line.process(chunk);
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
