//! Reads the server's keyboard map by the X Keyboard Extension's protocol (version 1.0, 2.1 and 12).

use super::accents;
use super::link::{Link, WindowError};
use egui::Key;
use x11rb::protocol::xkb::{
    BoolCtrl, ConnectionExt as _, EventType, ID, KeySymMap, KeyType, MapPart, PerClientFlag, SelectEventsAux,
};
use x11rb::protocol::xproto::{KeyButMask, ModMask};
use x11rb::rust_connection::RustConnection;
use xkeysym::{Keysym, key};

/// The keyboard map.
#[derive(Debug, Default)]
pub(super) struct Keyboard {
    first_code: u8,
    keys: Vec<KeySymMap>,
    types: Vec<KeyType>,
}

/// Meaning of one key press.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Meaning {
    /// The key in egui's terms.
    pub(super) key: Option<Key>,
    /// The character that it types.
    pub(super) text: Option<char>,
    /// The accent for the next character, as a combining character.
    pub(super) accent: Option<char>,
}

fn device() -> u16 {
    ID::USE_CORE_KBD.into()
}

impl Keyboard {
    /// Reads the server's keyboard. On a server without the extension it types nothing.
    pub(super) fn open(link: &Link) -> Result<Self, WindowError> {
        let connection = &link.connection;
        let asked = connection.xkb_use_extension(1, 0).ok();
        if !asked.and_then(|asked| asked.reply().ok()).is_some_and(|reply| reply.supported) {
            return Ok(Self::default());
        }
        // A held key repeats its press, not its release.
        let (flag, none) = (PerClientFlag::DETECTABLE_AUTO_REPEAT, BoolCtrl::default());
        connection.xkb_per_client_flags(device(), flag, flag, none, none, none)?.reply()?;
        let (changes, map) = (EventType::MAP_NOTIFY | EventType::NEW_KEYBOARD_NOTIFY, parts());
        let details = SelectEventsAux::new();
        connection.xkb_select_events(device(), EventType::default(), changes, map, map, &details)?.check()?;
        Self::read(connection)
    }

    /// Reads the present map.
    pub(super) fn read(connection: &RustConnection) -> Result<Self, WindowError> {
        let none = MapPart::default();
        let virtual_modifiers = Default::default();
        let asked = connection.xkb_get_map(
            device(),
            parts(),
            none,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            virtual_modifiers,
            0,
            0,
            0,
            0,
            0,
            0,
        );
        let reply = asked?.reply()?;
        let (keys, types) =
            (reply.map.syms_rtrn.unwrap_or_default(), reply.map.types_rtrn.unwrap_or_default());
        Ok(Self { first_code: reply.first_key_sym, keys, types })
    }

    /// Meaning of the key `code` while the modifiers `state` are held.
    pub(super) fn meaning(&self, code: u8, state: KeyButMask) -> Meaning {
        let state = u16::from(state);
        let group = usize::from(state >> 13 & 3);
        let symbol = self.symbol(code, group, state);
        let plain = self.symbol(code, group, 0);
        // Shortcuts use Latin letters, also if the present group has none.
        let latin = || (0..4).find_map(|group| named(self.symbol(code, group, 0)));
        let is_on_keypad = plain.is_keypad_key();
        let key = special(symbol).or_else(|| named(if is_on_keypad { symbol } else { plain })).or_else(latin);
        let letter = symbol.key_char().filter(|letter| !letter.is_control());
        let text = if self.locks(code, group, state) { letter.map(capital) } else { letter };
        Meaning { key, text, accent: accents::of(symbol.raw()) }
    }

    /// True if Caps Lock is on and the key's own levels don't handle it.
    fn locks(&self, code: u8, group: usize, state: u16) -> bool {
        let lock = u16::from(ModMask::LOCK);
        let kind =
            self.key(code, group).and_then(|(key, group)| self.types.get(usize::from(key.kt_index[group])));
        state & lock != 0 && kind.is_some_and(|kind| u16::from(kind.mods_mask) & lock == 0)
    }

    /// The key, and the index of its group that applies.
    fn key(&self, code: u8, group: usize) -> Option<(&KeySymMap, usize)> {
        let key = self.keys.get(usize::from(code.checked_sub(self.first_code)?))?;
        Some((key, own_group(key.group_info, group)?))
    }

    fn symbol(&self, code: u8, group: usize, state: u16) -> Keysym {
        let symbol = self.key(code, group).and_then(|(key, group)| {
            let level = self.types.get(usize::from(key.kt_index[group])).map_or(0, |kind| level(kind, state));
            key.syms.get(group * usize::from(key.width) + level)
        });
        Keysym::new(symbol.copied().unwrap_or(key::NoSymbol))
    }
}

