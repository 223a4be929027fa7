//! A histogram of mean squares in bins of 0.05 dB: gated means and percentiles of a stream of any length in
//! bounded memory.
//!
//! Each bin stores the sum of its entries. So a mean is exact except for the one bin that contains the gate,
//! which counts as a whole, by its mean. A percentile is exact to the bin.

const FLOOR_DB: f64 = -120.0;
const BINS_PER_DB: f64 = 20.0;
/// Number of bins, −120 to +60 dB.
const BINS: usize = 3600;

#[derive(Debug, Clone, Copy, Default)]
struct Bin {
    count: u64,
    sum: f64,
}

impl Bin {
    fn mean(self) -> f64 {
        self.sum / self.count as f64
    }
}

#[derive(Debug, Clone)]
pub(crate) struct EnergyHistogram {
    bins: Box<[Bin]>,
    /// Number of entries, those below the floor included.
    count: u64,
}

impl EnergyHistogram {
    pub(crate) fn new() -> Self {
        Self { bins: vec![Bin::default(); BINS].into_boxed_slice(), count: 0 }
    }

    pub(crate) fn reset(&mut self) {
        self.bins.fill(Bin::default());
        self.count = 0;
    }

    /// Adds an entry. An entry below −120 dB counts, but belongs to no bin.
    pub(crate) fn add(&mut self, energy: f64) {
        self.count += 1;
        let level_db = 10.0 * energy.log10();
        if level_db >= FLOOR_DB {
            let index = ((level_db - FLOOR_DB) * BINS_PER_DB) as usize;
            if let Some(bin) = self.bins.get_mut(index.min(BINS - 1)) {
                bin.count += 1;
                bin.sum += energy;
            }
        }
    }

    /// Mean of the entries above `gate`; `None` without any.
    pub(crate) fn mean_above(&self, gate: f64) -> Option<f64> {
        let (count, sum) =
            self.above(gate).fold((0, 0.0), |(count, sum), bin| (count + bin.count, sum + bin.sum));
        (count > 0).then(|| sum / count as f64)
    }

    /// The entries at two `shares`, 0 to 1 of the entries above `gate` in ascending order.
    pub(crate) fn percentiles_above(&self, gate: f64, shares: [f64; 2]) -> Option<[f64; 2]> {
        let count: u64 = self.above(gate).map(|bin| bin.count).sum();
        let last = count.checked_sub(1)?;
        Some(shares.map(|share| {
            let rank = (last as f64 * share).round() as u64;
            let mut seen = 0;
            let bin = self.above(gate).find(|bin| {
                seen += bin.count;
                seen > rank
            });
            bin.map_or(0.0, |bin| bin.mean())
        }))
    }

    /// Mean of the loudest `share` of all entries, at least one of them; `None` if all are below the floor.
    pub(crate) fn mean_of_loudest(&self, share: f64) -> Option<f64> {
        let wanted = ((self.count as f64 * share) as u64).max(1);
        let (mut left, mut sum) = (wanted, 0.0);
        for bin in self.bins.iter().rev().filter(|bin| bin.count > 0) {
            let taken = bin.count.min(left);
            sum += bin.mean() * taken as f64;
            left -= taken;
            if left == 0 {
                break;
            }
        }
        (sum > 0.0).then(|| sum / wanted as f64)
    }

    fn above(&self, gate: f64) -> impl Iterator<Item = Bin> {
        self.bins.iter().copied().filter(move |bin| bin.count > 0 && bin.mean() > gate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_percentiles_match_their_definition() {
        let mut histogram = EnergyHistogram::new();
        let mut levels: Vec<f64> = (0..1000).map(|n| -60.0 + 0.0613 * f64::from(n * 7919 % 1000)).collect();
        levels.iter().for_each(|db| histogram.add(10f64.powf(db / 10.0)));
        levels.sort_by(f64::total_cmp);
        let mean =
            |levels: &[f64]| levels.iter().map(|db| 10f64.powf(db / 10.0)).sum::<f64>() / levels.len() as f64;
        let gated: Vec<f64> = levels.iter().copied().filter(|&db| db > -40.0).collect();
        let found = histogram.mean_above(10f64.powf(-4.0)).unwrap();
        assert!((10.0 * (found / mean(&gated)).log10()).abs() < 0.005);
        let [low, high] = histogram.percentiles_above(10f64.powf(-4.0), [0.1, 0.95]).unwrap();
        let rank = |share: f64| gated[((gated.len() - 1) as f64 * share).round() as usize];
        assert!(
            (10.0 * low.log10() - rank(0.1)).abs() < 0.05 && (10.0 * high.log10() - rank(0.95)).abs() < 0.05
        );
        let loudest = histogram.mean_of_loudest(0.2).unwrap();
        assert!((10.0 * (loudest / mean(&levels[800..])).log10()).abs() < 0.005);
    }

    #[test]
    fn silence_counts_as_entries_without_a_level() {
        let mut histogram = EnergyHistogram::new();
        for _ in 0..9 {
            histogram.add(0.0);
        }
        assert_eq!(histogram.mean_of_loudest(0.2), None);
        histogram.add(0.5);
        assert_eq!(histogram.mean_of_loudest(0.2), Some(0.25), "two entries, one of them silent");
        assert_eq!(histogram.mean_above(0.0), Some(0.5));
    }
}
