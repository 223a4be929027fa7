//! A stream of any length as a bounded number of points: when the list is full, neighbours merge, and each
//! point covers twice the time.

/// Largest number of points. An overview ends with half as many or more, unless the stream is shorter.
pub const MAX_POINTS: usize = 4096;

/// A point of an overview.
pub(crate) trait Point: Copy {
    /// Merges two neighbouring points.
    fn merge(self, later: Self) -> Self;
}

#[derive(Debug, Clone)]
pub(crate) struct Overview<P> {
    points: Vec<P>,
    /// Inputs per full point.
    per_point: u64,
    pending: Option<(P, u64)>,
}

impl<P: Point> Overview<P> {
    pub(crate) fn new() -> Self {
        Self { points: Vec::with_capacity(MAX_POINTS), per_point: 1, pending: None }
    }

    pub(crate) fn reset(&mut self) {
        self.points.clear();
        self.per_point = 1;
        self.pending = None;
    }

    #[expect(clippy::indexing_slicing, reason = "the list has MAX_POINTS points when they merge in pairs")]
    pub(crate) fn push(&mut self, input: P) {
        let (point, count) = match self.pending {
            Some((point, count)) => (point.merge(input), count + 1),
            None => (input, 1),
        };
        if count < self.per_point {
            self.pending = Some((point, count));
            return;
        }
        self.pending = None;
        self.points.push(point);
        if self.points.len() == MAX_POINTS {
            for index in 0..MAX_POINTS / 2 {
                self.points[index] = self.points[2 * index].merge(self.points[2 * index + 1]);
            }
            self.points.truncate(MAX_POINTS / 2);
            self.per_point *= 2;
        }
    }

    /// Inputs per point.
    pub(crate) fn per_point(&self) -> u64 {
        self.per_point
    }

    /// All points in order. The last one may cover a shorter time.
    pub(crate) fn points(&self) -> impl Iterator<Item = P> {
        self.points.iter().copied().chain(self.pending.map(|(point, _)| point))
    }
}

/// A waveform over time: lowest and highest sample of each time step, over all channels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Waveform {
    /// Time per bin, s. The last bin may be shorter.
    pub bin_seconds: f64,
    /// The bins in order, at most [`MAX_POINTS`] of them.
    pub bins: Vec<WaveformBin>,
}

/// One time step of a [`Waveform`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveformBin {
    /// Lowest sample of any channel.
    pub min: f32,
    /// Highest sample of any channel.
    pub max: f32,
    /// Root mean square over the channels.
    pub rms: f32,
}

/// Sums of one time step, before its bin is computed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaveformSums {
    pub(crate) min: f32,
    pub(crate) max: f32,
    pub(crate) energy: f64,
    pub(crate) samples: u64,
}

impl Point for WaveformSums {
    fn merge(self, later: Self) -> Self {
        Self {
            min: self.min.min(later.min),
            max: self.max.max(later.max),
            energy: self.energy + later.energy,
            samples: self.samples + later.samples,
        }
    }
}

impl WaveformSums {
    pub(crate) fn bin(self) -> WaveformBin {
        let rms = (self.energy / self.samples.max(1) as f64).sqrt() as f32;
        WaveformBin { min: self.min, max: self.max, rms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Point for u64 {
        fn merge(self, later: Self) -> Self {
            self + later
        }
    }

    #[test]
    fn every_input_counts_and_memory_is_bounded() {
        for count in [0u64, 1, 4095, 4096, 4097, 100_003] {
            let mut overview = Overview::new();
            (0..count).for_each(|n| overview.push(n));
            let points: Vec<u64> = overview.points().collect();
            assert_eq!(points.iter().sum::<u64>(), count * count.saturating_sub(1) / 2);
            assert!(
                points.len() as u64 == count.div_ceil(overview.per_point()) && points.len() <= MAX_POINTS
            );
            assert!(count < 4096 || points.len() >= MAX_POINTS / 2);
        }
    }
}
