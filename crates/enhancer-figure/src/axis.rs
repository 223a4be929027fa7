//! Scales: values to pixels.

/// A linear or logarithmic range of values along a range of pixels.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    low: f64,
    high: f64,
    from_px: f64,
    to_px: f64,
    logarithmic: bool,
}

impl Axis {
    /// A linear axis. The lower value lies at `from_px`, which may exceed `to_px`.
    pub fn linear((low, high): (f64, f64), (from_px, to_px): (f64, f64)) -> Self {
        Self { low, high, from_px, to_px, logarithmic: false }
    }

    /// A logarithmic axis of positive values. The lower value lies at `from_px`, which may exceed `to_px`.
    pub fn logarithmic((low, high): (f64, f64), (from_px, to_px): (f64, f64)) -> Self {
        Self { low, high, from_px, to_px, logarithmic: true }
    }

    /// The pixel of a value. Values beyond an end of the axis lie at that end.
    pub fn px(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.from_px + (self.to_px - self.from_px) * share.clamp(0.0, 1.0)
    }

    /// True for values from the low to the high end, both included.
    pub fn contains(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }

    /// The multiples of `step` within the axis, ends included, in rising order.
    pub fn multiples(&self, step: f64) -> impl Iterator<Item = f64> + use<> {
        let (first, last) =
            ((self.low / step - 1e-9).ceil() as i64, (self.high / step + 1e-9).floor() as i64);
        (first..=last).map(move |n| n as f64 * step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_map_to_pixels_and_outside_ones_to_the_ends() {
        let axis = Axis::logarithmic((20.0, 20_000.0), (0.0, 300.0));
        assert!((axis.px(200.0) - 100.0).abs() < 1e-9 && axis.px(5.0) == 0.0 && axis.px(1e6) == 300.0);
        let axis = Axis::linear((-60.0, 0.0), (100.0, 40.0));
        assert_eq!(axis.px(-30.0), 70.0);
        assert!(axis.contains(-60.0) && axis.contains(0.0) && !axis.contains(0.1));
        assert_eq!(axis.multiples(20.0).collect::<Vec<_>>(), [-60.0, -40.0, -20.0, 0.0]);
    }
}
