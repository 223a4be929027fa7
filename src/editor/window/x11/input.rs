//! Pointer and keys, from the X server's words into egui's.

use super::keyboard::Meaning;
use egui::{Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, Vec2, pos2, vec2};
use x11rb::protocol::xproto::KeyButMask;

/// What happened since the last picture.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) events: Vec<Event>,
    modifiers: Modifiers,
    pointer: Option<Pos2>,
}

/// What a key asks of the clipboard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Asked {
    Nothing,
    Paste,
}

impl Input {
    /// The pointer is here, points.
    pub(super) fn move_to(&mut self, pointer: Pos2, state: KeyButMask) {
        self.hold(state);
        self.pointer = Some(pointer);
        self.events.push(Event::PointerMoved(pointer));
    }

    pub(super) fn leave(&mut self) {
        self.pointer = None;
        self.events.push(Event::PointerGone);
    }

    /// A button, which the wheel's steps are, too.
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
        self.events.push(Event::PointerButton { pos, button, pressed, modifiers });
    }

    /// A step of the wheel.
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

    /// A key goes down or up.
    pub(super) fn type_key(&mut self, meaning: Meaning, pressed: bool, state: KeyButMask) -> Asked {
        self.hold(state);
        let modifiers = self.modifiers;
        let Meaning { key, text } = meaning;
        let is_command = |letter: egui::Key| modifiers.command && !modifiers.alt && key == Some(letter);
        let is_shifted = |edit: egui::Key| modifiers.shift_only() && key == Some(edit);
        if pressed {
            if is_command(egui::Key::C) || is_command(egui::Key::Insert) {
                self.events.push(Event::Copy);
                return Asked::Nothing;
            } else if is_command(egui::Key::X) || is_shifted(egui::Key::Delete) {
                self.events.push(Event::Cut);
                return Asked::Nothing;
            } else if is_command(egui::Key::V) || is_shifted(egui::Key::Insert) {
                return Asked::Paste;
            }
        }
        if let Some(key) = key {
            self.events.push(Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
        }
        let writes = pressed && !modifiers.ctrl && !modifiers.alt && !state.contains(KeyButMask::MOD4);
        if let Some(letter) = text.filter(|_| writes) {
            self.events.push(Event::Text(letter.into()));
        }
        Asked::Nothing
    }

    /// The keyboard came, or went: what is held then nobody knows.
    pub(super) fn focus(&mut self, has_focus: bool) {
        if !has_focus {
            self.modifiers = Modifiers::NONE;
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

/// Points of a place in pixels.
pub(super) fn point(x: i16, y: i16, scale: f64) -> Pos2 {
    pos2((f64::from(x) / scale) as f32, (f64::from(y) / scale) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Key;

    fn typed(key: Key, text: Option<char>, state: KeyButMask) -> (Vec<Event>, Asked) {
        let mut input = Input::default();
        let asked = input.type_key(Meaning { key: Some(key), text }, true, state);
        input.events.retain(|event| !matches!(event, Event::ModifiersChanged(_)));
        (input.events, asked)
    }

    #[test]
    fn a_letter_is_a_key_and_a_text() {
        let (events, _) = typed(Key::A, Some('A'), KeyButMask::SHIFT);
        assert!(
            matches!(&events[0], Event::Key { key: Key::A, pressed: true, modifiers, .. } if modifiers.shift)
        );
        assert_eq!(events[1], Event::Text("A".into()));
    }

    #[test]
    fn a_held_control_alt_or_super_writes_nothing() {
        for held in [KeyButMask::CONTROL, KeyButMask::MOD1, KeyButMask::MOD4] {
            let (events, _) = typed(Key::Z, Some('z'), held);
            assert_eq!(events.len(), 1, "{held:?}");
            assert!(matches!(&events[0], Event::Key { key: Key::Z, .. }));
        }
    }

    #[test]
    fn the_clipboard_has_its_keys() {
        let (control, shift) = (KeyButMask::CONTROL, KeyButMask::SHIFT);
        for (key, held, event) in [
            (Key::C, control, Event::Copy),
            (Key::Insert, control, Event::Copy),
            (Key::X, control, Event::Cut),
            (Key::Delete, shift, Event::Cut),
        ] {
            assert_eq!(typed(key, None, held), (vec![event], Asked::Nothing));
        }
        for (key, held) in [(Key::V, control), (Key::Insert, shift)] {
            assert_eq!(typed(key, Some('v'), held), (vec![], Asked::Paste));
        }
    }

    #[test]
    fn the_wheel_turns_where_the_pointer_is() {
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
    fn a_modifier_is_told_once() {
        let mut input = Input::default();
        for _ in 0..2 {
            input.move_to(pos2(1.0, 1.0), KeyButMask::SHIFT);
        }
        let told = input.events.iter().filter(|event| matches!(event, Event::ModifiersChanged(_))).count();
        assert_eq!(told, 1);
        input.focus(false);
        input.move_to(pos2(1.0, 1.0), KeyButMask::SHIFT);
        assert_eq!(input.events.last(), Some(&Event::PointerMoved(pos2(1.0, 1.0))));
        assert!(matches!(input.events[input.events.len() - 2], Event::ModifiersChanged(held) if held.shift));
    }
}
