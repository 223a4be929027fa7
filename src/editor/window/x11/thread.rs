//! The window's thread: it listens to the X server, asks egui for pictures, and shows them.

use super::canvas::{Canvas, Painted, PixelFormat};
use super::clipboard::Clipboard;
use super::create::{Place, create, introduce};
use super::cursors::Cursors;
use super::input::{Asked, Input, point};
use super::keyboard::Keyboard;
use super::link::{Link, Shared, WindowError, usable_scale};
use super::{Contents, Repaint};
use crate::editor::window::{NEWS_PERIOD, is_placeholder};
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::HostMainThreadCaller;
use nice_plug::editor::dpi::NativeSize;
use rustix::event::{PollFd, PollFlags, poll};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use x11rb::connection::{Connection as _, SequenceNumber};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConfigureNotifyEvent, ConnectionExt as _, FocusInEvent, KeyButMask, MapState, NotifyDetail, NotifyMode,
    Window,
};

/// Time after a press in which the keyboard is asked back from a host that takes it for itself.
const PRESS_PERIOD: Duration = Duration::from_secs(1);

/// Least time between two pictures.
const PICTURE_PERIOD: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// Time for which the window is taken for visible, or not, without asking.
const LOOK_PERIOD: Duration = Duration::from_secs(1);

/// The host's window.
struct Parent {
    id: Window,
    size: (u32, u32),
}

/// A window and all that draws in it.
pub(super) struct WindowThread {
    // Fields are dropped in this order: the canvas before the connection, with which the window ends.
    canvas: Canvas,
    shared: Arc<Shared>,
    contents: Contents,
    news: Repaint,
    caller: Option<Box<dyn HostMainThreadCaller>>,
    ctx: egui::Context,
    /// Whether another thread asked egui for a picture.
    asked: Arc<AtomicBool>,
    keyboard: Keyboard,
    clipboard: Clipboard,
    cursors: Cursors,
    input: Input,
    parent: Option<Parent>,
    size: (u32, u32),
    scale: f64,
    has_focus: bool,
    /// When a button went down last.
    pressed: Option<Instant>,
    is_mapped: bool,
    /// What the server said of it last, and when.
    is_seen: (bool, Instant),
    /// The server's time of the last press.
    time: u32,
    begin: Instant,
    drawn: Instant,
    wanted: Option<Instant>,
}

impl WindowThread {
    /// Opens the window, unseen, in the thread that is to draw it.
    pub(super) fn open(
        place: Place,
        contents: Contents,
        news: Repaint,
        host: GuiContext,
        caller: Option<Box<dyn HostMainThreadCaller>>,
    ) -> Result<Self, WindowError> {
        let link = Link::open()?;
        let fallback = place.fallback_scale.and_then(usable_scale);
        let scale = link.scale().or(fallback).or(contents.last_scale()).unwrap_or(1.0);
        let pixels = |points: f64| (points * scale).round().clamp(1.0, 32_767.0) as u32;
        let size = (pixels(place.size.width), pixels(place.size.height));
        let format = PixelFormat::choose(link.screen_number, link.screen().root_visual)?;
        let window = create(&link, &place, &format, size)?;
        introduce(&link, window, scale)?;
        if let Some(parent) = place.parent {
            link.watch(parent)?;
        }
        let keyboard = Keyboard::open(&link)?;
        let shared = Arc::new(Shared::new(link, window, size, scale));
        let canvas = Canvas::new(&format, window, size)?;
        let asked = Arc::new(AtomicBool::new(false));
        let ctx = context(&asked);
        contents.open(&ctx, host);
        contents.has_scale(scale);
        let now = Instant::now();
        let mut thread = Self {
            cursors: Cursors::new(&shared),
            canvas,
            shared,
            contents,
            news,
            caller,
            ctx,
            asked,
            keyboard,
            clipboard: Clipboard::default(),
            input: Input::default(),
            parent: None,
            size,
            scale,
            has_focus: false,
            pressed: None,
            is_mapped: false,
            is_seen: (true, now),
            time: x11rb::CURRENT_TIME,
            begin: now,
            drawn: now,
            wanted: Some(now),
        };
        if let Some(parent) = place.parent {
            thread.attach(parent);
        }
        Ok(thread)
    }

