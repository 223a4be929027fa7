//! Converts pointer and key events of the X server to egui's.

use super::accents::Accents;
use super::keyboard::Meaning;
use egui::{Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2, pos2, vec2};
use x11rb::protocol::xproto::KeyButMask;

/// Events since the last picture.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) events: Vec<Event>,
    modifiers: Modifiers,
    pointer: Option<Pos2>,
    /// Buttons held down.
    held: Vec<PointerButton>,
    accents: Accents,
}

/// A clipboard action that a key requests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ClipboardAction {
    Nothing,
    Paste,
}

impl Input {
    /// Moves the pointer to this place, points.
    pub(super) fn move_to(&mut self, pointer: Pos2, state: KeyButMask) {
        self.hold(state);
        self.pointer = Some(pointer);
        self.events.push(Event::PointerMoved(pointer));
        self.release_all(|button| !is_down(button, state));
    }

    pub(super) fn leave(&mut self) {
        self.pointer = None;
        self.events.push(Event::PointerGone);
    }

    /// Handles a button; X reports steps of the wheel as buttons, too.
    pub(super) fn press(&mut self, button: u8, pressed: bool, pos: Pos2, state: KeyButMask) {
        self.hold(state);
        if self.pointer != Some(pos) {
            self.pointer = Some(pos);
            self.events.push(Event::PointerMoved(pos));
        }
        let modifiers = self.modifiers;
        let button = match button {
            1 => PointerButton::Primary,
            2 => PointerButton::Middle,
            3 => PointerButton::Secondary,
            4..=7 if pressed => return self.turn(button),
            8 => PointerButton::Extra1,
            9 => PointerButton::Extra2,
            _ => return,
        };
        self.held.retain(|held| *held != button);
        if pressed {
            self.held.push(button);
        }
        self.events.push(Event::PointerButton { pos, button, pressed, modifiers });
    }

    /// Takes the events for one picture, up to the first move after a press. egui assigns a press to the
    /// pointer's last place in a picture.
    pub(super) fn take(&mut self) -> Vec<Event> {
        let is_press = |event: &Event| matches!(event, Event::PointerButton { pressed: true, .. });
        let is_move = |event: &Event| matches!(event, Event::PointerMoved(_) | Event::PointerGone);
        let mut pressed = false;
        let end = self.events.iter().position(|event| {
            pressed |= is_press(event);
            pressed && is_move(event)
        });
        let rest = end.map(|end| self.events.split_off(end)).unwrap_or_default();
        std::mem::replace(&mut self.events, rest)
    }

    /// True while a button is held.
    pub(super) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// Releases these buttons, whose release another window received. True if there were any.
    pub(super) fn release_all(&mut self, is_up: impl Fn(PointerButton) -> bool) -> bool {
        let (pos, modifiers, before) = (self.pointer.unwrap_or_default(), self.modifiers, self.held.len());
        let ended = self.held.extract_if(.., |button| is_up(*button));
        self.events.extend(ended.map(|button| Event::PointerButton {
            pos,
            button,
            pressed: false,
            modifiers,
        }));
        self.held.len() < before
    }

    /// Adds a step of the wheel.
    fn turn(&mut self, button: u8) {
        let delta: Vec2 = match button {
            4 => vec2(0.0, 1.0),
            5 => vec2(0.0, -1.0),
            6 => vec2(1.0, 0.0),
            _ => vec2(-1.0, 0.0),
        };
        let (unit, modifiers, phase) = (MouseWheelUnit::Line, self.modifiers, TouchPhase::Move);
        let source = egui::MouseWheelSource::Unknown;
        self.events.push(Event::MouseWheel { unit, delta, modifiers, phase, source });
    }

