//! The preset that a reader builds, common to all formats.

use super::draft::Draft;
use super::filter::{Shape, Values, to_hundredths};
use super::{Format, ImportError, Imported, Note};
use crate::excerpt::excerpt;
use crate::preset::Preset;
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{BandChannel, EqBand};

/// The largest number of filters and of notes.
const MAX_FILTERS: usize = 512;
const MAX_NOTES: usize = 200;
/// The largest number of curves: one for each side and one for both.
const MAX_CURVES: usize = 3;

#[derive(Default)]
pub(super) struct Builder {
    pub(super) draft: Draft,
    pub(super) notes: Vec<Note>,
    /// Every stage but the equalizer.
    pub(super) config: EnhancerConfig,
}

impl Builder {
    pub(super) fn note(&mut self, line: impl Into<Option<usize>>, text: impl Into<String>) {
        let line = line.into();
        match self.notes.len() {
            0..MAX_NOTES => self.notes.push(Note { line, text: text.into() }),
            MAX_NOTES => self.notes.push(Note { line, text: "further notes are omitted".to_owned() }),
            _ => {}
        }
    }

    /// Adds a note for each text.
    pub(super) fn notes(&mut self, line: Option<usize>, texts: Vec<String>) {
        for text in texts {
            self.note(line, text);
        }
    }

    /// Adds a gain on both sides, dB.
    pub(super) fn gain(&mut self, gain_db: f64) {
        *self.draft.preamp_db.get_or_insert(0.0) += gain_db;
    }

    /// Adds a gain on one side or on both, dB.
    pub(super) fn gain_of(&mut self, channel: BandChannel, gain_db: f64) {
        let [left_db, right_db] = &mut self.draft.side_db;
        match channel {
            BandChannel::Left => *left_db += gain_db,
            BandChannel::Right => *right_db += gain_db,
            _ => return self.gain(gain_db),
        }
        self.gain(0.0);
    }

    /// Adds a filter. `name` identifies it in notes; a `shape` of `None` is an unsupported type.
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
                self.notes(line, changes.iter().map(|change| format!("{name}: {change}")).collect());
                self.band(line, EqBand { channel, ..band });
            }
            Err(reason) => self.note(line, format!("{name} left out: {}", excerpt(&reason))),
        }
    }

    pub(super) fn band(&mut self, line: impl Into<Option<usize>>, band: EqBand) {
        if self.draft.bands.len() >= MAX_FILTERS {
            self.note(line, format!("more than {MAX_FILTERS} filters; this one is left out"));
            return;
        }
        self.draft.bands.push(band);
    }

    /// Adds a curve: gains in dB at the frequencies of the fit.
    pub(super) fn curve(&mut self, line: usize, channel: BandChannel, curve_db: Vec<f64>) {
        if self.draft.curves.len() >= MAX_CURVES {
            self.note(line, format!("more than {MAX_CURVES} curves; this one is left out"));
            return;
        }
        self.draft.curves.push((channel, line, curve_db));
    }

    /// Completes the preset.
    ///
    /// # Errors
    /// [`ImportError::Nothing`] if the file set nothing.
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

/// The note on gains that differ between left and right.
pub(super) fn balance_note([left_db, right_db]: [f64; 2], percent: f64) -> String {
    format!(
        "the gains of {} dB on the left and {} dB on the right become a balance of {} % and a preamp",
        to_hundredths(left_db),
        to_hundredths(right_db),
        to_hundredths(percent)
    )
}
