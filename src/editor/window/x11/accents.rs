//! Dead keys: an accent that waits for its letter. The results are those of the X library's table for UTF-8
//! (`en_US.UTF-8/Compose`), as far as Unicode composes them from two characters.

use unicode_normalization::char::compose;
use xkeysym::{RawKeysym, key};

/// Accents typed so far that wait for a letter, at most two: Vietnamese has letters with two.
#[derive(Debug, Default)]
pub(super) struct Accents(Vec<char>);

impl Accents {
    /// True while an accent waits for its letter.
    pub(super) fn wait(&self) -> bool {
        !self.0.is_empty()
    }

    /// Drops the waiting accents.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Adds an accent, as a combining character. Returns the text to write now: none for the first accent.
    pub(super) fn add(&mut self, accent: char) -> String {
        if self.0 == [accent] {
            self.forget();
            return doubled(accent).into();
        }
        let written = if self.0.len() < 2 { String::new() } else { self.spell() };
        self.0.push(accent);
        written
    }

    /// Adds a letter. Returns it with the accents, or after them if no such letter exists.
    pub(super) fn write(&mut self, letter: char) -> String {
        let whole = match self.0[..] {
            [] => Some(letter),
            [accent] => join(letter, accent),
            [first, second, ..] => join(letter, second)
                .and_then(|letter| join(letter, first))
                .or_else(|| join(join(letter, first)?, second)),
        };
        if let Some(whole) = whole {
            self.forget();
            return whole.into();
        }
        // A space types the accents alone.
        let letter = (letter != ' ' && letter != '\u{A0}').then_some(letter);
        self.spell() + letter.map(String::from).as_deref().unwrap_or_default()
    }

    /// Returns the accents alone and drops them.
    fn spell(&mut self) -> String {
        self.0.drain(..).map(alone).collect()
    }
}

/// Combines a letter and an accent, if Unicode has the result.
fn join(letter: char, accent: char) -> Option<char> {
    match accent {
        STROKE => crossed(letter),
        // This key also types the Greek circumflex.
        TILDE => compose(letter, TILDE).or_else(|| compose(letter, PERISPOMENI)),
        _ => compose(letter, accent),
    }
}

const ACUTE: char = '\u{301}';
const TILDE: char = '\u{303}';
const DIAERESIS: char = '\u{308}';
const STROKE: char = '\u{338}';
const PERISPOMENI: char = '\u{342}';

/// Letters with a stroke, which have no Unicode composition.
fn crossed(letter: char) -> Option<char> {
    const PLAIN: &str = "oOlLdDhHtTbBgGiIuUzZaAcCeEjJpPrRyY";
    const CROSSED: &str = "øØłŁđĐħĦŧŦƀɃǥǤɨƗʉɄƶƵⱥȺȼȻɇɆɉɈᵽⱣɍɌɏɎ";
    PLAIN.chars().zip(CROSSED.chars()).find(|(plain, _)| *plain == letter).map(|(_, crossed)| crossed)
}

/// The character that an accent and a space type: for two accents the typewriter's sign.
fn alone(accent: char) -> char {
    match accent {
        ACUTE => '\'',
        DIAERESIS => '"',
        _ => doubled(accent),
    }
}

/// The character that an accent's key types when pressed twice.
fn doubled(accent: char) -> char {
    match accent {
        '\u{300}' => '`',
        ACUTE => '´',
        '\u{302}' => '^',
        TILDE => '~',
        '\u{304}' => '¯',
        '\u{306}' => '˘',
        '\u{307}' => '˙',
        DIAERESIS => '¨',
        '\u{30A}' => '°',
        '\u{30B}' => '˝',
        '\u{30C}' => 'ˇ',
        '\u{326}' => ',',
        '\u{327}' => '¸',
        '\u{328}' => '˛',
        STROKE => '/',
        '\u{345}' => 'ͺ',
        '\u{3099}' => '゛',
        '\u{309A}' => '゜',
        other => other,
    }
}