    /// Handles a key press or release.
    pub(super) fn type_key(&mut self, meaning: Meaning, pressed: bool, state: KeyButMask) -> ClipboardAction {
        self.hold(state);
        let modifiers = self.modifiers;
        let Meaning { key, text, accent } = meaning;
        let is_command = |letter: egui::Key| modifiers.command && !modifiers.alt && key == Some(letter);
        let is_shifted = |edit: egui::Key| modifiers.shift_only() && key == Some(edit);
        if pressed {
            if is_command(egui::Key::C) || is_command(egui::Key::Insert) {
                self.events.push(Event::Copy);
                return ClipboardAction::Nothing;
            } else if is_command(egui::Key::X) || is_shifted(egui::Key::Delete) {
                self.events.push(Event::Cut);
                return ClipboardAction::Nothing;
            } else if is_command(egui::Key::V) || is_shifted(egui::Key::Insert) {
                return ClipboardAction::Paste;
            }
        }
        if pressed && key == Some(egui::Key::Backspace) && self.accents.wait() {
            self.accents.forget();
            return ClipboardAction::Nothing;
        }
        if let Some(key) = key {
            self.events.push(Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
        }
        let writes = !modifiers.ctrl && !modifiers.alt && !state.contains(KeyButMask::MOD4);
        if !pressed {
            return ClipboardAction::Nothing;
        }
        let written = match (text, accent) {
            (Some(letter), _) if writes => self.accents.write(letter),
            (_, Some(accent)) if writes => self.accents.add(accent),
            // A key without text ends the wait, except Shift and AltGr, which choose the letter.
            (None, None) if key.is_none() => return ClipboardAction::Nothing,
            _ => {
                self.accents.forget();
                String::new()
            }
        };
        if !written.is_empty() {
            self.events.push(Event::Text(written));
        }
        ClipboardAction::Nothing
    }

    /// Handles a change of keyboard focus. The state of held keys is unknown then.
    pub(super) fn focus(&mut self, has_focus: bool) {
        if !has_focus {
            self.modifiers = Modifiers::NONE;
            self.accents.forget();
        }
        self.events.push(Event::WindowFocused(has_focus));
    }

    fn hold(&mut self, state: KeyButMask) {
        let ctrl = state.contains(KeyButMask::CONTROL);
        let modifiers = Modifiers {
            alt: state.contains(KeyButMask::MOD1),
            ctrl,
            shift: state.contains(KeyButMask::SHIFT),
            mac_cmd: false,
            command: ctrl,
        };
        if self.modifiers != modifiers {
            self.modifiers = modifiers;
            self.events.push(Event::ModifiersChanged(modifiers));
        }
    }
}

/// True if the server reports this button as down. Buttons without a bit in its state count as down.
fn is_down(button: PointerButton, state: KeyButMask) -> bool {
    match button {
        PointerButton::Primary => state.contains(KeyButMask::BUTTON1),
        PointerButton::Middle => state.contains(KeyButMask::BUTTON2),
        PointerButton::Secondary => state.contains(KeyButMask::BUTTON3),
        PointerButton::Extra1 | PointerButton::Extra2 => true,
    }
}

/// Converts a place in pixels to points.
pub(super) fn point(x: i16, y: i16, scale: f64) -> Pos2 {
    pos2((f64::from(x) / scale) as f32, (f64::from(y) / scale) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Key;

    fn typed(key: Key, text: Option<char>, state: KeyButMask) -> (Vec<Event>, ClipboardAction) {
        let mut input = Input::default();
        let asked = input.type_key(Meaning { key: Some(key), text, accent: None }, true, state);
        input.events.retain(|event| !matches!(event, Event::ModifiersChanged(_)));
        (input.events, asked)
    }

    #[test]
    fn a_letter_gives_a_key_and_a_text() {
        let (events, _) = typed(Key::A, Some('A'), KeyButMask::SHIFT);
        assert!(
            matches!(&events[0], Event::Key { key: Key::A, pressed: true, modifiers, .. } if modifiers.shift)
        );
        assert_eq!(events[1], Event::Text("A".into()));
    }

    #[test]
    fn control_alt_and_super_write_no_text() {
        for held in [KeyButMask::CONTROL, KeyButMask::MOD1, KeyButMask::MOD4] {
            let (events, _) = typed(Key::Z, Some('z'), held);
            assert_eq!(events.len(), 1, "{held:?}");
            assert!(matches!(&events[0], Event::Key { key: Key::Z, .. }));
        }
    }

    #[test]
    fn clipboard_shortcuts_are_recognised() {
        let (control, shift) = (KeyButMask::CONTROL, KeyButMask::SHIFT);
        for (key, held, event) in [
            (Key::C, control, Event::Copy),
            (Key::Insert, control, Event::Copy),
            (Key::X, control, Event::Cut),
            (Key::Delete, shift, Event::Cut),
        ] {
            assert_eq!(typed(key, None, held), (vec![event], ClipboardAction::Nothing));
        }
        for (key, held) in [(Key::V, control), (Key::Insert, shift)] {
            assert_eq!(typed(key, Some('v'), held), (vec![], ClipboardAction::Paste));
        }
    }

    #[test]
    fn the_wheel_acts_at_the_pointer() {
        let mut input = Input::default();
        let at = point(300, 150, 1.5);
        for button in 4..=7 {
            input.press(button, true, at, KeyButMask::default());
            input.press(button, false, at, KeyButMask::default());
        }
        assert_eq!(input.events[0], Event::PointerMoved(pos2(200.0, 100.0)));
        let turned = |event: &Event| match event {
            Event::MouseWheel { delta, .. } => *delta,
            other => panic!("{other:?}"),
        };
        let turns: Vec<Vec2> = input.events[1..].iter().map(turned).collect();
        assert_eq!(turns, [vec2(0.0, 1.0), vec2(0.0, -1.0), vec2(1.0, 0.0), vec2(-1.0, 0.0)]);
    }

    #[test]
    fn a_press_acts_at_its_own_place() {
        let mut input = Input::default();
        let (here, there) = (pos2(1.0, 1.0), pos2(90.0, 1.0));
        input.move_to(there, KeyButMask::default());
        input.press(1, true, here, KeyButMask::default());
        input.press(1, false, here, KeyButMask::BUTTON1);
        input.press(1, true, there, KeyButMask::default());
        input.move_to(here, KeyButMask::BUTTON1);
        input.press(1, false, here, KeyButMask::BUTTON1);
        let count = |events: Vec<Event>| {
            let places = events.iter().rev().find_map(|event| match event {
                Event::PointerMoved(place) => Some(*place),
                _ => None,
            });
            (events.len(), places)
        };
        assert_eq!(count(input.take()), (4, Some(here)), "there, here, down, up");
        assert_eq!(count(input.take()), (2, Some(there)), "there, down");
        assert_eq!(count(input.take()), (2, Some(here)), "back, up");
        assert_eq!(input.take(), []);
    }

    #[test]
    fn a_button_without_a_reported_release_is_released() {
        let mut input = Input::default();
        let at = pos2(5.0, 5.0);
        let release = Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed: false,
            modifiers: Modifiers::NONE,
        };
        input.press(1, true, at, KeyButMask::default());
        input.press(2, true, at, KeyButMask::BUTTON1);
        let both = KeyButMask::BUTTON1 | KeyButMask::BUTTON2;
        input.move_to(at, both);
        assert!(input.holds() && !input.events.contains(&release));
        input.move_to(at, KeyButMask::BUTTON2);
        assert_eq!(input.events.last(), Some(&release));
        assert!(input.holds(), "the other one");
        assert!(input.release_all(|_| true) && !input.holds());
        assert!(!input.release_all(|_| true));
        // A button with a reported release is not held.
        input.press(1, true, at, KeyButMask::default());
        input.press(1, false, at, KeyButMask::BUTTON1);
        assert!(!input.holds());
    }

    #[test]
    fn an_accent_waits_for_its_letter_only() {
        let typed = |keys: &[(Option<Key>, Option<char>, Option<char>)]| {
            let mut input = Input::default();
            for &(key, text, accent) in keys {
                for pressed in [true, false] {
                    input.type_key(Meaning { key, text, accent }, pressed, KeyButMask::default());
                }
            }
            let texts = input.events.iter().filter_map(|event| match event {
                Event::Text(text) => Some(text.clone()),
                _ => None,
            });
            let keys = input.events.iter().filter(|event| matches!(event, Event::Key { pressed: true, .. }));
            (texts.collect::<String>(), keys.count())
        };
        let (dead, e) = ((None, None, Some('\u{302}')), (Some(Key::E), Some('e'), None));
        let (shift, left) = ((None, None, None), (Some(Key::ArrowLeft), None, None));
        let back = (Some(Key::Backspace), None, None);
        assert_eq!(typed(&[dead, e, e]), ("êe".into(), 2));
        assert_eq!(typed(&[dead, shift, e]), ("ê".into(), 1));
        assert_eq!(typed(&[dead, left, e]), ("e".into(), 2));
        // Backspace removes the accent and no letter before it.
        assert_eq!(typed(&[dead, back, e, back]), ("e".into(), 2));
        let mut input = Input::default();
        input.type_key(
            Meaning { key: None, text: None, accent: Some('\u{302}') },
            true,
            KeyButMask::default(),
        );
        input.focus(false);
        input.type_key(
            Meaning { key: Some(Key::E), text: Some('e'), accent: None },
            true,
            KeyButMask::default(),
        );
        assert_eq!(input.events.last(), Some(&Event::Text("e".into())));
        // A shortcut writes nothing and drops the accent.
        input.type_key(
            Meaning { key: None, text: None, accent: Some('\u{302}') },
            true,
            KeyButMask::default(),
        );
        input.type_key(
            Meaning { key: Some(Key::E), text: Some('e'), accent: None },
            true,
            KeyButMask::CONTROL,
        );
        input.type_key(
            Meaning { key: Some(Key::E), text: Some('e'), accent: None },
            true,
            KeyButMask::default(),
        );
        assert_eq!(input.events.last(), Some(&Event::Text("e".into())));
    }

    #[test]
    fn a_modifier_change_is_reported_once() {
        let mut input = Input::default();
        for _ in 0..2 {
            input.move_to(pos2(1.0, 1.0), KeyButMask::SHIFT);
        }
        let count = input.events.iter().filter(|event| matches!(event, Event::ModifiersChanged(_))).count();
        assert_eq!(count, 1);
        input.focus(false);
        input.move_to(pos2(1.0, 1.0), KeyButMask::SHIFT);
        assert_eq!(input.events.last(), Some(&Event::PointerMoved(pos2(1.0, 1.0))));
        assert!(matches!(input.events[input.events.len() - 2], Event::ModifiersChanged(held) if held.shift));
    }
}
