//! What a reader has taken over so far, the same for every format.

use super::assemble::Draft;
use super::filter::{Shape, Values, round};
use super::{Format, ImportError, Imported, Note};
use crate::preset::Preset;
use crate::text::one_line;
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{BandChannel, EqBand};

/// The most filters and notes that are kept.
const MAX_FILTERS: usize = 512;
const MAX_NOTES: usize = 200;
/// The most curves: one for each side and one for both.
const MAX_CURVES: usize = 3;

#[derive(Default)]
pub(super) struct Taken {
    pub(super) draft: Draft,
    pub(super) notes: Vec<Note>,
    /// Everything but the equalizer.
    pub(super) config: EnhancerConfig,
}

impl Taken {
    pub(super) fn note(&mut self, line: impl Into<Option<usize>>, text: impl Into<String>) {
        let line = line.into();
        match self.notes.len() {
            0..MAX_NOTES => self.notes.push(Note { line, text: text.into() }),
            MAX_NOTES => self.notes.push(Note { line, text: "further notes are left out".to_owned() }),
            _ => {}
        }
    }

    /// Adds a gain of both sides.
    pub(super) fn gain(&mut self, gain_db: f64) {
        *self.draft.preamp_db.get_or_insert(0.0) += gain_db;
    }

    /// Adds a gain of one side or of both; says so where it is for one.
    pub(super) fn gain_of(&mut self, channel: BandChannel, gain_db: f64) {
        let [left_db, right_db] = &mut self.draft.side_db;
        match channel {
            BandChannel::Left => *left_db += gain_db,
            BandChannel::Right => *right_db += gain_db,
            _ => return self.gain(gain_db),
        }
        self.gain(0.0);
    }

    /// Adds a filter of a named type; `name` says in a note which one it is.
    pub(super) fn filter(
        &mut self,
        line: impl Into<Option<usize>>,
        name: &str,
        shape: Option<Shape>,
        values: &Values,
        (enabled, channel): (bool, BandChannel),
    ) {
        let line = line.into();
        let read = shape.ok_or_else(|| "its type is not supported".to_owned());
        match read.and_then(|shape| values.band(shape, enabled)) {
            Ok((band, changes)) => {
                for change in changes {
                    self.note(line, format!("{name}: {change}"));
                }
                self.band(line, EqBand { channel, ..band });
            }
            Err(reason) => self.note(line, format!("{name} left out: {}", one_line(&reason))),
        }
    }

    pub(super) fn band(&mut self, line: impl Into<Option<usize>>, band: EqBand) {
        if self.draft.bands.len() >= MAX_FILTERS {
            self.note(line, format!("more than {MAX_FILTERS} filters; this one is left out"));
            return;
        }
        self.draft.bands.push(band);
    }

    /// Adds a curve, gains at the frequencies of the fit in dB.
    pub(super) fn curve(&mut self, line: usize, channel: BandChannel, curve_db: Vec<f64>) {
        if self.draft.curves.len() >= MAX_CURVES {
            self.note(line, format!("more than {MAX_CURVES} curves; this one is left out"));
            return;
        }
        self.draft.curves.push((channel, line, curve_db));
    }

    /// The preset.
    ///
    /// # Errors
    /// Nothing was taken over.
    pub(super) fn finish(self, format: Format, name: &str) -> Result<Imported, ImportError> {
        let Self { draft, mut notes, mut config } = self;
        if draft.is_empty() && config == EnhancerConfig::default() {
            return Err(ImportError::Nothing { format, notes });
        }
        let balance_percent = draft.fill(&mut config.equalizer, &mut notes);
        if let Some(percent) = balance_percent {
            config.stereo_enhancer.enabled = true;
            config.stereo_enhancer.balance_percent = percent as f32;
        }
        notes.sort_by_key(|note| note.line.unwrap_or(usize::MAX));
        let preset = Preset { category: "imported".to_owned(), ..Preset::new(name, config) };
        Ok(Imported { preset, format, notes })
    }
}

/// The note on gains that differ between the sides.
pub(super) fn said_of_sides([left_db, right_db]: [f64; 2], percent: f64) -> String {
    format!(
        "gains of {} dB on the left and {} dB on the right become a balance of {} % and a preamp",
        round(left_db),
        round(right_db),
        round(percent)
    )
}
