//! Equalizer APO's configuration text, and what AutoEQ, squig.link and Room EQ Wizard write in its form.
//!
//! Lines are `Command: parameters`; lines without a colon and comments after `#` say nothing. Preamps add up.
//! `Channel:` chooses what the following filters and preamps work on: both sides, left or right; other
//! channels we don't have.

mod decimals;
mod filter;
mod include;
mod select;

use super::taken::Taken;
use super::words::{Piece, pieces};
use super::{Format, ImportError, Imported, NO_DEVICES, Source, curve};
use crate::text::one_line;
use decimals::Decimals;
use enhancer_dsp::config::{BandChannel, EqBand};
use filter::Filter;
use include::Folder;
use select::{Item, Selection, Step};

/// Commands of Equalizer APO, small, without their numbers.
const COMMANDS: [&str; 15] = [
    "preamp",
    "filter",
    "graphiceq",
    "channel",
    "device",
    "stage",
    "include",
    "copy",
    "delay",
    "convolution",
    "if",
    "eval",
    "loudnesscorrection",
    "vstplugin",
    "endif",
];

/// Reads `source` if any of its lines is a command.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    source.text.lines().any(is_command).then(|| read(source))
}

fn is_command(line: &str) -> bool {
    let Some((command, _)) = line.split_once(':') else { return false };
    let command = command.trim().trim_start_matches(['#', '\u{feff}']).trim().to_lowercase();
    COMMANDS.contains(&command.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end())
}

fn read(source: &Source<'_>) -> Result<Imported, ImportError> {
    let selection = Selection::read(source.text, Folder::of(source.path));
    let mut taken = Taken::default();
    if source.device.is_some() && !selection.names_devices() {
        taken.note(None, NO_DEVICES);
    }
    let items = selection.choose(source.device)?;
    let mut reader = Reader { decimals: seen_decimals(&items), taken, ..Reader::default() };
    for Item { line, step, .. } in items {
        match step {
            Step::Command { word, parameters, times } => {
                for _ in 0..times {
                    reader.command(line, &word, &parameters);
                }
            }
            Step::Note(text) => reader.taken.note(line, text),
            // The channels that a file chooses are its own.
            Step::Enter => reader.outer.push(reader.channel),
            Step::Leave => reader.channel = reader.outer.pop().unwrap_or_default(),
        }
    }
    let draft = &reader.taken.draft;
    let is_curve = draft.bands.is_empty() && !draft.curves.is_empty();
    let format = if is_curve { Format::GraphicEq } else { Format::EqualizerApo };
    reader.taken.finish(format, &source.name)
}

fn seen_decimals(items: &[Item]) -> Decimals {
    let mut decimals = Decimals::default();
    for item in items {
        if let Step::Command { word, parameters, .. } = &item.step
            && matches!(word.as_str(), "filter" | "preamp")
        {
            decimals.look_at(parameters);
        }
    }
    decimals
}

#[derive(Default)]
struct Reader {
    taken: Taken,
    /// What filters work on; the inner `None` is for channels that we don't have.
    channel: Option<Option<BandChannel>>,
    /// The channels of the files that include this one.
    outer: Vec<Option<Option<BandChannel>>>,
    decimals: Decimals,
}

impl Reader {
    fn note(&mut self, line: usize, text: impl Into<String>) {
        self.taken.note(line, text);
    }

    fn command(&mut self, line: usize, word: &str, parameters: &str) {
        match word {
            "preamp" => self.preamp(line, parameters),
            "filter" => self.filter(line, parameters),
            "graphiceq" => self.graphic_eq(line, parameters),
            "channel" => self.channel(line, parameters),
            _ => {
                self.note(line, format!("`{}` is not supported", one_line(&format!("{word}: {parameters}"))))
            }
        }
    }

    fn preamp(&mut self, line: usize, parameters: &str) {
        let Some(gain_db) = pieces(parameters).iter().find_map(|piece| match piece {
            Piece::Number(number) => Some(number.value),
            _ => None,
        }) else {
            self.note(line, format!("preamp `{}` is not a number", one_line(parameters)));
            return;
        };
        match self.band_channel() {
            Some(channel) => self.taken.gain_of(channel, gain_db),
            None => self.note(line, "a preamp for channels other than left and right is left out"),
        }
    }

    fn filter(&mut self, line: usize, parameters: &str) {
        let (band, changes) = match filter::parse(parameters, self.decimals) {
            Filter::Empty => return,
            Filter::Refused(reason) => {
                self.note(line, format!("filter left out: {}", one_line(&reason)));
                return;
            }
            Filter::Band { band, changes } => (band, changes),
        };
        let Some(channel) = self.band_channel() else {
            self.note(line, "a filter for channels other than left and right is left out");
            return;
        };
        for change in changes {
            self.note(line, change);
        }
        self.taken.band(line, EqBand { channel, ..band });
    }

    fn graphic_eq(&mut self, line: usize, parameters: &str) {
        match (curve::of_pairs(parameters), self.band_channel()) {
            (Err(reason), _) => self.note(line, format!("graphic equalizer left out: {}", one_line(&reason))),
            (_, None) => self.note(line, "a curve for channels other than left and right is left out"),
            (Ok(curve), Some(channel)) => self.taken.curve(line, channel, curve),
        }
    }

    fn channel(&mut self, line: usize, parameters: &str) {
        let names: Vec<String> = parameters.split_whitespace().map(str::to_uppercase).collect();
        let has = |accepted: &[&str]| names.iter().any(|name| accepted.contains(&name.as_str()));
        let chosen = match (has(&["ALL"]), has(&["L", "1"]), has(&["R", "2"])) {
            (true, ..) | (_, true, true) => Some(BandChannel::Stereo),
            (_, true, false) => Some(BandChannel::Left),
            (_, false, true) => Some(BandChannel::Right),
            _ => None,
        };
        if chosen.is_none() {
            self.note(line, format!("channel `{}` is not supported", one_line(parameters)));
        }
        self.channel = Some(chosen);
    }

    fn band_channel(&self) -> Option<BandChannel> {
        self.channel.unwrap_or(Some(BandChannel::Stereo))
    }
}
