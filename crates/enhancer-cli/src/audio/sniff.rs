//! Identifies files that no reader supports by their first bytes, so that the error gives advice.

use super::error::DecodeError;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes that are examined.
const HEAD_BYTES: u64 = 4096;

/// The kind of an unsupported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Sound that every build of ffmpeg reads.
    Sound(&'static str),
    /// Sound that some builds of ffmpeg read, or that needs a key.
    RareSound(&'static str),
    /// A file without sound, and the advice for it.
    Other(&'static str, &'static str),
}

use Kind::{Other, RareSound, Sound};

const NAME_AUDIO: &str = "name an audio file";
const UNPACK: &str = "unpack it and name the audio files in it";
const LISTED: &str = "name the files that it lists";

/// Bytes at a place, and the kind that they identify.
const MAGICS: &[(usize, &[u8], Kind)] = &[
    (0, b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", Sound("Windows Media (WMA, ASF)")),
    (0, b"MAC ", Sound("Monkey's Audio (APE)")),
    (0, b"wvpk", Sound("WavPack")),
    (0, b"TTA1", Sound("True Audio (TTA)")),
    (0, b"MPCK", Sound("Musepack")),
    (0, b"MP+", Sound("Musepack")),
    (0, b"DSD ", Sound("DSD (DSF)")),
    (0, b"FRM8", Sound("DSD (DSDIFF)")),
    (0, b"\x7F\xFE\x80\x01", Sound("DTS")),
    (0, b"\xFE\x7F\x01\x80", Sound("DTS")),
    (0, b"\x1F\xFF\xE8\x00", Sound("DTS")),
    (0, b"\xFF\x1F\x00\xE8", Sound("DTS")),
    (0, b"DTSHDHDR", Sound("DTS-HD")),
    (0, b"#!AMR", Sound("AMR")),
    (0, b".snd", Sound("Sun audio (AU)")),
    (0, b".ra\xFD", Sound("RealAudio")),
    (0, b".RMF", Sound("RealMedia")),
    (0, b"\x00\x00\x01\xBA", Sound("an MPEG program stream")),
    (0, b"FLV\x01", Sound("Flash video (FLV)")),
    (8, b"AVI ", Sound("AVI")),
    (0, b"ajkg", Sound("Shorten")),
    (0, b"tBaK", Sound("TAK")),
    (0, b"TWIN", Sound("TwinVQ")),
    (0, b"Creative Voice File", Sound("Creative Voice (VOC)")),
    (8, b"8SVX", Sound("Amiga 8SVX")),
    (8, b"16SV", Sound("Amiga 16SV")),
    (28, b"Speex   ", Sound("Speex")),
    (0, b"\x06\x0E\x2B\x34\x02\x05\x01\x01", Sound("MXF")),
    (0, b"EA3\x03", RareSound("ATRAC (OMA)")),
    (0, b"ADIF", RareSound("AAC in ADIF")),
    (4, b"\x57\x90\x75\x36", RareSound("an Audible book (AA)")),
    (0, b"IMPM", RareSound("a tracker module (IT)")),
    (0, b"Extended Module: ", RareSound("a tracker module (XM)")),
    (44, b"SCRM", RareSound("a tracker module (S3M)")),
    (1080, b"M.K.", RareSound("a tracker module (MOD)")),
    (0, b"OFR ", Other("OptimFROG", "decode it with its own program, ofr")),
    (4, b"OFR ", Other("OptimFROG", "decode it with its own program, ofr")),
    (0, b"MThd", Other("MIDI: notes without sound", "render it with a synthesizer")),
    (8, b"RMID", Other("MIDI: notes without sound", "render it with a synthesizer")),
    (0, b"\x89PNG\r\n", Other("a picture (PNG)", NAME_AUDIO)),
    (0, b"\xFF\xD8\xFF", Other("a picture (JPEG)", NAME_AUDIO)),
    (0, b"GIF8", Other("a picture (GIF)", NAME_AUDIO)),
    (8, b"WEBP", Other("a picture (WebP)", NAME_AUDIO)),
    (0, b"II*\0", Other("a picture (TIFF)", NAME_AUDIO)),
    (0, b"MM\0*", Other("a picture (TIFF)", NAME_AUDIO)),
    (0, b"%PDF", Other("a document (PDF)", NAME_AUDIO)),
    (0, b"PK\x03\x04", Other("a ZIP archive", UNPACK)),
    (0, b"Rar!", Other("a RAR archive", UNPACK)),
    (0, b"7z\xBC\xAF\x27\x1C", Other("a 7-Zip archive", UNPACK)),
    (0, b"\x1F\x8B\x08", Other("a gzip archive", UNPACK)),
    (0, b"\xFD7zXZ", Other("an xz archive", UNPACK)),
    (
        0,
        b"SQLite format 3",
        Other("a database, as Audacity's projects are", "export the sound from its program"),
    ),
];

/// Refuses, by name, files that no reader here supports. Leaves the file at its start.
///
/// # Errors
/// The kind of the file, and advice.
pub(super) fn check(file: &File, path: &Path) -> Result<(), DecodeError> {
    match kind(&head(file)?, path) {
        None => Ok(()),
        Some(Sound(name)) => Err(DecodeError::Foreign(name)),
        Some(RareSound(name)) => Err(DecodeError::Unsupported(name.to_owned())),
        Some(Other(name, advice)) => Err(DecodeError::NotSound { name, advice }),
    }
}

/// Refuses files without sound for any reader.
///
/// # Errors
/// The kind of the file, and advice.
pub(super) fn check_is_media(file: &File, path: &Path) -> Result<(), DecodeError> {
    match kind(&head(file)?, path) {
        Some(Other(name, advice)) => Err(DecodeError::NotSound { name, advice }),
        _ => Ok(()),
    }
}

/// The first bytes, after an ID3v2 tag if there is one.
fn head(mut file: &File) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.rewind()?;
    file.take(HEAD_BYTES).read_to_end(&mut head)?;
    // The size has seven bits per byte (ID3v2.4 §3.1).
    if let [b'I', b'D', b'3', _, _, _, a, b, c, d, ..] = head[..] {
        let size = [a, b, c, d].iter().fold(0, |size, byte| size << 7 | u64::from(byte & 0x7F));
        head.clear();
        file.seek(SeekFrom::Start(10 + size))?;
        file.take(HEAD_BYTES).read_to_end(&mut head)?;
    }
    file.rewind()?;
    Ok(head)
}

fn kind(head: &[u8], path: &Path) -> Option<Kind> {
    let is_at = |at: usize, magic: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(magic));
    let magic = MAGICS.iter().find(|(at, magic, _)| is_at(*at, magic)).map(|(_, _, kind)| *kind);
    magic
        .or_else(|| coded_wav(head))
        .or_else(|| dolby(head))
        .or_else(|| transport(head))
        .or_else(|| latm(head))
        .or_else(|| text(head, path))
}

