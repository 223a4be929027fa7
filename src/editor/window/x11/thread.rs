//! The window's thread: handles the X server's events, and draws pictures by egui.

mod drawing;
mod events;

use super::canvas::{Canvas, PixelFormat};
use super::clipboard::Clipboard;
use super::create::{Place, create, introduce};
use super::cursors::Cursors;
use super::drop::Drops;
use super::input::Input;
use super::keyboard::Keyboard;
use super::link::{Link, Shared, WindowError, usable_scale};
use super::{Contents, Repaint};
use crate::editor::window::NEWS_PERIOD;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::HostMainThreadCaller;
use rustix::event::{PollFd, PollFlags, poll};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::Window;

/// Shortest time between two pictures.
const PICTURE_PERIOD: Duration = Duration::from_nanos(1_000_000_000 / 60);

/// The host's window.
struct HostWindow {
    id: Window,
    size: (u32, u32),
}

/// A window with everything that draws in it.
pub(super) struct WindowThread {
    // Fields drop in this order: the canvas before the connection, whose end destroys the window.
    canvas: Canvas,
    shared: Arc<Shared>,
    contents: Contents,
    news: Repaint,
    caller: Option<Box<dyn HostMainThreadCaller>>,
    ctx: egui::Context,
    /// Set when another thread requests a picture from egui.
    asked: Arc<AtomicBool>,
    keyboard: Keyboard,
    clipboard: Clipboard,
    drops: Drops,
    cursors: Cursors,
    input: Input,
    parent: Option<HostWindow>,
    size: (u32, u32),
    scale: f64,
    has_focus: bool,
    /// Time of the last button press.
    pressed: Option<Instant>,
    is_mapped: bool,
    /// Visibility as last reported by the server, and the time of that report.
    is_visible: (bool, Instant),
    /// The server's time of the last press.
    time: u32,
    begin: Instant,
    drawn: Instant,
    wanted: Option<Instant>,
}

impl WindowThread {
    /// Opens the window, unmapped, in the thread that will draw it.
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
        let ctx = drawing::context(&asked);
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
            drops: Drops::default(),
            input: Input::default(),
            parent: None,
            size,
            scale,
            has_focus: false,
            pressed: None,
            is_mapped: false,
            is_visible: (true, now),
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

    /// The part that the host shares.
    pub(super) fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// Handles events and draws until the window closes.
    pub(super) fn run(mut self) {
        let mut next_news = Instant::now();
        while !self.shared.is_closing() {
            loop {
                let is_alive = match self.shared.link.connection.poll_for_event_with_sequence() {
                    Ok(Some((event, at))) => self.handle_event(event, at),
                    Ok(None) => break,
                    Err(_) => false,
                };
                if !is_alive {
                    return;
                }
            }
            self.follow_scale();
            let now = Instant::now();
            if now >= next_news {
                next_news = now + NEWS_PERIOD;
                self.release_if_invisible(now);
                if self.news.take() | self.asked.swap(false, Relaxed) {
                    self.schedule(now);
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

    /// Waits for an event, at most this long.
    fn sleep(&self, time: Duration) {
        let connection = &self.shared.link.connection;
        if connection.flush().is_ok() {
            let mut words = [PollFd::new(connection.stream(), PollFlags::IN)];
            // A signal only ends the wait early.
            let _ = poll(&mut words, time.try_into().ok().as_ref());
        }
    }

    /// Schedules a picture.
    fn schedule(&mut self, when: Instant) {
        self.wanted = Some(self.wanted.map_or(when, |wanted| wanted.min(when)));
    }

    /// Applies a scale that the host may have set.
    fn follow_scale(&mut self) {
        let scale = self.shared.geometry().scale;
        if self.scale != scale {
            self.scale = scale;
            self.contents.has_scale(scale);
            self.schedule(Instant::now());
        }
    }
}
