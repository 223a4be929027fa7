//! Scales, their ticks, and how numbers are written.

/// A range of values laid along pixels.
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

    /// The pixel of a value, held within the axis.
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

/// The labelled frequencies of a log axis, with their labels.
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

/// The step, s, that puts at most a dozen labels on a time axis.
pub(super) fn time_step(seconds: f64) -> f64 {
    let steps = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0,
        300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0, 43_200.0, 86_400.0,
    ];
    steps.into_iter().find(|step| seconds / step <= 12.0).unwrap_or(seconds)
}

/// A time as `1:02:03`, `2:03`, or with decimals where the step is below a second.
pub(super) fn time_label(seconds: f64, step: f64) -> String {
    if step < 1.0 {
        let decimals = if step < 0.01 { 3 } else { 1 + usize::from(step < 0.1) };
        return format!("{seconds:.decimals$} s");
    }
    clock(seconds)
}

/// A time to the second.
pub(super) fn clock(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

/// A number with a true minus sign, and no minus before zero.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.chars().all(|character| matches!(character, '0' | '.'));
    if value < 0.0 && !zero { format!("−{text}") } else { text }
}

/// A whole number in groups of three digits.
pub(super) fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(
            (signed(-14.04, 1), signed(-0.04, 1), signed(3.0, 1)),
            ("−14.0".into(), "0.0".into(), "3.0".into())
        );
        assert_eq!((grouped(999.0), grouped(1_234_567.0)), ("999".into(), "1\u{a0}234\u{a0}567".into()));
        assert_eq!((clock(59.6), clock(3723.0)), ("1:00".into(), "1:02:03".into()));
        assert_eq!((time_label(0.25, 0.05), time_label(90.0, 30.0)), ("0.25 s".into(), "1:30".into()));
    }

    #[test]
    fn values_land_where_the_axis_says() {
        let axis = Axis::logarithmic((20.0, 20_000.0), (0.0, 300.0));
        assert!((axis.px(200.0) - 100.0).abs() < 1e-9 && axis.px(5.0) == 0.0 && axis.px(1e6) == 300.0);
        let axis = Axis::linear((-60.0, 0.0), (100.0, 40.0));
        assert_eq!(axis.px(-30.0), 70.0);
        assert_eq!(axis.multiples(20.0).collect::<Vec<_>>(), [-60.0, -40.0, -20.0, 0.0]);
        assert!(time_step(600.0) == 60.0 && time_step(0.0005) == 0.001);
    }
}
