//! Assembles packets from one stream's pages (RFC 3533 §5).

use super::page::Page;

/// Joins the segments of pages to packets.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    /// The start of a packet that continues in the next page.
    partial: Option<Vec<u8>>,
    next_sequence: Option<u32>,
}

/// The packets that end in a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) packets: Vec<Vec<u8>>,
    /// True where the page's number does not follow the previous one, or where a packet's start or rest is
    /// missing.
    pub(super) is_gap: bool,
}

impl Assembler {
    pub(super) fn push(&mut self, page: &Page) -> Ended {
        let mut ended = Ended {
            is_gap: self.next_sequence.is_some_and(|next| next != page.sequence),
            ..Ended::default()
        };
        self.next_sequence = Some(page.sequence.wrapping_add(1));
        let mut packet = match (self.partial.take(), page.is_continued && !ended.is_gap) {
            (Some(partial), true) => Some(partial),
            (partial, _) => {
                ended.is_gap |= partial.is_some() || page.is_continued;
                // The rest of a packet without its start is dropped.
                (!page.is_continued).then(Vec::new)
            }
        };
        let mut rest = &page.body[..];
        for (index, &length) in page.lacing.iter().enumerate() {
            let (segment, behind) = rest.split_at(usize::from(length).min(rest.len()));
            rest = behind;
            if let Some(packet) = &mut packet {
                packet.extend_from_slice(segment);
            }
            if length < 255 {
                ended.packets.extend(packet.replace(Vec::new()));
            } else if index + 1 == page.lacing.len() {
                self.partial = packet.take().or(Some(Vec::new()));
            }
        }
        ended
    }

    /// True while a packet continues in the next page.
    pub(super) fn is_midway(&self) -> bool {
        self.partial.is_some()
    }
}