/// A WAV file with coded sound in place of samples, which would play as noise: DTS with 16 or 14 bits per
/// word (ETSI TS 102 114), or bursts of IEC 61937. Silence may precede it.
fn coded_wav(head: &[u8]) -> Option<Kind> {
    let is_wave = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WAVE");
    let data = head.windows(4).position(|window| is_wave && window == b"data")?;
    let mut words = head.get(data + 8..)?.chunks_exact(2).skip_while(|word| *word == [0, 0]);
    match (words.next()?, words.next()?) {
        ([0xFE, 0x7F], [0x01, 0x80]) | ([0xFF, 0x1F], [0x00, 0xE8]) => Some(Sound("DTS in a WAV file")),
        ([0x72, 0xF8], [0x1F, 0x4E]) => Some(Sound("coded surround sound in a WAV file (S/PDIF)")),
        _ => None,
    }
}

/// AC-3 and E-AC-3 (ETSI TS 102 366): sync word, then `bsid` in the upper five bits of byte 5.
fn dolby(head: &[u8]) -> Option<Kind> {
    match (head.get(..2)?, head.get(5)? >> 3) {
        ([0x0B, 0x77], ..=10) => Some(Sound("Dolby Digital (AC-3)")),
        ([0x0B, 0x77], 11..=16) => Some(Sound("Dolby Digital Plus (E-AC-3)")),
        _ => None,
    }
}

