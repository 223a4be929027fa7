//! Ticks of the figures: the usual frequencies, and times.

use crate::numbers::clock;

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
    fn a_time_axis_has_a_dozen_labels_at_most() {
        assert!(time_step(600.0) == 60.0 && time_step(0.0005) == 0.001);
    }
}
