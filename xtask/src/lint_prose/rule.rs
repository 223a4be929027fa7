//! The rules, their bounds, and the words that break them.

use std::fmt;

/// One fault of style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// A clause with `what` in place of a noun.
    What,
    /// A verb of people, mostly with code as its subject.
    Verb,
    /// A word with a plainer synonym.
    Forbidden,
    /// A line of prose of more than [`COLUMNS`] columns.
    LongLine,
    /// A doc comment of three words or fewer on a public item.
    ShortDoc,
    /// A SAFETY note without the name of the guarantor.
    HandedOn,
    /// A test's name with `what` or a forbidden word.
    TestName,
}

/// Every rule, in the order of the report.
pub(super) const ALL: [Rule; 7] =
    [Rule::What, Rule::Verb, Rule::Forbidden, Rule::LongLine, Rule::ShortDoc, Rule::HandedOn, Rule::TestName];

/// Width of prose, characters.
pub(super) const COLUMNS: usize = 110;

const VERBS: &[&str] = &[
    "hear", "hears", "heard", "hearing", "tell", "tells", "told", "telling", "say", "says", "said", "saying",
    "look", "looks", "looked", "looking", "know", "knows", "knew", "knowing",
];

const FORBIDDEN: &[&str] = &["anew", "whoever", "somebody", "nobody"];

/// The most that a rule allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bound {
    /// None at all: each place is printed.
    Zero,
    /// Places per 1000 words of prose.
    PerThousand(f64),
}

impl Rule {
    pub(super) fn bound(self) -> Bound {
        match self {
            Rule::What => Bound::PerThousand(2.0),
            Rule::Verb => Bound::PerThousand(1.0),
            _ => Bound::Zero,
        }
    }

    /// True if a number of places in a number of words is more than the bound.
    pub(super) fn is_exceeded(self, places: usize, words: usize) -> bool {
        match self.bound() {
            Bound::Zero => places > 0,
            Bound::PerThousand(most) => per_thousand(places, words) > most,
        }
    }

    /// Index in [`ALL`].
    pub(super) fn index(self) -> usize {
        ALL.iter().position(|rule| *rule == self).unwrap_or_default()
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Rule::What => "what",
            Rule::Verb => "verbs",
            Rule::Forbidden => "forbidden",
            Rule::LongLine => "long",
            Rule::ShortDoc => "short doc",
            Rule::HandedOn => "handed on",
            Rule::TestName => "test name",
        })
    }
}

/// Places per 1000 words; 0 without words.
pub(super) fn per_thousand(places: usize, words: usize) -> f64 {
    1000.0 * places as f64 / words.max(1) as f64
}

/// The rules that a line of prose breaks, once for each place. Code spans are already removed.
pub(super) fn broken_by(prose: &str) -> Vec<Rule> {
    let words = prose.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_lowercase);
    let mut broken: Vec<Rule> = words.filter_map(|word| of_word(&word)).collect();
    if prose.contains("handed on") {
        broken.push(Rule::HandedOn);
    }
    broken
}

fn of_word(word: &str) -> Option<Rule> {
    if word == "what" {
        Some(Rule::What)
    } else if VERBS.contains(&word) {
        Some(Rule::Verb)
    } else if FORBIDDEN.contains(&word) {
        Some(Rule::Forbidden)
    } else {
        None
    }
}

/// True for a part of a test's name, in lower case, that names its law badly.
pub(super) fn spoils_test_name(part: &str) -> bool {
    part == "what" || part == "whatever" || FORBIDDEN.contains(&part)
}
