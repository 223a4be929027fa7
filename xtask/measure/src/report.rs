//! Writes the page: each figure by quality, its goal, and whether the goal is met.

use enhancer_dsp::Quality;
use enhancer_figure::DrawError;
use std::fmt::Write;

/// Values or goals of draft, good and best; `None` without one.
pub(super) type PerQuality = [Option<f64>; 3];

/// One line of the table.
pub(super) struct Row {
    pub(super) subject: String,
    pub(super) unit: &'static str,
    pub(super) digits: usize,
    pub(super) values: PerQuality,
    pub(super) goals: PerQuality,
    pub(super) better: Better,
}

/// The better direction of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    Less,
    More,
}

/// A picture as SVG, or the reason why drawing failed.
pub(super) struct Picture {
    pub(super) file: &'static str,
    /// Description for readers who can't see the picture.
    pub(super) caption: String,
    pub(super) svg: Result<Vec<u8>, DrawError>,
}

/// One subject: its rows, its pictures, and the procedure in `how`.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) how: String,
    pub(super) rows: Vec<Row>,
    pub(super) pictures: Vec<Picture>,
}

/// Measures every quality.
pub(super) fn each(mut measure: impl FnMut(Quality) -> f64) -> PerQuality {
    [Quality::Draft, Quality::Good, Quality::Best].map(|quality| Some(measure(quality)))
}

const HEAD: &str = "\
# Sound quality, measured

`cargo xtask measure` writes this page from this code; another run gives the same figures. The figures come
from the public `Enhancer`, stereo, at 48 kHz unless a row names another rate, with one stage on. The meters
share no code with it (`crates/enhancer-measure`). `cargo xtask bench` measures speed.

";

/// The whole page as Markdown.
pub(super) fn page(sections: &[Section]) -> String {
    let mut page = HEAD.to_owned();
    page += "| measurement | draft | good | best | goal | met |\n|---|---:|---:|---:|---|---|\n";
    for row in sections.iter().flat_map(|section| &section.rows) {
        page += &row.markdown();
    }
    for section in sections {
        let _ = write!(page, "\n## {}\n\n{}\n", section.title, wrapped(&section.how));
        for picture in &section.pictures {
            let _ = write!(page, "\n![{}](quality/{})\n", picture.caption, picture.file);
        }
    }
    page
}

/// Wraps text at spaces to lines of at most 110 characters.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for word in text.split_whitespace() {
        let letters = word.chars().count();
        if width > 0 && width + 1 + letters > 110 {
            lines.push('\n');
            width = 0;
        } else if width > 0 {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += letters;
    }
    lines
}

impl Row {
    fn markdown(&self) -> String {
        let number = |value: f64| format!("{value:.*}", self.digits).replace('-', "−");
        let cells: String = self
            .values
            .iter()
            .map(|value| value.map_or_else(|| "– |".to_owned(), |value| format!("{} |", number(value))))
            .map(|cell| format!(" {cell}"))
            .collect();
        format!("| {}, {} |{cells} {} | {} |\n", self.subject, self.unit, self.goal(&number), self.verdict())
    }

    fn goal(&self, number: &dyn Fn(f64) -> String) -> String {
        let sign = if self.better == Better::Less { '≤' } else { '≥' };
        match self.goals {
            [None, None, None] => "–".to_owned(),
            [draft, Some(good), Some(best)] if good == best && draft.is_none_or(|draft| draft == best) => {
                format!("{sign} {}", number(best))
            }
            goals => {
                let named =
                    goals.iter().zip(Quality::ALL).filter_map(|(goal, quality)| Some(((*goal)?, quality)));
                let goals: Vec<String> = named
                    .map(|(goal, quality)| format!("{sign} {} ({})", number(goal), quality.label()))
                    .collect();
                goals.join(", ")
            }
        }
    }

    fn verdict(&self) -> String {
        let judged = self.values.iter().zip(self.goals).zip(Quality::ALL);
        let meets = |value, goal| if self.better == Better::Less { value <= goal } else { value >= goal };
        let judged = judged.filter_map(|((value, goal), quality)| Some((meets((*value)?, goal?), quality)));
        let (met, missed): (Vec<_>, Vec<_>) = judged.partition(|(met, _)| *met);
        let missed: Vec<&str> = missed.into_iter().map(|(_, quality)| quality.label()).collect();
        match (met.is_empty(), missed.is_empty()) {
            (true, true) => "–".to_owned(),
            (_, true) => "yes".to_owned(),
            _ => format!("**no** ({})", missed.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: PerQuality, goals: PerQuality) -> Row {
        Row { subject: "error".into(), unit: "dB", digits: 2, values, goals, better: Better::Less }
    }

    #[test]
    fn a_row_names_the_quality_that_misses_its_goal() {
        let line = row([Some(1.0), Some(0.15), Some(0.12)], [None, Some(0.2), Some(0.1)]).markdown();
        assert_eq!(
            line,
            "| error, dB | 1.00 | 0.15 | 0.12 | ≤ 0.20 (good), ≤ 0.10 (best) | **no** (best) |\n"
        );
        let line = row([None, Some(-0.05), Some(f64::NAN)], [None, Some(0.2), Some(0.2)]).markdown();
        assert_eq!(line, "| error, dB | – | −0.05 | NaN | ≤ 0.20 | **no** (best) |\n");
        let line = row([None, Some(0.2), Some(0.2)], [None, Some(0.2), Some(0.2)]).markdown();
        assert!(line.ends_with("| yes |\n"));
    }
}
