//! What a preset may be called: a name that is a file name on every platform, and never a path.

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 64;

/// Names that Windows keeps for devices, with or without an extension.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Why a preset can't be called so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing to call it by.
    #[error("a preset needs a name; give it 1 to {MAX_NAME_BYTES} bytes")]
    Empty,
    /// More than [`MAX_NAME_BYTES`].
    #[error("a preset's name has at most {MAX_NAME_BYTES} bytes, this one {bytes}; shorten it")]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// Something other than letters, digits, space, `-`, `_` and `.`.
    #[error("`{}` can't be in a preset's name; use letters, digits, space, `-`, `_` and `.`", .0.escape_debug())]
    Character(char),
    /// A dot or space where files can't have one.
    #[error("a preset's name can't start with a dot or space, nor end with one; leave it out")]
    Edge,
    /// A name that Windows keeps for a device.
    #[error("`{0}` is a device's name on Windows; choose another")]
    Reserved(String),
}

/// Checks a preset's name: letters and digits of any script, space, `-`, `_`, `.`; 1 to [`MAX_NAME_BYTES`] bytes; no
/// dot or space at either end; no device of Windows.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_name(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(NameError::TooLong { bytes: name.len() });
    }
    if let Some(character) = name.chars().find(|&character| !is_allowed(character)) {
        return Err(NameError::Character(character));
    }
    if name.starts_with(['.', ' ']) || name.ends_with(['.', ' ']) {
        return Err(NameError::Edge);
    }
    if is_reserved(name) {
        return Err(NameError::Reserved(name.to_owned()));
    }
    Ok(())
}

/// The form in which two names are the same: file systems that ignore case exist, so presets must not differ by it.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase()
}

pub(crate) fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, ' ' | '-' | '_' | '.')
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    let mut number = port.unwrap_or_default().chars();
    let is_port =
        number.next().is_some_and(|c| c.is_ascii_digit() || "¹²³".contains(c)) && number.next().is_none();
    RESERVED.contains(&stem.as_str()) || is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_script_are_names() {
        for name in
            ["rock", "Late Night_2.0", "古典", "Élan", "a", "com", "console", "com10", &"x".repeat(64)]
        {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn paths_devices_and_odd_characters_are_refused() {
        for name in [
            "a/b", "a\\b", "..", ".hidden", "a.", " a", "a ", "a\nb", "a:b", "a*", "", "\0", "a\u{301}", "😀",
        ] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["CON", "nul", "Aux.json", "com1", "LPT9.x", "com²", "prn .a"] {
            assert_eq!(check_name(name), Err(NameError::Reserved(name.to_owned())));
        }
        assert_eq!(check_name(&"é".repeat(33)), Err(NameError::TooLong { bytes: 66 }));
        assert_eq!(check_name(&"x".repeat(65)), Err(NameError::TooLong { bytes: 65 }));
    }

    #[test]
    fn messages_stay_on_one_line() {
        assert!(check_name("a\nb").unwrap_err().to_string().contains("`\\n`"));
    }
}
