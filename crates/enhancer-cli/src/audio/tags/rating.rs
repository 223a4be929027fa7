//! Ratings: ID3v2's `POPM` counts from 1 to 255; `RATING` in Vorbis comments holds stars, tenths or per cent.
//!
//! `POPM` bytes for 1 to 5 stars, as Windows, MusicBee and MediaMonkey write them: 1, 64, 128, 196, 255.

/// The author whose scale the bytes follow, as named in `POPM`.
pub(super) const AUTHOR: &str = "Windows Media Player 9 Series";

/// Bytes for 0 to 5 stars.
const STARS: [u8; 6] = [0, 1, 64, 128, 196, 255];

/// The byte for a `RATING`: 0 to 1 with a decimal point, stars up to 5, tenths up to 10, per cent up to 100.
pub(super) fn byte_of(rating: &str) -> Option<u8> {
    let rating = rating.trim();
    let value: f64 = rating.parse().ok().filter(|value| (0.0..=100.0).contains(value))?;
    let stars = match value {
        _ if rating.contains('.') && value <= 1.0 => value * 5.0,
        ..=5.0 => value,
        ..=10.0 => value / 2.0,
        _ => value / 20.0,
    };
    let below = STARS[(stars as usize).min(5)];
    let above = STARS[(stars as usize + 1).min(5)];
    Some((f64::from(below) + stars.fract() * f64::from(above - below)).round() as u8)
}

/// Per cent for a byte, in whole stars; `None` for 0, which means unknown.
pub(super) fn percent_of(byte: u8) -> Option<u8> {
    match byte {
        0 => None,
        1..=31 => Some(20),
        32..=95 => Some(40),
        96..=159 => Some(60),
        160..=223 => Some(80),
        224..=255 => Some(100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_survive_both_forms() {
        for (rating, byte, percent) in [
            ("80", 196, 80),
            ("4", 196, 80),
            ("100", 255, 100),
            ("0.6", 128, 60),
            ("20", 1, 20),
            ("8", 196, 80),
        ] {
            assert_eq!(byte_of(rating), Some(byte), "{rating}");
            assert_eq!(percent_of(byte), Some(percent), "{rating}");
        }
        assert_eq!((byte_of("70"), byte_of("good"), byte_of("101")), (Some(162), None, None));
        assert_eq!((byte_of("0"), percent_of(0)), (Some(0), None));
    }
}
