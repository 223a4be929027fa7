//! Equalizer APO's configuration text, and what AutoEQ and Room EQ Wizard write in its form.
//!
//! Lines are `Command: parameters`; lines without a colon and comments after `#` say nothing. Preamps add up. `Channel:`
//! chooses what the following filters work on: both sides, left or right; other channels we don't have.

use super::apo_filter::{self, Filter};
use super::assemble::Draft;
use super::words::{Piece, pieces};
use super::{Format, ImportError, Imported, Note, graphic_eq};
use crate::preset::Preset;
use crate::text::one_line;
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{BandChannel, EqBand};

/// The most lines that are looked at, and filters and notes that are kept.
const MAX_LINES: usize = 10_000;
const MAX_FILTERS: usize = 512;
const MAX_NOTES: usize = 200;
/// The most curves: one for each side and one for both.
const MAX_CURVES: usize = 3;

pub(super) fn import(text: &str, name: &str) -> Result<Imported, ImportError> {
    let mut reader = Reader::default();
    for (index, line) in text.lines().enumerate() {
        if index == MAX_LINES {
            reader.note(index, "the rest of the file is not read");
            break;
        }
        reader.line(index + 1, line);
    }
    let Reader { draft, mut notes, .. } = reader;
    if draft.bands.is_empty() && draft.curves.is_empty() && draft.preamp_db.is_none() {
        return Err(ImportError::Nothing(notes));
    }
    let format = if draft.bands.is_empty() && !draft.curves.is_empty() {
        Format::GraphicEq
    } else {
        Format::EqualizerApo
    };
    let config = EnhancerConfig { equalizer: draft.equalizer(&mut notes), ..EnhancerConfig::default() };
    let preset = Preset { category: "imported".to_owned(), ..Preset::new(name, config) };
    Ok(Imported { preset, format, notes })
}

#[derive(Default)]
struct Reader {
    draft: Draft,
    notes: Vec<Note>,
    /// What filters work on; `None` for channels that we don't have.
    channel: Option<Option<BandChannel>>,
    /// How many `If:` are open.
    conditions: usize,
}

impl Reader {
    fn note(&mut self, line: usize, text: impl Into<String>) {
        match self.notes.len() {
            0..MAX_NOTES => self.notes.push(Note { line: Some(line), text: text.into() }),
            MAX_NOTES => {
                self.notes.push(Note { line: Some(line), text: "further notes are left out".to_owned() })
            }
            _ => {}
        }
    }

    fn line(&mut self, number: usize, line: &str) {
        let line = line.split('#').next().unwrap_or_default().trim().trim_start_matches('\u{feff}');
        if line.is_empty() {
            return;
        }
        let Some((command, parameters)) = line.split_once(':') else {
            // Titles and notes that Room EQ Wizard writes at the top look so.
            self.note(number, format!("`{}` is not understood", one_line(line)));
            return;
        };
        let command = command.trim().to_lowercase();
        let word = command.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        if self.conditions > 0 && !matches!(word, "if" | "endif") {
            self.note(number, format!("`{}` stands under a condition and is left out", one_line(line)));
            return;
        }
        match word {
            "preamp" => self.preamp(number, parameters),
            "filter" => self.filter(number, parameters),
            "graphiceq" => self.graphic_eq(number, parameters),
            "channel" => self.channel(number, parameters),
            "device" | "stage" if is_any(parameters) => {}
            "if" => {
                self.conditions += 1;
                self.note(number, "conditions are not evaluated; what stands under them is left out");
            }
            "endif" => self.conditions = self.conditions.saturating_sub(1),
            _ => self.note(number, format!("`{}` is not supported", one_line(line))),
        }
    }

    fn preamp(&mut self, number: usize, parameters: &str) {
        let Some(value) = pieces(parameters).iter().find_map(|piece| match piece {
            Piece::Number(number) => Some(number.value),
            Piece::Word(_) => None,
        }) else {
            self.note(number, format!("preamp `{}` is not a number", one_line(parameters)));
            return;
        };
        match self.band_channel() {
            Some(BandChannel::Stereo) => *self.draft.preamp_db.get_or_insert(0.0) += value,
            _ => self.note(number, "a preamp for some channels only is not supported and left out"),
        }
    }

    fn filter(&mut self, number: usize, parameters: &str) {
        let (band, changes) = match apo_filter::parse(parameters) {
            Filter::Empty => return,
            Filter::Refused(reason) => {
                self.note(number, format!("filter left out: {}", one_line(&reason)));
                return;
            }
            Filter::Band { band, changes } => (band, changes),
        };
        let Some(channel) = self.band_channel() else {
            self.note(number, "a filter for channels other than left and right is left out");
            return;
        };
        if self.draft.bands.len() >= MAX_FILTERS {
            self.note(number, format!("more than {MAX_FILTERS} filters; this one is left out"));
            return;
        }
        for change in changes {
            self.note(number, change);
        }
        self.draft.bands.push(EqBand { channel, ..band });
    }

    fn graphic_eq(&mut self, number: usize, parameters: &str) {
        match (graphic_eq::curve_db(parameters), self.band_channel()) {
            (Err(reason), _) => {
                self.note(number, format!("graphic equalizer left out: {}", one_line(&reason)))
            }
            (_, None) => self.note(number, "a curve for channels other than left and right is left out"),
            (Ok(_), _) if self.draft.curves.len() >= MAX_CURVES => {
                self.note(number, format!("more than {MAX_CURVES} curves; this one is left out"));
            }
            (Ok(curve), Some(channel)) => self.draft.curves.push((channel, number, curve)),
        }
    }

    fn channel(&mut self, number: usize, parameters: &str) {
        let names: Vec<String> = parameters.split_whitespace().map(str::to_uppercase).collect();
        let has = |accepted: &[&str]| names.iter().any(|name| accepted.contains(&name.as_str()));
        let chosen = match (has(&["ALL"]), has(&["L", "1"]), has(&["R", "2"])) {
            (true, ..) | (_, true, true) => Some(BandChannel::Stereo),
            (_, true, false) => Some(BandChannel::Left),
            (_, false, true) => Some(BandChannel::Right),
            _ => None,
        };
        if chosen.is_none() {
            self.note(number, format!("channel `{}` is not supported", one_line(parameters)));
        }
        self.channel = Some(chosen);
    }

    fn band_channel(&self) -> Option<BandChannel> {
        self.channel.unwrap_or(Some(BandChannel::Stereo))
    }
}

fn is_any(parameters: &str) -> bool {
    parameters.split_whitespace().all(|word| ["all", "post-mix"].contains(&word.to_lowercase().as_str()))
}
