//! Fits any number of filters into the equalizer's slots, and sets a preamp that prevents clipping.

use super::Note;
use super::builder::balance_note;
use super::filter::{clamp, to_hundredths};
use super::fit::{Fit, fit, frequencies_hz};
use super::sides;
use enhancer_dsp::config::{BandChannel, BandType, Bands, EqBand, EqualizerConfig, MAX_BANDS};
use enhancer_dsp::filter::prototype::Prototype;

/// The equalizer as a file sets it, before it is fitted into the slots.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The file's preamp, dB; `None` if it has none.
    pub(super) preamp_db: Option<f64>,
    /// Further gains of left and right, dB.
    pub(super) side_db: [f64; 2],
    /// The filters in the file's order, each value in its range.
    pub(super) bands: Vec<EqBand>,
    /// The curves of graphic equalizers, each with its channel and its line in the file.
    pub(super) curves: Vec<(BandChannel, usize, Vec<f64>)>,
}

impl Draft {
    /// True if the file sets nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.preamp_db.is_none() && self.bands.is_empty() && self.curves.is_empty()
    }

    /// Sets the equalizer and adds a note for each change. Returns the balance in percent that the sides'
    /// different gains need, or `None` if they are equal.
    pub(super) fn fill(self, equalizer: &mut EqualizerConfig, notes: &mut Vec<Note>) -> Option<f64> {
        let mut bands = self.bands;
        sides::pair(&mut bands);
        let mut preamp_db = self.preamp_db.unwrap_or(0.0);
        let share = match self.curves.len() {
            0 => 0,
            curves => MAX_BANDS.saturating_sub(bands.len()).max(MAX_BANDS / 2) / curves,
        };
        merge(&mut bands, MAX_BANDS - share * self.curves.len(), notes);
        for (channel, line, curve) in &self.curves {
            // A common gain changes every channel, so only a curve for all of them may use it.
            let fit = fit(curve, share, *channel == BandChannel::Stereo);
            notes.push(Note {
                line: Some(*line),
                text: format!("the curve is approximated by {}", describe(&fit)),
            });
            preamp_db += fit.gain_db;
            bands.extend(fit.bands.iter().map(|band| EqBand { channel: *channel, ..*band }));
        }
        let bands: Bands = bands.into_iter().collect();
        if self.preamp_db.is_none() {
            preamp_db = without_gain_above_0_db(preamp_db, &bands, notes);
        }
        let [left_db, right_db] = self.side_db;
        let (percent, common_db) = sides::balance(left_db, right_db);
        if percent != 0.0 {
            notes.push(Note { line: None, text: balance_note(self.side_db, percent) });
        }
        let mut changes = Vec::new();
        let preamp_db = clamp("the preamp", to_hundredths(preamp_db + common_db), -24.0, 24.0, &mut changes);
        notes.extend(changes.into_iter().map(|text| Note { line: None, text }));
        *equalizer = EqualizerConfig { preamp_db, bands, ..EqualizerConfig::default() };
        (percent != 0.0).then_some(percent)
    }
}

/// The preamp that keeps the largest gain at or below 0 dB, for a file without a preamp.
fn without_gain_above_0_db(preamp_db: f64, bands: &[EqBand], notes: &mut Vec<Note>) -> f64 {
    let peak_db = preamp_db + peak_gain_db(bands);
    if peak_db <= 0.0 {
        return preamp_db;
    }
    let lowered = ((preamp_db - peak_db) * 10.0).floor() / 10.0;
    let text = format!(
        "the file has no preamp; {} dB keeps its largest gain below 0 dB",
        to_hundredths(lowered - preamp_db)
    );
    notes.push(Note { line: None, text });
    lowered
}

fn describe(fit: &Fit) -> String {
    let count = match fit.bands.len() {
        1 => "1 band".to_owned(),
        count => format!("{count} bands"),
    };
    format!("{count} within {:.2} dB (RMS {:.2} dB), 20 Hz to 20 kHz", fit.worst_db, fit.rms_db)
}

/// The largest total gain of the bands on any channel from 10 Hz to 30 kHz, dB.
pub(super) fn peak_gain_db(bands: &[EqBand]) -> f64 {
    let enabled: Vec<(BandChannel, Prototype)> =
        bands.iter().filter(|band| band.enabled).map(|band| (band.channel, Prototype::new(band))).collect();
    let of = |channels: &[BandChannel], frequency: f64| {
        let on = enabled.iter().filter(|(channel, _)| channels.contains(channel));
        on.map(|(_, prototype)| prototype.gain_db(frequency)).sum::<f64>()
    };
    use BandChannel::{Left, Mid, Right, Side, Stereo};
    let grid = (0..=1200).map(|point| 10.0 * 3000f64.powf(f64::from(point) / 1200.0));
    // A narrow band peaks between the points of the grid.
    let centres = bands.iter().map(|band| f64::from(band.frequency_hz));
    grid.chain(centres)
        .map(|frequency| {
            let sides = of(&[Left], frequency).max(of(&[Right], frequency));
            of(&[Stereo], frequency) + sides + of(&[Mid], frequency).max(of(&[Side], frequency))
        })
        .fold(0.0, f64::max)
}