/// MPEG transport stream: 0x47 in every packet, of 188 bytes, or of 192 with a time stamp first.
fn transport(head: &[u8]) -> Option<Kind> {
    let is_stream = |start: usize, length: usize| {
        head.len() > start + 4 * length && head.iter().skip(start).step_by(length).all(|&byte| byte == 0x47)
    };
    (is_stream(0, 188) || is_stream(4, 192)).then_some(Sound("an MPEG transport stream"))
}

/// AAC in LOAS (ISO/IEC 14496-3 §1.7.2): 11 bits of sync, 13 bits of length, frame after frame.
fn latm(head: &[u8]) -> Option<Kind> {
    let next = |at: usize| match head.get(at..at + 3)? {
        [0x56, b, c] if b & 0xE0 == 0xE0 => Some(at + 3 + (usize::from(b & 0x1F) << 8 | usize::from(*c))),
        _ => None,
    };
    next(0).and_then(next).and_then(next).map(|_| Sound("AAC in LOAS/LATM"))
}

fn text(head: &[u8], path: &Path) -> Option<Kind> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let is_wide = head.starts_with(b"\xFF\xFE") && head.get(3) == Some(&0);
    let is_printable = |byte: &u8| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C);
    if !is_wide && (head.is_empty() || !head.iter().all(is_printable) || !is_utf8(head)) {
        return None;
    }
    let start = String::from_utf8_lossy(head).trim_start().to_lowercase();
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let has_line = |beginning: &str| start.lines().any(|line| line.trim_start().starts_with(beginning));
    Some(match extension.as_str() {
        "cue" => Other("a cue sheet", LISTED),
        _ if has_line("file \"") && has_line("track ") => Other("a cue sheet", LISTED),
        "m3u" | "m3u8" | "pls" | "xspf" | "asx" | "wpl" => Other("a playlist", LISTED),
        _ if start.starts_with("#extm3u") || start.starts_with("[playlist]") => Other("a playlist", LISTED),
        _ if start.starts_with("<!doctype html") || start.starts_with("<html") => {
            Other("a web page (HTML)", "download the sound itself")
        }
        _ => Other("text", NAME_AUDIO),
    })
}