    /// The host's side of it.
    pub(super) fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// Draws and listens until the window is closed.
    pub(super) fn run(mut self) {
        let mut next_news = Instant::now();
        while !self.shared.is_closing() {
            loop {
                let heard = match self.shared.link.connection.poll_for_event_with_sequence() {
                    Ok(Some((event, at))) => self.hear(event, at),
                    Ok(None) => break,
                    Err(_) => false,
                };
                if !heard {
                    return;
                }
            }
            self.follow_scale();
            let now = Instant::now();
            if now >= next_news {
                next_news = now + NEWS_PERIOD;
                if self.news.take() | self.asked.swap(false, Relaxed) {
                    self.want(now);
                }
            }
            let mut until = next_news;
            if let Some(due) = self.wanted.filter(|_| self.is_mapped) {
                let due = due.max(self.drawn + PICTURE_PERIOD);
                if due <= now {
                    self.draw(now);
                    continue;
                }
                until = until.min(due);
            }
            self.sleep(until.saturating_duration_since(now));
        }
    }

    /// Waits for the X server's next word.
    fn sleep(&self, time: Duration) {
        let connection = &self.shared.link.connection;
        if connection.flush().is_ok() {
            let mut words = [PollFd::new(connection.stream(), PollFlags::IN)];
            // Interrupted, it is awake.
            let _ = poll(&mut words, time.try_into().ok().as_ref());
        }
    }

    /// A picture, now or later.
    fn want(&mut self, when: Instant) {
        self.wanted = Some(self.wanted.map_or(when, |wanted| wanted.min(when)));
    }

    /// Takes in what the server says when it has heard the request `at`; false for the end of the window.
    fn hear(&mut self, event: Event, at: SequenceNumber) -> bool {
        let shared = self.shared.clone();
        match event {
            Event::MotionNotify(at) => {
                self.input.move_to(point(at.event_x, at.event_y, self.scale), at.state);
            }
            Event::ButtonPress(at) => {
                self.time = at.time;
                if at.detail <= 3 {
                    self.pressed = Some(Instant::now());
                    // Every time: a window manager may have just given the keyboard to the host's window for this very press.
                    shared.focus();
                }
                self.input.press(at.detail, true, point(at.event_x, at.event_y, self.scale), at.state);
            }
            Event::ButtonRelease(at) => {
                self.input.press(at.detail, false, point(at.event_x, at.event_y, self.scale), at.state);
            }
            Event::LeaveNotify(at) if at.mode != NotifyMode::GRAB && !holds_button(at.state) => {
                self.input.leave();
            }
            Event::KeyPress(key) => {
                self.time = key.time;
                let meaning = self.keyboard.meaning(key.detail, key.state);
                if self.input.type_key(meaning, true, key.state) == Asked::Paste {
                    let pasted = self.clipboard.ask(key.time, &shared);
                    self.paste(pasted);
                }
            }
            Event::KeyRelease(key) => {
                let meaning = self.keyboard.meaning(key.detail, key.state);
                self.input.type_key(meaning, false, key.state);
            }
            Event::FocusIn(what) if is_own(what) => self.focus(true),
            Event::FocusOut(what) if is_own(what) => self.focus(false),
            Event::SelectionNotify(answer) => {
                let pasted = self.clipboard.receive(answer, &shared);
                self.paste(pasted);
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
            Event::Expose(_) => self.is_seen = (true, Instant::now()),
            Event::MapNotify(what) if what.window == shared.window => self.is_mapped = true,
            Event::UnmapNotify(what) if what.window == shared.window => self.is_mapped = false,
            Event::ConfigureNotify(what) => {
                self.resized(what, at);
                return true;
            }
            Event::ReparentNotify(what) if what.window == shared.window => self.attach(what.parent),
            Event::DestroyNotify(what) if what.window == shared.window => return false,
            Event::ClientMessage(message) => {
                let [wish, ..] = message.data.as_data32();
                return !(message.type_ == shared.link.atoms.WM_PROTOCOLS
                    && wish == shared.link.atoms.WM_DELETE_WINDOW);
            }
            // Errors, too: what fails for want of a window is told by its end.
            _ => return true,
        }
        self.want(Instant::now());
        true
    }

    fn focus(&mut self, has_focus: bool) {
        self.has_focus = has_focus;
        self.input.focus(has_focus);
        self.hold_keyboard(Instant::now());
    }

    /// Takes the keyboard back from a host that gave it to its own window for the press that put it into ours.
    fn hold_keyboard(&mut self, now: Instant) {
        let is_pressed = self.pressed.is_some_and(|pressed| now.duration_since(pressed) < PRESS_PERIOD);
        if is_pressed && !self.has_focus && self.ctx.egui_wants_keyboard_input() {
            self.shared.focus();
        }
    }

    fn paste(&mut self, text: Option<String>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.input.events.push(egui::Event::Paste(text));
            self.want(Instant::now());
        }
    }