/// Reduces the filters to `slots`. First it removes filters without effect. Then, channel by channel, it
/// replaces bells and shelves by fewer with nearly the same sum. Passes and notches stay unchanged.
pub(super) fn merge(bands: &mut Vec<EqBand>, slots: usize, notes: &mut Vec<Note>) {
    if bands.len() <= slots {
        return;
    }
    let total = bands.len();
    bands.retain(|band| band.enabled && !(is_bell_or_shelf(band) && band.gain_db == 0.0));
    if bands.len() < total {
        let text = format!("{} filters without effect are left out", total - bands.len());
        notes.push(Note { line: None, text });
    }
    if bands.len() <= slots {
        return;
    }
    let (bent, fixed): (Vec<EqBand>, Vec<EqBand>) = bands.iter().partition(|band| is_bell_or_shelf(band));
    let free = slots.saturating_sub(fixed.len());
    let mut merged: Vec<EqBand> = fixed.into_iter().take(slots).collect();
    let left_out = bands.len() - bent.len() - merged.len();
    if left_out > 0 {
        let text =
            format!("{left_out} passes and notches are left out; the equalizer has {slots} slots for them");
        notes.push(Note { line: None, text });
    }
    let of = |channel| bent.iter().filter(|band| band.channel == channel).copied().collect();
    let mut groups: Vec<(BandChannel, Vec<EqBand>)> =
        BandChannel::ALL.iter().map(|&channel| (channel, of(channel))).collect();
    groups.retain(|(_, group)| !group.is_empty());
    let (mut given, mut remaining) = (0, groups.len());
    for (channel, group) in groups {
        remaining -= 1;
        // Earlier groups have their shares already; each later group gets at least one slot.
        let left = (free - given).saturating_sub(remaining);
        let share = (free * group.len()).div_ceil(bent.len()).min(left);
        given += share;
        if group.len() <= share {
            merged.extend(group);
            continue;
        }
        if share == 0 {
            let largest_db = group.iter().fold(0f32, |largest, band| largest.max(band.gain_db.abs()));
            let bells = if group.len() == 1 { "bell or shelf" } else { "bells and shelves" };
            let text = format!(
                "no slot is free for {} {bells} ({}) of up to {largest_db} dB",
                group.len(),
                channel.label()
            );
            notes.push(Note { line: None, text });
            continue;
        }
        let prototypes: Vec<Prototype> = group.iter().map(Prototype::new).collect();
        let sum = |frequency| prototypes.iter().map(|prototype| prototype.gain_db(frequency)).sum();
        let curve: Vec<f64> = frequencies_hz().map(sum).collect();
        let fit = fit(&curve, share, false);
        let text =
            format!("{} filters ({}) are merged into {}", group.len(), channel.label(), describe(&fit));
        notes.push(Note { line: None, text });
        merged.extend(fit.bands.iter().map(|band| EqBand { channel, ..*band }));
    }
    *bands = merged;
}

/// True for a bell or a shelf; other bells and shelves can replace it.
fn is_bell_or_shelf(band: &EqBand) -> bool {
    matches!(band.kind, BandType::Peak | BandType::Lowshelf | BandType::Highshelf)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mid and side reach both channels, and a signal may be all mid or all side, so the larger of the two
    /// counts.
    #[test]
    fn peak_gain_is_that_of_the_loudest_channel() {
        use BandChannel::{Left, Mid, Right, Side, Stereo};
        let band = |(channel, gain_db)| EqBand { channel, gain_db, ..EqBand::default() };
        let cases: [(&[(BandChannel, f32)], f64); 8] = [
            (&[], 0.0),
            (&[(Stereo, -6.0)], 0.0),
            (&[(Stereo, 3.0), (Left, 2.0), (Right, -4.0)], 5.0),
            (&[(Stereo, 3.0), (Left, -4.0), (Right, 2.0)], 5.0),
            (&[(Mid, 4.0), (Side, -1.0)], 4.0),
            (&[(Mid, -1.0), (Side, 4.0)], 4.0),
            (&[(Mid, -6.0), (Stereo, 4.0)], 4.0),
            (&[(Left, 1.0), (Side, 2.0), (Stereo, 4.0)], 7.0),
        ];
        for (parts, expected) in cases {
            let bands: Vec<EqBand> = parts.iter().copied().map(band).collect();
            let peak_db = peak_gain_db(&bands);
            assert!((peak_db - expected).abs() < 1e-6, "{parts:?}: {peak_db}, not {expected}");
        }
    }
}
