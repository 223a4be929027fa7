//! The window's thread: it listens to the X server, asks egui for pictures, and shows them.

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

/// Least time between two pictures.
const PICTURE_PERIOD: Duration = Duration::from_nanos(1_000_000_000 / 60);

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
    drops: Drops,
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
                self.let_go_unseen(now);
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

    /// The host may have said another scale.
    fn follow_scale(&mut self) {
        let scale = self.shared.geometry().scale;
        if self.scale != scale {
            self.scale = scale;
            self.contents.has_scale(scale);
            self.want(Instant::now());
        }
    }
}