/// True for text that may be cut in the middle of a character.
fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(head: &[u8]) -> Option<Kind> {
        kind(head, Path::new("file"))
    }

    #[test]
    fn every_magic_is_found_only_at_its_place() {
        for (at, magic, expected) in MAGICS {
            // Zeros or text would match other kinds.
            let head = [&vec![0xA5; *at], *magic, &[0; 8]].concat();
            let named = |kind: Option<Kind>| kind.map(|kind| format!("{kind:?}"));
            assert_eq!(named(kind_of(&head)), named(Some(*expected)), "{}", magic.escape_ascii());
            let moved = [&[0xA5; 1], &head[..]].concat();
            assert_ne!(kind_of(&moved), Some(*expected), "{}", magic.escape_ascii());
        }
    }

    #[test]
    fn coded_sound_in_a_wav_file_is_identified() {
        let wav = |samples: &[u8]| [b"RIFF\0\0\0\0WAVEfmt \0\0\0\0data\0\0\0\0", samples].concat();
        let dts = Some(Sound("DTS in a WAV file"));
        assert_eq!(kind_of(&wav(b"\xFE\x7F\x01\x80\xFC")), dts);
        assert_eq!(kind_of(&wav(b"\0\0\0\0\0\0\xFF\x1F\x00\xE8\xF1")), dts);
        assert!(kind_of(&wav(b"\x72\xF8\x1F\x4E\x01")).is_some());
        for samples in [&b"\x01\0\xFE\x7F\x01\x80"[..], b"\0\0\0\0", b"", b"\0\xFE\x7F\x01\x80\0"] {
            assert_eq!(kind_of(&wav(samples)), None);
        }
    }

    #[test]
    fn dolby_is_identified_by_its_version() {
        let frame = |bsid: u8| [0x0B, 0x77, 0, 0, 0x1C, bsid << 3, 0, 0];
        assert_eq!(kind_of(&frame(8)), Some(Sound("Dolby Digital (AC-3)")));
        assert_eq!(kind_of(&frame(16)), Some(Sound("Dolby Digital Plus (E-AC-3)")));
        assert_eq!(kind_of(&frame(31)), None);
    }

    #[test]
    fn streams_are_identified_by_several_packets() {
        let packets = |lead: usize, length: usize| {
            let mut packets = vec![0; 5 * length + 7];
            packets[lead..].iter_mut().step_by(length).for_each(|byte| *byte = 0x47);
            packets
        };
        let stream = Some(Sound("an MPEG transport stream"));
        assert_eq!((kind_of(&packets(0, 188)), kind_of(&packets(4, 192))), (stream, stream));
        assert_eq!(kind_of(&packets(0, 187)), None);
        let frame = [&[0x56, 0xE0, 4][..], &[0; 4]].concat();
        assert_eq!(kind_of(&frame.repeat(4)), Some(Sound("AAC in LOAS/LATM")));
        assert_eq!(kind_of(&frame), None);
    }

    #[test]
    fn text_is_identified_by_its_words_and_its_name() {
        let other = |text: &str, path: &str| match kind(text.as_bytes(), Path::new(path)) {
            Some(Other(fault, _)) => fault,
            kind => panic!("{text}: {kind:?}"),
        };
        assert_eq!(other("#EXTM3U\n#EXTINF:1,a\na.mp3\n", "x"), "a playlist");
        assert_eq!(other("a.mp3\nb.mp3\n", "list.M3U"), "a playlist");
        assert_eq!(other("[playlist]\nFile1=a.mp3\n", "x"), "a playlist");
        assert_eq!(other("REM X\nFILE \"a.wav\" WAVE\n  TRACK 01 AUDIO\n", "x"), "a cue sheet");
        assert_eq!(other("\u{FEFF}<!DOCTYPE html>\n<html>", "song.mp3"), "a web page (HTML)");
        assert_eq!(other("no audio, só texto", "x"), "text");
    }

    #[test]
    fn text_cut_in_a_character_is_text_and_binary_is_not() {
        let cut = &"é".repeat(10).into_bytes()[..19];
        assert_eq!(kind_of(cut), Some(Other("text", NAME_AUDIO)));
        assert_eq!(kind_of(b"ICY 200 OK\r\n\r\n\xFF\xFB\x90\x00"), None);
        assert_eq!(kind_of(b""), None);
        for read_here in
            [&b"fLaC\0\0\0\x22"[..], b"RIFF\0\0\0\0WAVE", b"FORM\0\0\0\0AIFF", b"\xFF\xFB\x90\x44"]
        {
            assert_eq!(kind_of(read_here), None);
        }
    }

    #[test]
    fn a_tag_before_the_sound_is_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ape");
        let tag = [b"ID3\x04\0\0\0\0\x01\x00", &[0; 128][..]].concat();
        std::fs::write(&path, [&tag[..], b"MAC \x96\x0F"].concat()).unwrap();
        let mut file = File::open(&path).unwrap();
        let refusal = check(&file, &path).unwrap_err();
        assert!(refusal.to_string().starts_with("is Monkey's Audio (APE)"), "{refusal}");
        assert_eq!(file.stream_position().unwrap(), 0);
    }
}
