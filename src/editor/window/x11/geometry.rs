//! How large a window is, where both its host and the screen may change it.
//!
//! The host's sizes are requests to the X server, and the server's word of them comes late: a window manager's of another size may be on
//! its way. Each word names the last request that the server had heard, so an older one is known.

use x11rb::connection::SequenceNumber;

/// Width and height, pixels.
pub(super) type PixelSize = (u32, u32);

/// How large the window is, as its host last heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Geometry {
    pub(super) size: PixelSize,
    /// Pixels per point.
    pub(super) scale: f64,
    asked: Option<SizeRequest>,
    /// The request that gave it.
    given_by: SequenceNumber,
}

/// What the host is to be asked to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SizeRequest {
    pub(super) size: PixelSize,
    /// The last size that the host knows.
    pub(super) before: PixelSize,
}

impl Geometry {
    /// Of a window that the host knows to be so large.
    pub(super) fn new(size: PixelSize, scale: f64) -> Self {
        Self { size, scale, asked: None, given_by: 0 }
    }

    /// The host gives it a size by this request. What it was to be asked is past.
    pub(super) fn give(&mut self, size: PixelSize, request: SequenceNumber) {
        (self.size, self.given_by, self.asked) = (size, request, None);
    }

    /// Whether what the server says `at` this request is older than the size that the host gave last.
    pub(super) fn is_stale(&self, at: SequenceNumber) -> bool {
        at < self.given_by
    }

    /// The server says the size that the window had `at` this request. Whether the host is to be asked: it didn't give it.
    pub(super) fn hear(&mut self, size: PixelSize, at: SequenceNumber) -> bool {
        let is_news = self.size != size && !self.is_stale(at);
        if is_news {
            let before = self.asked.map_or(self.size, |asked| asked.before);
            self.asked = Some(SizeRequest { size, before });
            self.size = size;
        }
        is_news
    }

    /// What the host is to be asked, once.
    pub(super) fn take_request(&mut self) -> Option<SizeRequest> {
        self.asked.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BORN: PixelSize = (1280, 800);

    #[test]
    fn a_size_that_the_host_did_not_give_is_asked_once() {
        let mut geometry = Geometry::new(BORN, 1.0);
        assert!(!geometry.hear(BORN, 1), "as it is");
        assert!(geometry.hear((1000, 700), 2));
        assert!(geometry.hear((1001, 701), 2), "dragged on before the host was asked");
        assert_eq!(geometry.take_request(), Some(SizeRequest { size: (1001, 701), before: BORN }));
        assert_eq!((geometry.take_request(), geometry.size), (None, (1001, 701)));
    }

    #[test]
    fn a_word_that_the_server_said_before_it_heard_of_the_hosts_size_changes_nothing() {
        let mut geometry = Geometry::new(BORN, 1.0);
        geometry.give((1400, 900), 10);
        assert!(!geometry.hear((1300, 850), 9), "on its way when the host spoke");
        assert!(!geometry.hear((1400, 900), 10), "the host's own");
        assert_eq!((geometry.take_request(), geometry.size), (None, (1400, 900)));
        assert!(geometry.hear((1300, 850), 10), "a window manager's answer to it");
        assert_eq!(geometry.take_request(), Some(SizeRequest { size: (1300, 850), before: (1400, 900) }));
    }

    #[test]
    fn a_size_from_the_host_ends_what_it_was_to_be_asked() {
        let mut geometry = Geometry::new(BORN, 1.0);
        assert!(geometry.hear((1000, 700), 2));
        geometry.give((1400, 900), 3);
        assert_eq!(geometry.take_request(), None);
        assert!(geometry.hear((1000, 700), 3));
        assert_eq!(geometry.take_request(), Some(SizeRequest { size: (1000, 700), before: (1400, 900) }));
    }
}
