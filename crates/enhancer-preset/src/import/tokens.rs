//! Splits a line into words and numbers, in the forms that people and programs write.

/// A token of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A run of letters, in upper case.
    Word(String),
    /// A number.
    Number(Number),
    /// A `/`, as in `BW/60` and `1/3`.
    Slash,
}

/// A number and its written form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    /// The value, with the separator as decimal point.
    pub(super) value: f64,
    /// The number of digits after the separator.
    pub(super) decimals: usize,
    /// The decimal separator as written; `None` for a whole number.
    pub(super) separator: Option<char>,
}

/// The words and numbers of a line. A comma is a decimal point unless the number has a point too. A
/// no-break space separates thousands. `−` is a minus sign. Any other character separates tokens.
pub(super) fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if starts_number(rest) {
            let length = number_length(rest);
            if let Some(number) = rest.get(..length).and_then(number) {
                tokens.push(Token::Number(number));
            }
            length
        } else if first.is_alphabetic() {
            let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            tokens.push(Token::Word(rest.get(..length).unwrap_or_default().to_uppercase()));
            length
        } else {
            if first == '/' {
                tokens.push(Token::Slash);
            }
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    tokens
}

/// Hertz per unit of a frequency: `K` and `KHZ` are thousands.
pub(super) fn hertz_per(unit: &str) -> Option<f64> {
    match unit {
        "HZ" => Some(1.0),
        "K" | "KHZ" => Some(1000.0),
        _ => None,
    }
}

/// The number that is the only token of a text, such as `-3,5`.
pub(super) fn only_number(text: &str) -> Option<f64> {
    match tokens(text).as_slice() {
        [Token::Number(number)] => Some(number.value),
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

/// Length in bytes of the number at the start of `text`, with its exponent if it has one.
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
    // With both a comma and a point, the first one separates thousands.
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
        let numbers = tokens(line).into_iter().filter_map(|token| match token {
            Token::Number(number) => Some(number.value),
            _ => None,
        });
        numbers.collect()
    }

    #[test]
    fn reads_numbers_in_every_notation() {
        assert_eq!(numbers("Fc 1,5 Hz Gain -3.0dB Q .7"), [1.5, -3.0, 0.7]);
        assert_eq!(numbers("1,234.5 1.234,5 1\u{a0}234"), [1234.5, 1234.5, 1234.0]);
        assert_eq!(numbers("−2 +3 1e3 1E-2 5e"), [-2.0, 3.0, 1000.0, 0.01, 5.0]);
        assert_eq!(numbers("20 -3,2; 21 -3; 22, 1"), [20.0, -3.2, 21.0, -3.0, 22.0, 1.0]);
        assert_eq!(numbers("1e999 1.2.3 - , ."), Vec::<f64>::new());
    }

    #[test]
    fn words_become_upper_case_and_end_at_digits() {
        let word = |text: &str| Token::Word(text.to_owned());
        let whole = |value| Token::Number(Number { value, decimals: 0, separator: None });
        assert_eq!(tokens("On ls 6dB"), [word("ON"), word("LS"), whole(6.0), word("DB")]);
        assert_eq!(tokens("BW/60 4"), [word("BW"), Token::Slash, whole(60.0), whole(4.0)]);
    }

    #[test]
    fn counts_decimals_and_keeps_their_separator() {
        for (text, decimals, separator) in [
            ("1.500", 3, Some('.')),
            ("1,5", 1, Some(',')),
            ("1.234,50", 2, Some(',')),
            ("1,234.5", 1, Some('.')),
            ("1234", 0, None),
        ] {
            let Token::Number(number) = &tokens(text)[0] else { panic!("{text}") };
            assert_eq!((number.decimals, number.separator), (decimals, separator), "{text}");
        }
        assert_eq!(only_number(" -3,5 "), Some(-3.5));
        assert_eq!(only_number("3 dB"), None);
    }
}
