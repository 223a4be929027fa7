//! Cuts a line into words and numbers, as people and programs write them.

/// A piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// A run of letters, in capitals.
    Word(String),
    /// A number.
    Number(Number),
    /// A `/`, as in `BW/60` and `1/3`.
    Slash,
}

/// A number and how it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    /// Its value, the separator taken for the decimal point.
    pub(super) value: f64,
    /// Figures after the separator.
    pub(super) decimals: usize,
    /// The decimal separator as written; `None` for a whole number.
    pub(super) separator: Option<char>,
}

/// The words and numbers of a line. A comma counts as the decimal point unless there is a point too; no-break spaces
/// stand between thousands; `−` is a minus. Other characters part the pieces.
pub(super) fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if starts_number(rest) {
            let length = number_length(rest);
            if let Some(number) = rest.get(..length).and_then(number) {
                pieces.push(Piece::Number(number));
            }
            length
        } else if first.is_alphabetic() {
            let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            pieces.push(Piece::Word(rest.get(..length).unwrap_or_default().to_uppercase()));
            length
        } else {
            if first == '/' {
                pieces.push(Piece::Slash);
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    pieces
}

/// Hertz per unit of a frequency: `K` and `KHZ` are thousands.
pub(super) fn hertz_per(unit: &str) -> Option<f64> {
    match unit {
        "HZ" => Some(1.0),
        "K" | "KHZ" => Some(1000.0),
        _ => None,
    }
}

/// A whole text as one number, such as `-3,5`.
pub(super) fn only_number(text: &str) -> Option<f64> {
    match pieces(text).as_slice() {
        [Piece::Number(number)] => Some(number.value),
        _ => None,
    }
}

fn is_sign(character: char) -> bool {
    matches!(character, '+' | '-' | '−')
}

fn is_numeral(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '.' | ',' | '\u{a0}' | '\u{202f}')
}

fn starts_number(text: &str) -> bool {
    let mut characters = text.chars().peekable();
    characters.next_if(|&c| is_sign(c));
    characters.next_if(|&c| matches!(c, '.' | ','));
    characters.next().is_some_and(|c| c.is_ascii_digit())
}

/// Bytes that the number at the start takes, with an exponent if one follows.
fn number_length(text: &str) -> usize {
    let signed = text.chars().next().filter(|&c| is_sign(c)).map_or(0, char::len_utf8);
    let rest = text.get(signed..).unwrap_or_default();
    let digits = rest.find(|c: char| !is_numeral(c)).unwrap_or(rest.len());
    let digits = rest.get(..digits).unwrap_or_default().trim_end_matches([',', '\u{a0}', '\u{202f}']).len();
    let mut exponent = rest.get(digits..).unwrap_or_default().chars().peekable();
    let mut length = 0;
    if exponent.next_if(|&c| c == 'e' || c == 'E').is_some() {
        let sign = exponent.next_if(|&c| c == '+' || c == '-').map_or(0, char::len_utf8);
        let figures = exponent.take_while(char::is_ascii_digit).count();
        length = if figures > 0 { 1 + sign + figures } else { 0 };
    }
    signed + digits + length
}

fn number(text: &str) -> Option<Number> {
    let plain: String = text.chars().filter(|c| !matches!(c, '\u{a0}' | '\u{202f}')).collect();
    let plain = plain.replace('−', "-");
    // With both, the first to come stands between thousands.
    let (separator, plain) = match (plain.find(','), plain.find('.')) {
        (Some(comma), Some(point)) if comma < point => (Some('.'), plain.replace(',', "")),
        (Some(_), Some(_)) => (Some(','), plain.replace('.', "").replace(',', ".")),
        (Some(_), None) => (Some(','), plain.replace(',', ".")),
        (None, Some(_)) => (Some('.'), plain),
        (None, None) => (None, plain),
    };
    let value = plain.parse::<f64>().ok().filter(|value| value.is_finite())?;
    let decimals = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    Some(Number { value, decimals, separator: separator.filter(|_| decimals > 0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(line: &str) -> Vec<f64> {
        let numbers = pieces(line).into_iter().filter_map(|piece| match piece {
            Piece::Number(number) => Some(number.value),
            _ => None,
        });
        numbers.collect()
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        assert_eq!(numbers("Fc 1,5 Hz Gain -3.0dB Q .7"), [1.5, -3.0, 0.7]);
        assert_eq!(numbers("1,234.5 1.234,5 1\u{a0}234"), [1234.5, 1234.5, 1234.0]);
        assert_eq!(numbers("−2 +3 1e3 1E-2 5e"), [-2.0, 3.0, 1000.0, 0.01, 5.0]);
        assert_eq!(numbers("20 -3,2; 21 -3; 22, 1"), [20.0, -3.2, 21.0, -3.0, 22.0, 1.0]);
        assert_eq!(numbers("1e999 1.2.3 - , ."), Vec::<f64>::new());
    }

    #[test]
    fn words_are_capitals_and_end_at_figures() {
        let word = |text: &str| Piece::Word(text.to_owned());
        let whole = |value| Piece::Number(Number { value, decimals: 0, separator: None });
        assert_eq!(pieces("On ls 6dB"), [word("ON"), word("LS"), whole(6.0), word("DB")]);
        assert_eq!(pieces("BW/60 4"), [word("BW"), Piece::Slash, whole(60.0), whole(4.0)]);
    }

    #[test]
    fn decimals_are_counted_and_their_separator_kept() {
        for (text, decimals, separator) in [
            ("1.500", 3, Some('.')),
            ("1,5", 1, Some(',')),
            ("1.234,50", 2, Some(',')),
            ("1,234.5", 1, Some('.')),
            ("1234", 0, None),
        ] {
            let Piece::Number(number) = &pieces(text)[0] else { panic!("{text}") };
            assert_eq!((number.decimals, number.separator), (decimals, separator), "{text}");
        }
        assert_eq!(only_number(" -3,5 "), Some(-3.5));
        assert_eq!(only_number("3 dB"), None);
    }
}