/// Index of a key's group that stands for `group`. Bits 0 to 3 of `info` give the number of its groups. Bits
/// 6 and 7 select the rule beyond them: wrap, clamp to the last, or redirect to the group in bits 4 and 5.
fn own_group(info: u8, group: usize) -> Option<usize> {
    let count = usize::from(info & 0x0F).min(4);
    Some(match info >> 6 {
        _ if count == 0 => return None,
        _ if group < count => group,
        1 => count - 1,
        2 => Some(usize::from(info >> 4 & 3)).filter(|named| *named < count).unwrap_or(0),
        _ => group % count,
    })
}

fn capital(letter: char) -> char {
    let mut capitals = letter.to_uppercase();
    capitals.next().filter(|_| capitals.next().is_none()).unwrap_or(letter)
}

fn parts() -> MapPart {
    MapPart::KEY_TYPES | MapPart::KEY_SYMS
}

/// Level of a key of this type: that of the entry whose modifiers are held, among the modifiers of the type.
fn level(kind: &KeyType, state: u16) -> usize {
    let held = state & u16::from(kind.mods_mask) & 0xFF;
    let entry = kind.map.iter().find(|entry| entry.active && u16::from(entry.mods_mask) == held);
    entry.map_or(0, |entry| entry.level.into())
}

/// The key that types this character.
fn named(symbol: Keysym) -> Option<Key> {
    let letter = symbol.key_char()?;
    Key::from_name(letter.to_ascii_uppercase().encode_utf8(&mut [0; 4]))
}

