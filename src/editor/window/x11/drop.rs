//! Files dropped on the window: the target's side of XDND, versions 3 to 5 (freedesktop.org, "Drag-and-Drop
//! Protocol for the X Window System").
//!
//! In a host's window, sources that search for the innermost window with drops find ours. Sources that
//! contact the outermost window alone reach the host, and us only if the host forwards drops (`XdndProxy`).
//! We don't set that property on the host's window, since the host's own drops would end here.

use super::link::Shared;
use crate::editor::address::local_file;
use egui::{DroppedFile, DroppedFileHandle, HoveredFile};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask,
    SelectionNotifyEvent, Window,
};

/// Protocol version that the window announces.
pub(super) const VERSION: u32 = 5;

/// Oldest version that works like this one.
const OLDEST: u32 = 3;

/// Largest list of files, words of 4 bytes.
const LARGEST_LIST: u32 = 1 << 18;

/// The drag over the window, and the files dropped.
#[derive(Debug, Default)]
pub(super) struct Drops {
    source: Option<DragSource>,
    /// Dropped files that no picture has taken yet.
    files: Vec<PathBuf>,
}

/// The source of a drag.
#[derive(Debug, Clone, Copy)]
struct DragSource {
    window: Window,
    version: u32,
    has_files: bool,
    /// True once dropped: the list of files has been requested.
    dropped: bool,
}

impl Drops {
    /// Handles a client message. False if it does not belong to this protocol.
    pub(super) fn handle_message(&mut self, message: &ClientMessageEvent, shared: &Shared) -> bool {
        let atoms = &shared.link.atoms;
        let words = message.data.as_data32();
        let by = self.source.filter(|source| source.window == words[0] && !source.dropped);
        // Errors mean that the source is gone.
        if message.type_ == atoms.XdndEnter {
            self.enter(words, shared);
        } else if message.type_ == atoms.XdndPosition {
            let _ = by.map(|source| answer(source, shared));
        } else if message.type_ == atoms.XdndLeave {
            self.source = self.source.filter(|source| source.window != words[0]);
        } else if message.type_ == atoms.XdndDrop {
            if let Some(source) = by {
                let _ = self.drop(source, words[2], shared);
            }
        } else {
            return false;
        }
        true
    }

    fn enter(&mut self, words: [u32; 5], shared: &Shared) {
        let [window, flags, named @ ..] = words;
        let version = flags >> 24;
        self.source = None;
        // Selecting events on our own window would replace its event mask.
        if version < OLDEST || window == shared.window {
            return;
        }
        let wanted = shared.link.atoms.text_uri_list;
        let has_files = if flags & 1 == 0 {
            named.contains(&wanted)
        } else {
            offered_types(window, shared).is_ok_and(|types| types.contains(&wanted))
        };
        // If the source dies, the end of its window ends the drag.
        let events = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        let _ = shared.link.connection.change_window_attributes(window, &events);
        self.source = Some(DragSource { window, version: version.min(VERSION), has_files, dropped: false });
    }

    fn drop(&mut self, source: DragSource, time: u32, shared: &Shared) -> Result<(), ReplyError> {
        if !source.has_files {
            self.source = None;
            return finish(source, false, shared);
        }
        self.source = Some(DragSource { dropped: true, ..source });
        let (connection, atoms) = (&shared.link.connection, &shared.link.atoms);
        let property = atoms._AUDIO_ENHANCER_DROP;
        connection.convert_selection(
            shared.window,
            atoms.XdndSelection,
            atoms.text_uri_list,
            property,
            time,
        )?;
        Ok(connection.flush()?)
    }

    /// Takes the list of dropped files.
    pub(super) fn receive(&mut self, event: SelectionNotifyEvent, shared: &Shared) {
        if event.selection != shared.link.atoms.XdndSelection {
            return;
        }
        let Some(source) = self.source.take_if(|source| source.dropped) else { return };
        let list = if event.property == x11rb::NONE { None } else { list(shared).ok() };
        let files = list.map(|list| files_of(&list)).unwrap_or_default();
        let _ = finish(source, !files.is_empty(), shared);
        self.files.extend(files);
    }

