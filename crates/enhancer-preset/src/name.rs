//! The rules for preset names: each name is a valid file name on every platform, and never a path.

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 64;

/// Device names that Windows reserves, with any extension.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The rule that a name breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name has no characters.
    #[error("the preset has no name; a name has 1 to {MAX_NAME_BYTES} bytes")]
    Empty,
    /// The name has more than [`MAX_NAME_BYTES`] bytes.
    #[error("the preset's name has {bytes} bytes; at most {MAX_NAME_BYTES} are allowed")]
    TooLong {
        /// Length in bytes of UTF-8.
        bytes: usize,
    },
    /// A character other than a letter, a digit, space, `-`, `_` or `.`.
    #[error("`{}` is not allowed in a preset's name; letters, digits, space, `-`, `_` and `.` are", .0.escape_debug())]
    Character(char),
    /// A dot or a space is the first or the last character. Windows would strip it from the file name.
    #[error("a preset's name can't start or end with a dot or a space")]
    Edge,
    /// Windows reserves the name for a device.
    #[error("`{0}` is the name of a device on Windows")]
    Reserved(String),
}

/// Checks a preset's name. It has 1 to [`MAX_NAME_BYTES`] bytes of letters and digits of any script, space,
/// `-`, `_` and `.`. It has no dot or space at either end and is not a Windows device name.
///
/// # Errors
/// The first rule that the name breaks.
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

/// The key by which names are compared. Some file systems ignore case, so two presets must not differ by
/// case alone.
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
    fn accepts_names_of_any_script() {
        for name in
            ["rock", "Late Night_2.0", "古典", "Élan", "a", "com", "console", "com10", &"x".repeat(64)]
        {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn rejects_paths_devices_and_other_characters() {
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
    fn messages_have_one_line() {
        assert!(check_name("a\nb").unwrap_err().to_string().contains("`\\n`"));
    }
}