/// The combining character of a dead key.
pub(super) fn of(symbol: RawKeysym) -> Option<char> {
    Some(match symbol {
        key::dead_grave => '\u{300}',
        key::dead_acute => ACUTE,
        key::dead_circumflex => '\u{302}',
        key::dead_tilde => TILDE,
        key::dead_macron => '\u{304}',
        key::dead_breve => '\u{306}',
        key::dead_abovedot => '\u{307}',
        key::dead_diaeresis => DIAERESIS,
        key::dead_abovering => '\u{30A}',
        key::dead_doubleacute => '\u{30B}',
        key::dead_caron => '\u{30C}',
        key::dead_cedilla => '\u{327}',
        key::dead_ogonek => '\u{328}',
        key::dead_iota => '\u{345}',
        key::dead_voiced_sound => '\u{3099}',
        key::dead_semivoiced_sound => '\u{309A}',
        key::dead_belowdot => '\u{323}',
        key::dead_hook => '\u{309}',
        key::dead_horn => '\u{31B}',
        key::dead_stroke => STROKE,
        key::dead_abovecomma => '\u{313}',
        key::dead_abovereversedcomma => '\u{314}',
        key::dead_doublegrave => '\u{30F}',
        key::dead_belowring => '\u{325}',
        key::dead_belowmacron => '\u{331}',
        key::dead_belowcircumflex => '\u{32D}',
        key::dead_belowtilde => '\u{330}',
        key::dead_belowbreve => '\u{32E}',
        key::dead_belowdiaeresis => '\u{324}',
        key::dead_invertedbreve => '\u{311}',
        key::dead_belowcomma => '\u{326}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CIRCUMFLEX: char = '\u{302}';

    /// The text written by dead keys followed by a letter.
    fn written(dead: &[char], letter: char) -> String {
        let mut accents = Accents::default();
        let first: String = dead.iter().map(|accent| accents.add(*accent)).collect();
        let all = first + &accents.write(letter);
        assert!(!accents.wait(), "{all}");
        all
    }

    #[test]
    fn an_accent_and_its_letter_form_one_character() {
        for (dead, letter, wanted) in [
            (CIRCUMFLEX, 'e', "ê"),
            (ACUTE, 'E', "É"),
            (TILDE, 'n', "ñ"),
            ('\u{30C}', 'z', "ž"),
            ('\u{327}', 'c', "ç"),
            ('\u{30A}', 'A', "Å"),
            ('\u{309}', 'o', "ỏ"),
            (STROKE, 'l', "ł"),
            (STROKE, 'Z', "Ƶ"),
            (ACUTE, 'α', "ά"),
            (TILDE, 'α', "ᾶ"),
            ('\u{3099}', 'カ', "ガ"),
        ] {
            assert_eq!(written(&[dead], letter), wanted);
        }
    }

    #[test]
    fn a_space_or_the_same_key_again_types_the_accent_alone() {
        for (dead, space, twice) in [
            (CIRCUMFLEX, "^", '^'),
            ('\u{300}', "`", '`'),
            (ACUTE, "'", '´'),
            (DIAERESIS, "\"", '¨'),
            (TILDE, "~", '~'),
            ('\u{30A}', "°", '°'),
        ] {
            assert_eq!(written(&[dead], ' '), space);
            let mut accents = Accents::default();
            assert_eq!(accents.add(dead), "");
            assert!(accents.wait());
            assert_eq!(accents.add(dead), String::from(twice));
            assert!(!accents.wait());
            assert_eq!(accents.write('e'), "e", "it is over");
        }
    }

    #[test]
    fn an_accent_and_a_letter_without_composition_are_both_written() {
        assert_eq!(written(&[CIRCUMFLEX], '5'), "^5");
        assert_eq!(written(&[ACUTE], 'б'), "'б");
        assert_eq!(written(&[], 'e'), "e");
    }

    #[test]
    fn a_letter_takes_two_accents_in_either_order() {
        assert_eq!(written(&[ACUTE, CIRCUMFLEX], 'e'), "ế");
        assert_eq!(written(&[CIRCUMFLEX, ACUTE], 'e'), "ế");
        assert_eq!(written(&[ACUTE, DIAERESIS], 'ι'), "ΐ");
        assert_eq!(written(&[ACUTE, TILDE], 'x'), "'~x");
        assert_eq!(written(&[ACUTE, TILDE, CIRCUMFLEX], 'e'), "'~ê", "a third one waits alone");
    }

    #[test]
    fn every_dead_key_can_write_its_accent() {
        let keys: Vec<char> = (key::dead_grave..=key::dead_belowcomma).filter_map(of).collect();
        assert_eq!(keys.len(), 31);
        for accent in keys {
            assert_eq!(written(&[accent], '§').chars().count(), 2);
        }
        assert_eq!(of(key::e), None);
        assert_eq!(of(key::Multi_key), None);
    }
}