    /// Handles the end of another program's window.
    pub(super) fn lose(&mut self, window: Window) {
        self.source = self.source.filter(|source| source.window != window);
    }

    /// Files that hover over the window. Their names are unknown until they are dropped.
    pub(super) fn hovered(&self) -> Vec<HoveredFile> {
        let hovers = self.source.is_some_and(|source| source.has_files && !source.dropped);
        let file = HoveredFile { path: None, mime: "text/uri-list".to_owned() };
        hovers.then_some(file).into_iter().collect()
    }

    /// Files dropped since the last call.
    pub(super) fn take(&mut self) -> Vec<DroppedFileHandle> {
        self.files.drain(..).map(|path| Arc::new(LocalFile(path)) as DroppedFileHandle).collect()
    }
}

/// Reads the data types that a source offers, if it has more than three.
fn offered_types(source: Window, shared: &Shared) -> Result<Vec<Atom>, ReplyError> {
    let property = shared.link.atoms.XdndTypeList;
    let asked = shared.link.connection.get_property(false, source, property, AtomEnum::ATOM, 0, 1024)?;
    Ok(asked.reply()?.value32().map(Iterator::collect).unwrap_or_default())
}

/// Reports to the source whether a drop would be accepted, anywhere in the window.
fn answer(source: DragSource, shared: &Shared) -> Result<(), ReplyError> {
    let atoms = &shared.link.atoms;
    let action = if source.has_files { atoms.XdndActionCopy } else { x11rb::NONE };
    // An empty rectangle: the source reports each move.
    let words = [shared.window, source.has_files.into(), 0, 0, action];
    send(source, atoms.XdndStatus, words, shared)
}

/// Reports to the source that the transfer is finished.
fn finish(source: DragSource, taken: bool, shared: &Shared) -> Result<(), ReplyError> {
    let atoms = &shared.link.atoms;
    let action = if taken { atoms.XdndActionCopy } else { x11rb::NONE };
    let outcome = if source.version >= 5 { [taken.into(), action] } else { [0, 0] };
    send(source, atoms.XdndFinished, [shared.window, outcome[0], outcome[1], 0, 0], shared)
}

fn send(source: DragSource, kind: Atom, words: [u32; 5], shared: &Shared) -> Result<(), ReplyError> {
    let message = ClientMessageEvent::new(32, source.window, kind, words);
    let connection = &shared.link.connection;
    connection.send_event(false, source.window, EventMask::NO_EVENT, message)?;
    Ok(connection.flush()?)
}

fn list(shared: &Shared) -> Result<String, ReplyError> {
    let (connection, atoms) = (&shared.link.connection, &shared.link.atoms);
    let (property, kind) = (atoms._AUDIO_ENHANCER_DROP, AtomEnum::ANY);
    let reply = connection.get_property(true, shared.window, property, kind, 0, LARGEST_LIST)?.reply()?;
    Ok(String::from_utf8_lossy(&reply.value).into_owned())
}

/// Reads a list of files (RFC 2483, 5). Entries that are not local files keep their text, for the error
/// message.
fn files_of(list: &str) -> Vec<PathBuf> {
    let lines = list.split(['\r', '\n', '\0']).map(str::trim);
    let addresses = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    addresses.map(|address| local_file(address).unwrap_or_else(|| address.into())).collect()
}

/// A dropped file for egui.
#[derive(Debug)]
struct LocalFile(PathBuf);

impl DroppedFile for LocalFile {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_yields_files_and_the_text_of_other_entries() {
        let list =
            "# of a file manager\r\nfile:///a%20b.txt\r\nfile://localhost/c.json\r\nhttps://d/e.txt\r\n\0";
        assert_eq!(files_of(list), ["/a b.txt", "/c.json", "https://d/e.txt"].map(PathBuf::from));
        assert_eq!(files_of("file:///a\n"), [PathBuf::from("/a")]);
        assert!(files_of("").is_empty());
    }
}
