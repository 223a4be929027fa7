//! Copies and pastes text: the window as owner and requestor of the selection `CLIPBOARD` (ICCCM 2).

use super::link::Shared;
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, EventMask, PropMode, Property, PropertyNotifyEvent,
    SELECTION_NOTIFY_EVENT, SelectionClearEvent, SelectionNotifyEvent, SelectionRequestEvent,
};
use x11rb::wrapper::ConnectionExt as _;

/// Largest text to paste, bytes. A larger one is ignored. A preset has some thousands.
const LARGEST_PASTE: usize = 1 << 20;

/// The text copied here, and the state of a paste.
#[derive(Debug, Default)]
pub(super) struct Clipboard {
    copied: Option<String>,
    /// Pieces received so far of a text sent in pieces (`INCR`).
    pieces: Option<Vec<u8>>,
}

impl Clipboard {
    /// Offers the text to all programs as long as the window is open.
    pub(super) fn copy(&mut self, text: String, time: u32, shared: &Shared) {
        self.copied = Some(text);
        let connection = &shared.link.connection;
        let _ = connection.set_selection_owner(shared.window, shared.link.atoms.CLIPBOARD, time);
        let _ = connection.flush();
    }

    /// Drops the copied text: another program now owns the clipboard.
    pub(super) fn lose(&mut self, event: SelectionClearEvent, shared: &Shared) {
        if event.selection == shared.link.atoms.CLIPBOARD {
            self.copied = None;
        }
    }

    /// Requests the text, which arrives through [`receive`](Self::receive). Returns a text copied here
    /// immediately.
    pub(super) fn request(&mut self, time: u32, shared: &Shared) -> Option<String> {
        if let Some(copied) = &self.copied {
            return Some(copied.clone());
        }
        // Drops the pieces of an owner that never finished.
        self.pieces = None;
        let (connection, atoms) = (&shared.link.connection, &shared.link.atoms);
        let property = atoms._AUDIO_ENHANCER_PASTE;
        let _ =
            connection.convert_selection(shared.window, atoms.CLIPBOARD, atoms.UTF8_STRING, property, time);
        let _ = connection.flush();
        None
    }

    /// Takes the owner's answer. Returns the text, or `None` at the beginning of one sent in pieces.
    pub(super) fn receive(&mut self, event: SelectionNotifyEvent, shared: &Shared) -> Option<String> {
        if event.property != shared.link.atoms._AUDIO_ENHANCER_PASTE {
            return None;
        }
        let (kind, bytes) = take(shared).ok()?;
        if kind == shared.link.atoms.INCR {
            self.pieces = Some(Vec::new());
            return None;
        }
        String::from_utf8(bytes).ok()
    }

    /// Takes a piece of a long text. Returns the text at the empty piece, which ends it.
    pub(super) fn receive_piece(&mut self, event: PropertyNotifyEvent, shared: &Shared) -> Option<String> {
        let is_piece =
            event.atom == shared.link.atoms._AUDIO_ENHANCER_PASTE && event.state == Property::NEW_VALUE;
        let pieces = self.pieces.as_mut().filter(|_| is_piece)?;
        let (_, bytes) = take(shared).ok()?;
        pieces.extend(&bytes);
        if pieces.len() > LARGEST_PASTE {
            self.pieces = None;
        } else if bytes.is_empty() {
            return String::from_utf8(self.pieces.take()?).ok();
        }
        None
    }

    /// Sends the copied text to a program that pastes.
    pub(super) fn give(&self, event: SelectionRequestEvent, shared: &Shared) {
        // An old client names no property and means the target's (ICCCM 2.2).
        let property = if event.property == x11rb::NONE { event.target } else { event.property };
        let is_given = self.put(event, property, shared).unwrap_or(false);
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: event.time,
            requestor: event.requestor,
            selection: event.selection,
            target: event.target,
            property: if is_given { property } else { x11rb::NONE },
        };
        let connection = &shared.link.connection;
        let _ = connection.send_event(false, event.requestor, EventMask::NO_EVENT, answer);
        let _ = connection.flush();
    }

    /// Stores the text or the list of its forms in the requestor's property. False if it cannot.
    fn put(&self, event: SelectionRequestEvent, property: Atom, shared: &Shared) -> Result<bool, ReplyError> {
        let (connection, atoms) = (&shared.link.connection, &shared.link.atoms);
        let Some(text) = &self.copied else { return Ok(false) };
        let to = event.requestor;
        if event.target == atoms.TARGETS {
            let forms = [atoms.TARGETS, atoms.UTF8_STRING];
            connection.change_property32(PropMode::REPLACE, to, property, AtomEnum::ATOM, &forms)?.check()?;
        } else if event.target == atoms.UTF8_STRING && text.len() < connection.maximum_request_bytes() - 64 {
            let (mode, kind) = (PropMode::REPLACE, atoms.UTF8_STRING);
            connection.change_property8(mode, to, property, kind, text.as_bytes())?.check()?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// Type and bytes of the property that transfers texts. Deletes the property.
fn take(shared: &Shared) -> Result<(Atom, Vec<u8>), ReplyError> {
    let connection = &shared.link.connection;
    let property = shared.link.atoms._AUDIO_ENHANCER_PASTE;
    let words = (LARGEST_PASTE / 4) as u32;
    let reply = connection.get_property(true, shared.window, property, AtomEnum::ANY, 0, words)?.reply()?;
    let is_whole = reply.bytes_after == 0;
    Ok((reply.type_, if is_whole { reply.value } else { Vec::new() }))
}
