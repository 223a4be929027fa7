//! Pictures of a stream of any length in flat memory: when the list of points is full, neighbours merge and each
//! point covers twice the time.

/// Most points that an overview holds; it ends with at least half as many unless the stream is short.
pub const MAX_POINTS: usize = 4096;

/// What a point of an overview can do.
pub(crate) trait Point: Copy {
    /// The point over both spans.
    fn merge(self, later: Self) -> Self;
}

#[derive(Debug, Clone)]
pub(crate) struct Overview<P> {
    points: Vec<P>,
    /// Inputs to a full point.
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

    /// Inputs to a point.
    pub(crate) fn per_point(&self) -> u64 {
        self.per_point
    }

    /// All points in order, the last over the span that is left.
    pub(crate) fn points(&self) -> impl Iterator<Item = P> {
        self.points.iter().copied().chain(self.pending.map(|(point, _)| point))
    }
}

/// The picture of a waveform: lowest and highest sample of each stretch of time, over all channels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Waveform {
    /// Time that a bin covers, s; the last may be shorter.
    pub bin_seconds: f64,
    /// The bins in order, at most [`MAX_POINTS`] of them.
    pub bins: Vec<WaveformBin>,
}

/// A stretch of the waveform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaveformBin {
    /// Lowest sample of any channel.
    pub min: f32,
    /// Highest sample of any channel.
    pub max: f32,
    /// Root mean square over the channels.
    pub rms: f32,
}

/// Sums of a stretch, from which a bin is made.
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
    fn nothing_is_lost_and_memory_is_bounded() {
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
