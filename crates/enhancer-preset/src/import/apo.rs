//! Imports Equalizer APO's configuration text, including the files of AutoEQ, squig.link and Room EQ
//! Wizard.
//!
//! A line is `Command: parameters`. Lines without a colon and comments after `#` have no effect. Preamps
//! add up. `Channel:` selects the channel of the following filters and preamps: both sides, left or right.
//! Other channels are not supported.

mod decimals;
mod filter;
mod include;
mod select;

use super::builder::Builder;
use super::tokens::{Token, tokens};
use super::{Format, ImportError, Imported, NO_DEVICES, Source, curve};
use crate::excerpt::excerpt;
use decimals::Decimals;
use enhancer_dsp::config::{BandChannel, EqBand};
use filter::Filter;
use include::Folder;
use select::{Item, Selection, Step};

/// Equalizer APO's commands, in lower case and without their numbers.
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

/// Imports `source` if any of its lines is a command.
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
    let mut builder = Builder::default();
    if source.device.is_some() && !selection.names_devices() {
        builder.note(None, NO_DEVICES);
    }
    let items = selection.choose(source.device)?;
    let mut reader = Reader { decimals: observed_decimals(&items), builder, ..Reader::default() };
    for Item { line, step, .. } in items {
        match step {
            Step::Command { word, parameters, times } => {
                for _ in 0..times {
                    reader.command(line, &word, &parameters);
                }
            }
            Step::Note(text) => reader.builder.note(line, text),
            // A channel selection ends with its file.
            Step::Enter => reader.outer.push(reader.channel),
            Step::Leave => reader.channel = reader.outer.pop().unwrap_or_default(),
        }
    }
    let draft = &reader.builder.draft;
    let is_curve = draft.bands.is_empty() && !draft.curves.is_empty();
    let format = if is_curve { Format::GraphicEq } else { Format::EqualizerApo };
    reader.builder.finish(format, &source.name)
}

fn observed_decimals(items: &[Item]) -> Decimals {
    let mut decimals = Decimals::default();
    for item in items {
        if let Step::Command { word, parameters, .. } = &item.step
            && matches!(word.as_str(), "filter" | "preamp")
        {
            decimals.observe(parameters);
        }
    }
    decimals
}

#[derive(Default)]
struct Reader {
    builder: Builder,
    /// The selected channel; the outer `None` means both sides, the inner `None` an unsupported channel.
    channel: Option<Option<BandChannel>>,
    /// The selected channels of the files that include this one.
    outer: Vec<Option<Option<BandChannel>>>,
    decimals: Decimals,
}

impl Reader {
    fn note(&mut self, line: usize, text: impl Into<String>) {
        self.builder.note(line, text);
    }

    fn command(&mut self, line: usize, word: &str, parameters: &str) {
        match word {
            "preamp" => self.preamp(line, parameters),
            "filter" => self.filter(line, parameters),
            "graphiceq" => self.graphic_eq(line, parameters),
            "channel" => self.channel(line, parameters),
            _ => self.note(line, format!("`{}` is not supported", excerpt(&format!("{word}: {parameters}")))),
        }
    }

    fn preamp(&mut self, line: usize, parameters: &str) {
        let Some(gain_db) = tokens(parameters).iter().find_map(|token| match token {
            Token::Number(number) => Some(number.value),
            _ => None,
        }) else {
            self.note(line, format!("preamp `{}` is not a number", excerpt(parameters)));
            return;
        };
        match self.band_channel() {
            Some(channel) => self.builder.gain_of(channel, gain_db),
            None => self.note(line, "a preamp for a channel other than left or right is left out"),
        }
    }

    fn filter(&mut self, line: usize, parameters: &str) {
        let (band, changes) = match filter::parse(parameters, self.decimals) {
            Filter::Empty => return,
            Filter::Refused(reason) => {
                self.note(line, format!("the filter is left out: {}", excerpt(&reason)));
                return;
            }
            Filter::Band { band, changes } => (band, changes),
        };
        let Some(channel) = self.band_channel() else {
            self.note(line, "a filter for a channel other than left or right is left out");
            return;
        };
        self.builder.notes(Some(line), changes);
        self.builder.band(line, EqBand { channel, ..band });
    }

    fn graphic_eq(&mut self, line: usize, parameters: &str) {
        match (curve::of_pairs(parameters), self.band_channel()) {
            (Err(reason), _) => {
                self.note(line, format!("the graphic equalizer is left out: {}", excerpt(&reason)))
            }
            (_, None) => self.note(line, "a curve for a channel other than left or right is left out"),
            (Ok(curve), Some(channel)) => self.builder.curve(line, channel, curve),
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
            self.note(line, format!("channel `{}` is not supported", excerpt(parameters)));
        }
        self.channel = Some(chosen);
    }

    fn band_channel(&self) -> Option<BandChannel> {
        self.channel.unwrap_or(Some(BandChannel::Stereo))
    }
}
