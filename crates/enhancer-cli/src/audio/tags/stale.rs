//! Tags that are no longer true of a changed sound: loudness gains, the old encoder's name, settings and
//! delays, checksums.
//!
//! All spellings are found: only a name's letters and digits count, in any case. Tags that identify the music
//! stay, such as an AcoustID fingerprint or a disc id. So do length, tempo, key, cue sheet and the flag for
//! gapless albums.

use super::found::Found;
use lofty::id3::v2::Frame;

/// First parts of names.
const PREFIXES: &[&str] = &[
    "ACCURATERIPCONFIDENCE",
    "ACCURATERIPCOUNT",
    "ACCURATERIPCRC",
    "ACCURATERIPRESULT",
    "ACCURATERIPTOTAL",
    "ALBUMDYNAMICRANGE",
    "CTDBDISCCONFIDENCE",
    "CTDBTRACKCONFIDENCE",
    "DYNAMICRANGE",
    "ENCODEROPTION",
    "ENCODERSETTING",
    "ENCODINGPARAM",
    "ENCODINGSETTING",
    "ENCODINGTOOL",
    "ITUNNORM",
    "ITUNSMPB",
    "MP3GAIN",
    "R128",
    "REPLAYGAIN",
];

/// Whole names.
const NAMES: &[&str] = &[
    "AUDIOMD5",
    "AVERAGELEVEL",
    "CODEC",
    "ENCODER",
    "ENCODERSOFTWARE",
    "ENCODING",
    "ENCODINGAPPLICATION",
    "ISFT",
    "MD5",
    "MD5SIGNATURE",
    "MD5SUM",
    "PEAKVALUE",
    "SOURCEENCODER",
    "SWR",
    "TOOL",
    // The encoder states the speaker positions of the output.
    "WAVEFORMATEXTENSIBLECHANNELMASK",
];

/// Frames of ID3v2.4, 2.3 and 2.2: gains (`RVA2`, `RVAD`, `RVA`, `XRVA`, `RGAD`), equalization for the old
/// sound, encoder settings and time, file type and size, places of MPEG frames, buffer size, encryption.
const FRAMES: &[&str] = &[
    "AENC", "ASPI", "BUF", "CRA", "EQU", "EQU2", "EQUA", "MLL", "MLLT", "RBUF", "RGAD", "RVA", "RVA2",
    "RVAD", "SEEK", "TDEN", "TFLT", "TSIZ", "TSSE", "XRVA",
];

/// Chunks of RIFF, AIFF and CAF: peaks, overviews, checksums, Dolby's loudness.
pub(super) const CHUNKS: &[&[u8; 4]] = &[b"PEAK", b"levl", b"MD5 ", b"dbmd", b"peak", b"ovvw"];

/// Names of encoders. Other values may name a person who encoded the file.
const SOFTWARE: &[&str] = &[
    "afconvert",
    "fdk",
    "ffmpeg",
    "flac ",
    "fraunhofer",
    "itunes",
    "lame",
    "lavc",
    "lavf",
    "qaac",
    "vorbis",
    "xing",
];

/// Removes tags that are no longer true.
pub(super) fn remove(found: &mut Found) {
    found.fields.0.retain(|(name, value)| !is_stale(name, value));
    found.info.retain(|(name, value)| {
        // The technician who digitised the music.
        let name = if name == "ITCH" { "ENCODEDBY" } else { name };
        !is_stale(name, value)
    });
    found.frames.retain(|frame| !is_stale_frame(frame));
}

pub(super) fn is_stale(name: &str, value: &str) -> bool {
    // A comment with a description: `COMMENT:iTunNORM`.
    let name = name.rsplit(':').next().unwrap_or(name);
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let letters = letters.to_ascii_uppercase();
    PREFIXES.iter().any(|prefix| letters.starts_with(prefix))
        || NAMES.contains(&letters.as_str())
        || (letters == "ENCODEDBY" && names_software(value))
}

fn is_stale_frame(frame: &Frame<'_>) -> bool {
    match frame {
        Frame::UserText(frame) => is_stale(&frame.description, &frame.content),
        Frame::Comment(frame) => is_stale(&frame.description, &frame.content),
        Frame::Private(frame) => is_stale(&frame.owner, ""),
        Frame::Text(text) if text.id().as_str() == "TENC" => names_software(&text.value),
        other => FRAMES.contains(&other.id_str()),
    }
}

fn names_software(value: &str) -> bool {
    let value = value.to_lowercase();
    SOFTWARE.iter().any(|name| value.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_stale_name_is_found() {
        for name in [
            "REPLAYGAIN_TRACK_GAIN",
            "replaygain_reference_loudness",
            "ReplayGain Album Peak",
            "r128_track_gain",
            "MP3GAIN_UNDO",
            "iTunNORM",
            "COMMENT:iTunSMPB",
            "Encoding Params",
            "encoder",
            "WaveFormatExtensible_Channel_Mask",
        ] {
            assert!(is_stale(name, "x"), "{name}");
        }
    }

    #[test]
    fn tags_that_identify_the_music_stay() {
        for name in [
            "ACOUSTID_FINGERPRINT",
            "ACCURATERIPDISCID",
            "BPM",
            "CUESHEET",
            "INITIALKEY",
            "LENGTH",
            "COMMENT",
            "iTunPGAP",
            "TOOLBOX",
        ] {
            assert!(!is_stale(name, "LAME"), "{name}");
        }
        assert!(is_stale("ENCODED-BY", "LAME 3.100") && !is_stale("ENCODED-BY", "Anna"));
    }
}
