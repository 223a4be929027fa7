//! Imports presets of Peace, the editor for Equalizer APO: an INI file of sliders.
//!
//! A slider `n` is `Frequency n`, `Gain n` and `Quality n` in sections of these names; a slider without
//! gain has no effect. `[Filters]` gives the types of sliders that are not bells, numbered as in Peace's
//! list of filters. Files published with Peace use 4 for a low shelf and 5 for a high shelf of Equalizer
//! APO's default slope. A section with a number is for the speaker of that number, whose `SpeakerTargets n`
//! is an Equalizer APO `Channel`.

use super::builder::Builder;
use super::filter::{Shape, Values};
use super::ini::Ini;
use super::{Format, ImportError, Imported, Source};
use crate::excerpt::excerpt;
use enhancer_dsp::config::BandChannel;

/// The largest speaker number.
const SPEAKERS: u32 = 16;

/// Imports `source` if it has Peace's sections.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    if !source.text.lines().any(|line| line.trim().eq_ignore_ascii_case("[frequencies]")) {
        return None;
    }
    let ini = Ini::read(source.text);
    (ini.has_section("gains") || ini.has_section("qualities")).then(|| read(&ini, source))
}

fn read(ini: &Ini<'_>, source: &Source<'_>) -> Result<Imported, ImportError> {
    let mut builder = Builder::default();
    for speaker in 0..=SPEAKERS {
        sliders(ini, speaker, &mut builder);
    }
    if builder.draft.bands.is_empty() && !builder.notes.is_empty() {
        return Err(ImportError::Nothing { format: Format::Peace, notes: builder.notes });
    }
    if let Some(preamp_db) = ini.number("general", "preamp") {
        builder.gain(preamp_db);
    }
    builder.finish(Format::Peace, &source.name)
}

fn sliders(ini: &Ini<'_>, speaker: u32, builder: &mut Builder) {
    let number = if speaker == 0 { String::new() } else { speaker.to_string() };
    let section = |name: &str| format!("{name}{number}");
    let gains = section("gains");
    let filters = section("filters");
    let mut indices = ini.indices(&gains, "gain");
    indices.extend(ini.indices(&filters, "filter"));
    indices.sort_unstable();
    indices.dedup();
    if indices.is_empty() {
        return;
    }
    let target = ini.get("speakers", &format!("speakertargets{speaker}")).map_or("all", |(target, _)| target);
    let Some(channel) = channel(target, speaker) else {
        builder.note(None, format!("the sliders of the speaker `{}` are left out", excerpt(target)));
        return;
    };
    for index in indices {
        let gain_db = ini.number(&gains, &format!("gain{index}"));
        let code = ini.number(&filters, &format!("filter{index}")).unwrap_or(0.0);
        let line = ini
            .get(&gains, &format!("gain{index}"))
            .or(ini.get(&filters, &format!("filter{index}")))
            .map(|(_, line)| line);
        let frequency_hz = ini.number(&section("frequencies"), &format!("frequency{index}"));
        let q = ini.number(&section("qualities"), &format!("quality{index}"));
        let (shape, has_gain) = kind(code);
        match (gain_db.unwrap_or(0.0) != 0.0, has_gain) {
            // A slider at 0 dB, or one that is absent.
            (false, true) => continue,
            _ if frequency_hz.is_none() && gain_db.is_none() => continue,
            (true, false) => {
                let text = format!(
                    "slider {index} left out: a filter of type {code} has no gain, but the file sets {} dB",
                    gain_db.unwrap_or(0.0)
                );
                builder.note(line, text);
                continue;
            }
            _ => {}
        }
        // Equalizer APO's plain shelves ignore Q and have a fixed slope.
        let q = if matches!(code, 4.0 | 5.0) { None } else { q };
        let values = Values::new(frequency_hz, gain_db, q);
        builder.filter(line, &format!("slider {index}"), shape, &values, (true, channel));
    }
}

fn channel(target: &str, speaker: u32) -> Option<BandChannel> {
    let names: Vec<String> = target.split_whitespace().map(str::to_uppercase).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    match (has("ALL") || (names.is_empty() && speaker == 0), has("L"), has("R")) {
        (true, ..) | (_, true, true) => Some(BandChannel::Stereo),
        (_, true, false) => Some(BandChannel::Left),
        (_, false, true) => Some(BandChannel::Right),
        _ => None,
    }
}

/// The filter type for a number in Peace's list, and whether it has a gain.
fn kind(code: f64) -> (Option<Shape>, bool) {
    let (name, has_gain) = match code {
        0.0 => ("PK", true),
        1.0 => ("LPQ", false),
        2.0 => ("HPQ", false),
        3.0 => ("BP", false),
        4.0 => ("LS", true),
        5.0 => ("HS", true),
        6.0 => ("NO", false),
        14.0 => ("LS", true),
        15.0 => ("HS", true),
        16.0 => ("LSC", true),
        17.0 => ("HSC", true),
        _ => ("", true),
    };
    (Shape::of(name), has_gain)
}
