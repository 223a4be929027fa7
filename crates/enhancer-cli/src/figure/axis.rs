//! Scales of the figures and their ticks.

use crate::numbers::clock;

/// A linear or logarithmic range of values along pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    from_px: f64,
    to_px: f64,
    logarithmic: bool,
}

impl Axis {
    pub(super) fn linear((low, high): (f64, f64), (from_px, to_px): (f64, f64)) -> Self {
        Self { low, high, from_px, to_px, logarithmic: false }
    }

    pub(super) fn logarithmic((low, high): (f64, f64), (from_px, to_px): (f64, f64)) -> Self {
        Self { low, high, from_px, to_px, logarithmic: true }
    }

    /// The pixel of a value, clamped to the axis.
    pub(super) fn px(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.from_px + (self.to_px - self.from_px) * share.clamp(0.0, 1.0)
    }

    pub(super) fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// The multiples of `step` within the axis.
    pub(super) fn multiples(&self, step: f64) -> impl Iterator<Item = f64> + use<> {
        let (first, last) =
            ((self.low / step - 1e-9).ceil() as i64, (self.high / step + 1e-9).floor() as i64);
        (first..=last).map(move |n| n as f64 * step)
    }
}

/// The labelled frequencies of a logarithmic axis.
pub(super) const FREQUENCIES: [(f64, &str); 10] = [
    (20.0, "20"),
    (50.0, "50"),
    (100.0, "100"),
    (200.0, "200"),
    (500.0, "500"),
    (1e3, "1k"),
    (2e3, "2k"),
    (5e3, "5k"),
    (1e4, "10k"),
    (2e4, "20k"),
];

/// The step that puts at most a dozen labels on a time axis, s.
pub(super) fn time_step(seconds: f64) -> f64 {
    let steps = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0,
        300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0, 43_200.0, 86_400.0,
    ];
    steps.into_iter().find(|step| seconds / step <= 12.0).unwrap_or(seconds)
}

/// A time as `1:02:03` or `2:03`; in seconds with decimals where the step is below a second.
pub(super) fn time_label(seconds: f64, step: f64) -> String {
    if step < 1.0 {
        let decimals = if step < 0.01 { 3 } else { 1 + usize::from(step < 0.1) };
        return format!("{seconds:.decimals$} s");
    }
    clock(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_labels_have_decimals_below_a_second() {
        assert_eq!((time_label(0.25, 0.05), time_label(90.0, 30.0)), ("0.25 s".into(), "1:30".into()));
    }

    #[test]
    fn values_map_to_pixels_and_outside_ones_to_the_ends() {
        let axis = Axis::logarithmic((20.0, 20_000.0), (0.0, 300.0));
        assert!((axis.px(200.0) - 100.0).abs() < 1e-9 && axis.px(5.0) == 0.0 && axis.px(1e6) == 300.0);
        let axis = Axis::linear((-60.0, 0.0), (100.0, 40.0));
        assert_eq!(axis.px(-30.0), 70.0);
        assert_eq!(axis.multiples(20.0).collect::<Vec<_>>(), [-60.0, -40.0, -20.0, 0.0]);
        assert!(time_step(600.0) == 60.0 && time_step(0.0005) == 0.001);
    }
}
