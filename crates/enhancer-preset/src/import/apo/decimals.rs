//! Decides whether three decimals of a frequency are decimals or thousands. Room EQ Wizard writes 1.500 Hz
//! or 1,500 Hz for 1500 Hz.
//!
//! A number of three decimals below 30 may be thousands, because no filter lies above 30 kHz. It has
//! decimals if another frequency of the file has decimals after the same separator. From 10 Hz it also has
//! decimals if any other number of the file does, because a language uses different separators for
//! thousands and decimals. No filter lies below 10 Hz.

use crate::import::tokens::{Number, Token, tokens};

/// The separators after which a file has decimals: points first, commas second.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Decimals {
    frequencies: [bool; 2],
    any: [bool; 2],
}

impl Decimals {
    /// Records the decimals in one line's parameters.
    pub(super) fn observe(&mut self, parameters: &str) {
        let mut after_fc = false;
        for token in tokens(parameters) {
            if let Token::Number(number) = token
                && let Some(sign) = sign(number)
                && !(after_fc && may_be_thousands(number))
            {
                let [point, comma] = &mut self.any;
                let [frequency_point, frequency_comma] = &mut self.frequencies;
                let (any, of_frequency) =
                    if sign == '.' { (point, frequency_point) } else { (comma, frequency_comma) };
                *any = true;
                *of_frequency |= after_fc;
            }
            after_fc = matches!(&token, Token::Word(word) if word == "FC");
        }
    }

    /// The frequency in Hz that `number` stands for. Appends a text to `changes` if it is a thousand times
    /// the number.
    pub(super) fn hertz(self, number: Number, changes: &mut Vec<String>) -> f64 {
        let behind = |[point, comma]: [bool; 2]| if number.separator == Some(',') { comma } else { point };
        let is_decimal = behind(self.frequencies) || (behind(self.any) && number.value >= 10.0);
        if is_decimal || !may_be_thousands(number) {
            return number.value;
        }
        let frequency_hz = 1000.0 * number.value;
        changes.push(format!("the frequency is read as {frequency_hz} Hz"));
        frequency_hz
    }
}

fn sign(number: Number) -> Option<char> {
    number.separator.filter(|_| number.decimals > 0)
}

fn may_be_thousands(number: Number) -> bool {
    number.decimals == 3 && number.value < 30.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first frequency of the lines, Hz.
    fn first_hz(lines: &[&str]) -> f64 {
        let mut decimals = Decimals::default();
        lines.iter().for_each(|line| decimals.observe(line));
        let first = tokens(lines[0]).into_iter().find_map(|token| match token {
            Token::Number(number) => Some(number),
            _ => None,
        });
        decimals.hertz(first.unwrap(), &mut Vec::new())
    }

    #[test]
    fn three_decimals_are_thousands_unless_other_numbers_have_decimals() {
        for (lines, expected) in [
            // Room EQ Wizard, English and German.
            (vec!["Fc 1,500 Hz Gain -3.0 dB", "Fc 63.5 Hz Gain 2.0 dB"], 1500.0),
            (vec!["Fc 12,500 Hz Gain -3.0 dB", "Fc 63 Hz Gain 2.0 dB"], 12_500.0),
            (vec!["Fc 12.500 Hz Gain -3,0 dB"], 12_500.0),
            (vec!["Fc 1.500 Hz Gain -3.0 dB"], 1500.0),
            (vec!["Fc 29.999 Hz Gain 3 dB Q 1"], 29_999.0),
            // Programs that print three decimals of every number.
            (vec!["Fc 25.000 Hz Gain -3.000 dB Q 0.707"], 25.0),
            (vec!["Fc 25.125 Hz Gain 3 dB Q 1", "Fc 105.125 Hz Gain 3 dB Q 1"], 25.125),
            (vec!["Fc 5.000 Hz Gain 3 dB Q 1", "Fc 1000.000 Hz Gain 3 dB Q 1"], 5.0),
            (vec!["Fc 20,125 Hz Gain 3 dB", "Fc 100 Hz Gain 1,5 dB"], 20.125),
            (vec!["Fc 30.000 Hz Gain 3 dB Q 1"], 30.0),
        ] {
            assert_eq!(first_hz(&lines), expected, "{lines:?}");
        }
    }
}
