//! Text without a stated encoding: UTF-8 where it is valid, otherwise Windows-1252.

/// The characters of Windows-1252 in place of the control characters 0x80 to 0x9F; five places are empty
/// (Unicode, *CP1252.TXT*).
const CP1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Decodes up to the first NUL, without trailing spaces.
pub(super) fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| character(byte)).collect(),
    };
    text.trim_end().to_owned()
}

fn character(byte: u8) -> char {
    match byte {
        0x80..=0x9F => CP1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn both_encodings_are_read() {
        assert_eq!(decode(b"M\xE9\0rest"), "Mé");
        assert_eq!(decode("Mé 曲".as_bytes()), "Mé 曲");
        assert_eq!(decode(b"\x80\x99\x9F  "), "€™Ÿ");
    }
}
