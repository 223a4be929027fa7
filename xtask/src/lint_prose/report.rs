//! The figures of each area of the tree, the totals, and the list of places.

use super::rule::{self, Bound, Rule, per_thousand};
use super::{Finding, Measured};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Places by rule, in the order of [`rule::ALL`].
type Places = [usize; rule::ALL.len()];

#[derive(Debug, Clone, Copy, Default)]
struct Figures {
    words: usize,
    places: Places,
}

#[derive(Debug, Default)]
pub(super) struct Report {
    areas: BTreeMap<String, Figures>,
    findings: Vec<(String, Finding)>,
}

/// The folder that a file counts for: a crate, another folder of the root, or the root.
fn area(name: &str) -> String {
    let folders = name.rsplit_once('/').map_or("", |(folders, _)| folders);
    let depth = if folders.starts_with("crates/") { 2 } else { 1 };
    let area: Vec<&str> = folders.split('/').take(depth).collect();
    if folders.is_empty() { "(root)".to_owned() } else { area.join("/") }
}

impl Report {
    pub(super) fn add(&mut self, name: &str, measured: Measured) {
        let figures = self.areas.entry(area(name)).or_default();
        figures.words += measured.words;
        for finding in measured.findings {
            figures.places[finding.rule.index()] += 1;
            self.findings.push((name.to_owned(), finding));
        }
    }

    fn total(&self) -> Figures {
        let mut total = Figures::default();
        for figures in self.areas.values() {
            total.words += figures.words;
            total.places.iter_mut().zip(figures.places).for_each(|(sum, places)| *sum += places);
        }
        total
    }

    /// The rules whose bound the total exceeds, each with its figure and its bound.
    pub(super) fn exceeded(&self) -> Vec<String> {
        let total = self.total();
        let exceeded =
            rule::ALL.iter().filter(|rule| rule.is_exceeded(total.places[rule.index()], total.words));
        let text = |rule: &Rule| match rule.bound() {
            Bound::Zero => format!("{rule} {} (0)", total.places[rule.index()]),
            Bound::PerThousand(most) => {
                let rate = per_thousand(total.places[rule.index()], total.words);
                format!("{rule} {rate:.2} per 1000 words (at most {most})")
            }
        };
        exceeded.map(text).collect()
    }

    /// The places, then the table. `every` lists the places of the rules with a rate, too.
    pub(super) fn text(&self, every: bool) -> String {
        let mut text = String::new();
        for (name, Finding { rule, line, text: words }) in &self.findings {
            if every || rule.bound() == Bound::Zero {
                let words: String = words.chars().take(120).collect();
                let _ = writeln!(text, "{rule}: {name}:{line}: {words}");
            }
        }
        let _ = write!(text, "{:<28} {:>7}", "area", "words");
        for rule in rule::ALL {
            let unit = if matches!(rule.bound(), Bound::Zero) { "" } else { "/1000" };
            let _ = write!(text, " {:>10}", format!("{rule}{unit}"));
        }
        text.push('\n');
        let total = ("total".to_owned(), self.total());
        for (area, figures) in self.areas.iter().chain([(&total.0, &total.1)]) {
            text.push_str(&row(area, figures));
        }
        text
    }
}

fn row(area: &str, figures: &Figures) -> String {
    let mut row = format!("{area:<28} {:>7}", figures.words);
    for (rule, &places) in rule::ALL.iter().zip(&figures.places) {
        let figure = match rule.bound() {
            Bound::Zero => places.to_string(),
            Bound::PerThousand(_) => format!("{:.2}", per_thousand(places, figures.words)),
        };
        let _ = write!(row, " {figure:>10}");
    }
    row + "\n"
}
