//! Decodes the bytes of a text file.

/// Windows-1252 from 0x80 to 0x9F, where it differs from Latin-1. Five of these 32 codes are unassigned.
const WESTERN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Decodes `bytes` as UTF-8 or UTF-16 if a byte order mark is present, else as UTF-8 if valid, else as
/// Windows-1252, which accepts any bytes. The mark is removed. Invalid sequences become U+FFFD.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|&byte| western(byte)).collect(),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok().map(unit));
    char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn western(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|index| WESTERN.get(usize::from(index)));
    special.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_the_encodings_that_windows_writes() {
        let text = "Preamp: −6 dB é";
        assert_eq!(decode(text.as_bytes()), text);
        assert_eq!(decode(&[&[0xef, 0xbb, 0xbf], text.as_bytes()].concat()), text);
        let wide: Vec<u16> = text.encode_utf16().collect();
        let little = wide.iter().flat_map(|unit| unit.to_le_bytes());
        assert_eq!(decode(&[0xff, 0xfe].into_iter().chain(little).collect::<Vec<_>>()), text);
        let big = wide.iter().flat_map(|unit| unit.to_be_bytes());
        assert_eq!(decode(&[0xfe, 0xff].into_iter().chain(big).collect::<Vec<_>>()), text);
        // Half of a surrogate pair is not a character.
        assert_eq!(decode(&[0xff, 0xfe, b'a', 0, 0x00, 0xd8, b'b', 0]), "a\u{fffd}b");
        assert_eq!(decode(b"caf\xe9 \x80"), "café €");
    }
}