    /// The window is in this one now.
    fn attach(&mut self, parent: Window) {
        // One that is gone again says nothing.
        let _ = self.shared.link.watch(parent);
        let geometry =
            self.shared.link.connection.get_geometry(parent).ok().and_then(|asked| asked.reply().ok());
        let is_hosts = parent != self.shared.link.screen().root;
        self.parent = geometry
            .filter(|_| is_hosts)
            .map(|size| Parent { id: parent, size: (size.width.into(), size.height.into()) });
    }

    /// A size changed, the window's or the host's.
    fn resized(&mut self, what: ConfigureNotifyEvent, at: SequenceNumber) {
        // Said before the size that goes with it.
        self.follow_scale();
        let size = (u32::from(what.width), u32::from(what.height));
        if what.window == self.shared.window {
            if self.shared.has_size(size, at) {
                self.call_host();
            }
            self.set_size(size);
        } else if let Some(parent) = self.parent.as_mut().filter(|parent| parent.id == what.window) {
            // Some hosts resize their window alone, and mean ours that fills it.
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
            self.want(Instant::now());
        }
    }

    /// The host may have said another scale.
    fn follow_scale(&mut self) {
        let scale = self.shared.geometry().scale;
        if self.scale != scale {
            self.scale = scale;
            self.contents.has_scale(scale);
            self.want(Instant::now());
        }
    }

    fn call_host(&mut self) {
        if let Some(caller) = &mut self.caller {
            caller.call_main_thread();
        }
    }

    /// Whether somebody could see the picture: a host may have put its own window away.
    fn is_seen(&mut self, now: Instant) -> bool {
        if now.duration_since(self.is_seen.1) > LOOK_PERIOD {
            let asked = self.shared.link.connection.get_window_attributes(self.shared.window);
            let state = asked.ok().and_then(|asked| asked.reply().ok()).map(|reply| reply.map_state);
            self.is_seen = (state == Some(MapState::VIEWABLE), now);
        }
        self.is_seen.0
    }

    fn draw(&mut self, now: Instant) {
        if !self.is_seen(now) {
            self.wanted = Some(now + LOOK_PERIOD);
            return;
        }
        self.wanted = None;
        let input = self.raw_input(now);
        let output = self.ctx.run_ui(input, |ui| self.contents.show(ui));
        let egui::FullOutput { platform_output, textures_delta, shapes, pixels_per_point, viewport_output } =
            output;
        let painted = Painted { shapes, textures: textures_delta, pixels_per_point };
        self.canvas.paint(self.size, &self.ctx, painted);
        // From the end on: where drawing is slow, the thread rests, too, and the server hears what it said.
        self.drawn = Instant::now();
        for command in platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                self.clipboard.copy(text, self.time, &self.shared);
            }
        }
        self.hold_keyboard(now);
        self.cursors.set(platform_output.cursor_icon, &self.shared);
        let delays = viewport_output.values().map(|viewport| viewport.repaint_delay);
        if let Some(next) = delays.min().and_then(|delay| now.checked_add(delay)) {
            self.want(next);
        }
    }

    fn raw_input(&mut self, now: Instant) -> egui::RawInput {
        let points = |length: u32| (f64::from(length) / self.scale) as f32;
        let screen =
            egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(points(self.size.0), points(self.size.1)));
        let mut input = egui::RawInput {
            screen_rect: Some(screen),
            max_texture_side: Some(self.canvas.max_texture_side()),
            time: Some(now.duration_since(self.begin).as_secs_f64()),
            events: std::mem::take(&mut self.input.events),
            // Keys also come when the host's window has the keyboard and the pointer is over ours.
            focused: true,
            ..Default::default()
        };
        let viewport = input.viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(self.scale as f32);
        viewport.inner_rect = Some(screen);
        viewport.focused = Some(self.has_focus);
        input
    }
}

/// Whether the keyboard came or went, and not the pointer or for the moment of a grab.
fn is_own(what: FocusInEvent) -> bool {
    let is_grab = [NotifyMode::GRAB, NotifyMode::UNGRAB].contains(&what.mode);
    !is_grab && ![NotifyDetail::POINTER, NotifyDetail::POINTER_ROOT].contains(&what.detail)
}

/// Whether something is being dragged: it goes on outside of the window.
fn holds_button(state: KeyButMask) -> bool {
    let buttons = KeyButMask::BUTTON1 | KeyButMask::BUTTON2 | KeyButMask::BUTTON3;
    u16::from(state) & u16::from(buttons) != 0
}

/// egui's memory of this window. What other threads ask it for comes by `asked`.
fn context(asked: &Arc<AtomicBool>) -> egui::Context {
    let ctx = egui::Context::default();
    // Its zoom would enlarge the picture without its window.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    let asked = asked.clone();
    ctx.set_request_repaint_callback(move |request| {
        if request.delay < NEWS_PERIOD {
            asked.store(true, Relaxed);
        }
    });
    ctx
}
