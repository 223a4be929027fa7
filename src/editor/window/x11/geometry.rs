//! Size of a window that both its host and the screen may change.
//!
//! The host's sizes are requests to the X server, which reports them late: a report of another size, from the
//! window manager, may already be under way. Each report names the last request that the server had
//! processed, so older reports are detected.

use x11rb::connection::SequenceNumber;

/// Width and height, pixels.
pub(super) type PixelSize = (u32, u32);

/// The window's size as the host last received it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Geometry {
    pub(super) size: PixelSize,
    /// Pixels per point.
    pub(super) scale: f64,
    asked: Option<SizeRequest>,
    /// Sequence number of the request that set the size.
    given_by: SequenceNumber,
}

/// A size that the host is to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SizeRequest {
    pub(super) size: PixelSize,
    /// Last size that the host has set or confirmed.
    pub(super) before: PixelSize,
}

impl Geometry {
    /// A window of the size that the host has set.
    pub(super) fn new(size: PixelSize, scale: f64) -> Self {
        Self { size, scale, asked: None, given_by: 0 }
    }

    /// Stores a size set by the host through `request`. Drops the pending question to the host.
    pub(super) fn give(&mut self, size: PixelSize, request: SequenceNumber) {
        (self.size, self.given_by, self.asked) = (size, request, None);
    }

    /// True if a report that names request `at` is older than the host's last size.
    pub(super) fn is_stale(&self, at: SequenceNumber) -> bool {
        at < self.given_by
    }

    /// Stores a size reported by the server at request `at`. True if the host must confirm it, since it did
    /// not set it.
    pub(super) fn store_reported(&mut self, size: PixelSize, at: SequenceNumber) -> bool {
        let is_news = self.size != size && !self.is_stale(at);
        if is_news {
            let before = self.asked.map_or(self.size, |asked| asked.before);
            self.asked = Some(SizeRequest { size, before });
            self.size = size;
        }
        is_news
    }

    /// Takes the pending question to the host.
    pub(super) fn take_request(&mut self) -> Option<SizeRequest> {
        self.asked.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BORN: PixelSize = (1280, 800);

    #[test]
    fn asks_once_about_a_size_that_the_host_did_not_set() {
        let mut geometry = Geometry::new(BORN, 1.0);
        assert!(!geometry.store_reported(BORN, 1), "the present size");
        assert!(geometry.store_reported((1000, 700), 2));
        assert!(geometry.store_reported((1001, 701), 2), "a further drag before the question");
        assert_eq!(geometry.take_request(), Some(SizeRequest { size: (1001, 701), before: BORN }));
        assert_eq!((geometry.take_request(), geometry.size), (None, (1001, 701)));
    }

    #[test]
    fn ignores_reports_older_than_the_hosts_last_size() {
        let mut geometry = Geometry::new(BORN, 1.0);
        geometry.give((1400, 900), 10);
        assert!(!geometry.store_reported((1300, 850), 9), "sent before the host's request");
        assert!(!geometry.store_reported((1400, 900), 10), "the host's own size");
        assert_eq!((geometry.take_request(), geometry.size), (None, (1400, 900)));
        assert!(geometry.store_reported((1300, 850), 10), "a window manager's answer to it");
        assert_eq!(geometry.take_request(), Some(SizeRequest { size: (1300, 850), before: (1400, 900) }));
    }

    #[test]
    fn a_size_from_the_host_cancels_the_pending_question() {
        let mut geometry = Geometry::new(BORN, 1.0);
        assert!(geometry.store_reported((1000, 700), 2));
        geometry.give((1400, 900), 3);
        assert_eq!(geometry.take_request(), None);
        assert!(geometry.store_reported((1000, 700), 3));
        assert_eq!(geometry.take_request(), Some(SizeRequest { size: (1000, 700), before: (1400, 900) }));
    }
}
