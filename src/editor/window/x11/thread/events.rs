//! Handles the events of the X server.

use super::{HostWindow, WindowThread};
use crate::editor::window::is_placeholder;
use crate::editor::window::x11::input::{ClipboardAction, point};
use crate::editor::window::x11::keyboard::Keyboard;
use nice_plug::editor::dpi::NativeSize;
use std::time::{Duration, Instant};
use x11rb::connection::SequenceNumber;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ButtonPressEvent, ConfigureNotifyEvent, ConnectionExt as _, FocusInEvent, KeyButMask, KeyPressEvent,
    NotifyDetail, NotifyMode, Window,
};

/// Time after a press in which the window takes the keyboard focus back from its host.
const PRESS_PERIOD: Duration = Duration::from_secs(1);

impl WindowThread {
    /// Handles an event sent after request `at`. False if the window is gone.
    pub(super) fn handle_event(&mut self, event: Event, at: SequenceNumber) -> bool {
        let shared = self.shared.clone();
        match event {
            Event::MotionNotify(at) => {
                self.input.move_to(point(at.event_x, at.event_y, self.scale), at.state);
            }
            Event::ButtonPress(at) => self.press(at),
            Event::ButtonRelease(at) => {
                self.input.press(at.detail, false, point(at.event_x, at.event_y, self.scale), at.state);
            }
            Event::LeaveNotify(at) if at.mode != NotifyMode::GRAB && !holds_button(at.state) => {
                self.input.leave();
            }
            Event::KeyPress(key) => self.type_key(key),
            Event::KeyRelease(key) => {
                let meaning = self.keyboard.meaning(key.detail, key.state);
                self.input.type_key(meaning, false, key.state);
            }
            Event::FocusIn(what) if is_own(what) => self.focus(true),
            Event::FocusOut(what) if is_own(what) => self.focus(false),
            Event::SelectionNotify(answer) => {
                let pasted = self.clipboard.receive(answer, &shared);
                self.paste(pasted);
                self.drops.receive(answer, &shared);
            }
            Event::PropertyNotify(change) => {
                let pasted = self.clipboard.receive_piece(change, &shared);
                self.paste(pasted);
                return true;
            }
            Event::SelectionRequest(wish) => self.clipboard.give(wish, &shared),
            Event::SelectionClear(loss) => self.clipboard.lose(loss, &shared),
            Event::XkbMapNotify(_) | Event::XkbNewKeyboardNotify(_) => {
                self.keyboard = Keyboard::read(&shared.link.connection).unwrap_or_default();
            }
            Event::Expose(_) => self.is_visible = (true, Instant::now()),
            Event::MapNotify(what) if what.window == shared.window => self.is_mapped = true,
            Event::UnmapNotify(what) if what.window == shared.window => self.is_mapped = false,
            Event::ConfigureNotify(what) => {
                self.resized(what, at);
                return true;
            }
            Event::ReparentNotify(what) if what.window == shared.window => self.attach(what.parent),
            Event::DestroyNotify(what) if what.window == shared.window => return false,
            Event::DestroyNotify(what) => self.drops.lose(what.window),
            Event::ClientMessage(message) if self.drops.handle_message(&message, &shared) => {
                if message.type_ == shared.link.atoms.XdndPosition {
                    // It only moves: no new picture is needed.
                    return true;
                }
            }
            Event::ClientMessage(message) => {
                let [wish, ..] = message.data.as_data32();
                return !(message.type_ == shared.link.atoms.WM_PROTOCOLS
                    && wish == shared.link.atoms.WM_DELETE_WINDOW);
            }
            // Errors included: a request to a window that is gone fails, and its end is reported.
            _ => return true,
        }
        self.schedule(Instant::now());
        true
    }

    fn press(&mut self, at: ButtonPressEvent) {
        self.time = at.time;
        if at.detail <= 3 {
            self.pressed = Some(Instant::now());
            // At every press: a window manager may just have given the focus to the host's window for it.
            self.shared.focus();
        }
        self.input.press(at.detail, true, point(at.event_x, at.event_y, self.scale), at.state);
    }

    fn type_key(&mut self, key: KeyPressEvent) {
        self.time = key.time;
        let meaning = self.keyboard.meaning(key.detail, key.state);
        if self.input.type_key(meaning, true, key.state) == ClipboardAction::Paste {
            let pasted = self.clipboard.request(key.time, &self.shared);
            self.paste(pasted);
        }
    }

    fn focus(&mut self, has_focus: bool) {
        self.has_focus = has_focus;
        self.input.focus(has_focus);
        self.keep_keyboard(Instant::now());
    }

    /// Takes the focus back from a host that gave it to its own window after a press in ours.
    pub(super) fn keep_keyboard(&mut self, now: Instant) {
        let is_pressed = self.pressed.is_some_and(|pressed| now.duration_since(pressed) < PRESS_PERIOD);
        if is_pressed && !self.has_focus && self.ctx.egui_wants_keyboard_input() {
            self.shared.focus();
        }
    }

    fn paste(&mut self, text: Option<String>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.input.events.push(egui::Event::Paste(text));
            self.schedule(Instant::now());
        }
    }

    /// Handles a move into this parent.
    pub(super) fn attach(&mut self, parent: Window) {
        // A parent that is already gone reports nothing.
        let _ = self.shared.link.watch(parent);
        let geometry =
            self.shared.link.connection.get_geometry(parent).ok().and_then(|asked| asked.reply().ok());
        let is_hosts = parent != self.shared.link.screen().root;
        self.parent = geometry
            .filter(|_| is_hosts)
            .map(|size| HostWindow { id: parent, size: (size.width.into(), size.height.into()) });
    }

    /// Handles a change of size, of the window or of the host's.
    fn resized(&mut self, what: ConfigureNotifyEvent, at: SequenceNumber) {
        // The scale belongs to the new size.
        self.follow_scale();
        let size = (u32::from(what.width), u32::from(what.height));
        if what.window == self.shared.window {
            if self.shared.store_reported_size(size, at)
                && let Some(caller) = &mut self.caller
            {
                caller.call_main_thread();
            }
            self.set_size(size);
        } else if let Some(parent) = self.parent.as_mut().filter(|parent| parent.id == what.window) {
            // Some hosts resize only their own window, which ours fills.
            let was_filled = parent.size == self.size;
            parent.size = size;
            if was_filled
                && !self.shared.is_stale(at)
                && !is_placeholder(NativeSize::new(size.0, size.1), self.scale)
            {
                let _ = self.shared.resize(size);
            }
        }
    }

    fn set_size(&mut self, size: (u32, u32)) {
        if self.size != size {
            self.size = size;
            self.contents.resized(NativeSize::new(size.0, size.1), self.scale);
            self.schedule(Instant::now());
        }
    }
}

/// True if the keyboard focus really changed, not the pointer's and not during a grab.
fn is_own(what: FocusInEvent) -> bool {
    let is_grab = [NotifyMode::GRAB, NotifyMode::UNGRAB].contains(&what.mode);
    !is_grab && ![NotifyDetail::POINTER, NotifyDetail::POINTER_ROOT].contains(&what.detail)
}

/// True during a drag, which may continue outside the window.
fn holds_button(state: KeyButMask) -> bool {
    let buttons = KeyButMask::BUTTON1 | KeyButMask::BUTTON2 | KeyButMask::BUTTON3;
    u16::from(state) & u16::from(buttons) != 0
}