/// Keys that type no character.
fn special(symbol: Keysym) -> Option<Key> {
    let raw = symbol.raw();
    if let Some(number) = raw.checked_sub(key::F1).filter(|number| *number < 12) {
        return Key::from_name(&format!("F{}", number + 1));
    }
    Some(match raw {
        key::Left | key::KP_Left => Key::ArrowLeft,
        key::Right | key::KP_Right => Key::ArrowRight,
        key::Up | key::KP_Up => Key::ArrowUp,
        key::Down | key::KP_Down => Key::ArrowDown,
        key::Home | key::KP_Home => Key::Home,
        key::End | key::KP_End => Key::End,
        key::Prior | key::KP_Prior => Key::PageUp,
        key::Next | key::KP_Next => Key::PageDown,
        key::Insert | key::KP_Insert => Key::Insert,
        key::Delete | key::KP_Delete => Key::Delete,
        key::BackSpace => Key::Backspace,
        key::Return | key::KP_Enter => Key::Enter,
        key::Tab | key::ISO_Left_Tab | key::KP_Tab => Key::Tab,
        key::Escape => Key::Escape,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use x11rb::protocol::xkb::KTMapEntry;

    const CODE: u8 = 38;

    fn kind(modifiers: u16, levels: &[(u16, u8)]) -> KeyType {
        let entry = |&(held, level): &(u16, u8)| KTMapEntry {
            active: true,
            mods_mask: ModMask::from(held),
            level,
            mods_mods: ModMask::default(),
            mods_vmods: Default::default(),
        };
        let map = levels.iter().map(entry).collect();
        KeyType {
            mods_mask: ModMask::from(modifiers),
            mods_mods: ModMask::default(),
            mods_vmods: Default::default(),
            num_levels: 1 + levels.len() as u8,
            has_preserve: false,
            map,
            preserve: Vec::new(),
        }
    }

    /// A keyboard of one key with these groups. Shift and Caps Lock choose levels, in the first group also
    /// AltGr (Mod5).
    fn keyboard(groups: &[&[u32]]) -> Keyboard {
        let alphabetic = kind(0x83, &[(1, 1), (2, 1), (0x80, 2), (0x81, 3)]);
        let width = groups.iter().map(|group| group.len()).max().unwrap_or(0);
        let mut syms = Vec::new();
        for group in groups {
            syms.extend(*group);
            syms.resize(syms.len().next_multiple_of(width), key::NoSymbol);
        }
        let key = KeySymMap { kt_index: [0; 4], group_info: groups.len() as u8, width: width as u8, syms };
        Keyboard { first_code: CODE, keys: vec![key], types: vec![alphabetic] }
    }

    fn wanted(key: Option<Key>, text: Option<char>) -> Meaning {
        Meaning { key, text, accent: None }
    }

    fn meaning(keyboard: &Keyboard, state: u16) -> Meaning {
        keyboard.meaning(CODE, KeyButMask::from(state))
    }

    #[test]
    fn shift_caps_lock_and_alt_gr_change_the_letter_but_not_the_key() {
        let keyboard = keyboard(&[&[key::q, key::Q, key::at, key::Greek_OMEGA]]);
        for (state, text) in [(0, 'q'), (1, 'Q'), (2, 'Q'), (0x80, '@'), (0x81, 'Ω')] {
            // Button 1 and NumLock (Mod2) do not affect this key.
            for state in [state, state | 0x110] {
                let wanted = wanted(Some(Key::Q), Some(text));
                assert_eq!(meaning(&keyboard, state), wanted, "{state:#x}");
            }
        }
    }

    #[test]
    fn shortcuts_work_in_a_group_without_latin_letters() {
        let keyboard = keyboard(&[&[key::z, key::Z], &[key::Cyrillic_ya, key::Cyrillic_YA]]);
        assert_eq!(meaning(&keyboard, 0x2000), wanted(Some(Key::Z), Some('я')));
        assert_eq!(meaning(&keyboard, 0x2001), wanted(Some(Key::Z), Some('Я')));
        // The key has two groups, so the third is the first.
        assert_eq!(meaning(&keyboard, 0x4000), wanted(Some(Key::Z), Some('z')));
    }

    #[test]
    fn a_missing_group_maps_to_one_of_the_keys_own() {
        assert_eq!([0, 1, 2, 3].map(|group| own_group(0x02, group)), [0, 1, 0, 1].map(Some));
        assert_eq!([0, 1, 2, 3].map(|group| own_group(0x42, group)), [0, 1, 1, 1].map(Some));
        assert_eq!([0, 1, 2, 3].map(|group| own_group(0x92, group)), [0, 1, 1, 1].map(Some));
        assert_eq!([0, 1, 2, 3].map(|group| own_group(0xB2, group)), [0, 1, 0, 0].map(Some));
        assert_eq!(own_group(0, 0), None);
    }

    #[test]
    fn caps_lock_works_for_keys_without_a_level_for_it() {
        let mut key = keyboard(&[&[key::eacute, key::_2]]);
        key.types = vec![kind(1, &[(1, 1)])];
        for (state, text) in [(0, 'é'), (1, '2'), (2, 'É'), (3, '2')] {
            assert_eq!(meaning(&key, state).text, Some(text), "{state}");
        }
    }

    #[test]
    fn the_keypad_types_digits_or_moves() {
        let mut keypad = keyboard(&[&[key::KP_Home, key::KP_7]]);
        keypad.types = vec![kind(0x10, &[(0x10, 1)])];
        assert_eq!(meaning(&keypad, 0), wanted(Some(Key::Home), None));
        assert_eq!(meaning(&keypad, 0x10), wanted(Some(Key::Num7), Some('7')));
        let enter = keyboard(&[&[key::KP_Enter]]);
        assert_eq!(meaning(&enter, 0), wanted(Some(Key::Enter), None));
    }

    #[test]
    fn keys_without_a_character_have_names() {
        for (symbol, name) in [
            (key::Escape, Key::Escape),
            (key::ISO_Left_Tab, Key::Tab),
            (key::F12, Key::F12),
            (key::Next, Key::PageDown),
            (key::BackSpace, Key::Backspace),
        ] {
            let named = wanted(Some(name), None);
            assert_eq!(meaning(&keyboard(&[&[symbol]]), 0), named, "{symbol:#x}");
        }
        let space = wanted(Some(Key::Space), Some(' '));
        assert_eq!(meaning(&keyboard(&[&[key::space]]), 0), space);
    }

    #[test]
    fn a_dead_key_types_an_accent_and_no_letter() {
        let key = keyboard(&[&[key::dead_circumflex, key::degree]]);
        assert_eq!(meaning(&key, 0), Meaning { accent: Some('\u{302}'), ..Meaning::default() });
        assert_eq!(meaning(&key, 1).text, Some('°'));
    }

    #[test]
    fn unknown_keys_have_no_meaning() {
        assert_eq!(meaning(&Keyboard::default(), 0), Meaning::default());
        let nothing = keyboard(&[]);
        assert_eq!(nothing.meaning(CODE, KeyButMask::default()), Meaning::default());
        assert_eq!(nothing.meaning(0, KeyButMask::default()), Meaning::default());
        assert_eq!(nothing.meaning(255, KeyButMask::default()), Meaning::default());
    }
}
