//! The text of numbers in tables, figures and pages.

/// The text of a value that does not exist, such as the loudness of silence.
pub(crate) const UNDEFINED: &str = "–";

/// A number with an ASCII minus sign, as in tables that other programs read; zero has no sign.
pub(crate) fn plain(value: f64, decimals: usize) -> String {
    signed(value, decimals).replace('−', "-")
}

/// A number with a true minus sign; zero has no sign.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.chars().all(|character| matches!(character, '0' | '.'));
    if value < 0.0 && !zero { format!("−{text}") } else { text }
}

/// A whole number in groups of three digits.
pub(crate) fn grouped(value: f64) -> String {
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

/// A time rounded to seconds, as `1:02:03` or `2:03`.
pub(crate) fn clock(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_no_sign_and_digits_are_in_groups_of_three() {
        assert_eq!((signed(-14.04, 1), signed(-0.04, 1)), ("−14.0".into(), "0.0".into()));
        assert_eq!(
            (plain(-10.04, 1), plain(-0.001, 2), plain(3.0, 1)),
            ("-10.0".into(), "0.00".into(), "3.0".into())
        );
        assert_eq!((grouped(999.0), grouped(1_234_567.0)), ("999".into(), "1\u{a0}234\u{a0}567".into()));
        assert_eq!((clock(59.6), clock(3723.0)), ("1:00".into(), "1:02:03".into()));
    }
}
