//! Files dropped on the window: XDND, versions 3 to 5, as target (freedesktop.org, "Drag-and-Drop Protocol for the X Window System").
//!
//! In a host's window, sources that look for the innermost window that takes drops find ours; those that ask the outermost alone speak
//! to the host, and to us where it passes drops on (`XdndProxy`). We don't set that mark on its window: its own drops would end here.

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

/// The version that the window says it speaks.
pub(super) const VERSION: u32 = 5;

/// The oldest that works as this one does.
const OLDEST: u32 = 3;

/// Most that a list of files may take, words of 4 bytes.
const LARGEST_LIST: u32 = 1 << 18;

/// What is dragged over the window, and what was dropped on it.
#[derive(Debug, Default)]
pub(super) struct Drops {
    source: Option<Source>,
    /// Dropped, and not taken yet.
    files: Vec<PathBuf>,
}

/// Who drags.
#[derive(Debug, Clone, Copy)]
struct Source {
    window: Window,
    version: u32,
    has_files: bool,
    /// It was dropped; the list is asked for.
    dropped: bool,
}

impl Drops {
    /// Takes in what a source says; false for what is no word of this protocol.
    pub(super) fn hear(&mut self, message: &ClientMessageEvent, shared: &Shared) -> bool {
        let atoms = &shared.link.atoms;
        let words = message.data.as_data32();
        let by = self.source.filter(|source| source.window == words[0] && !source.dropped);
        // Errors are of a source that is gone.
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
        // One that names our own window would take from it what it hears of.
        if version < OLDEST || window == shared.window {
            return;
        }
        let wanted = shared.link.atoms.text_uri_list;
        let has_files = if flags & 1 == 0 {
            named.contains(&wanted)
        } else {
            forms(window, shared).is_ok_and(|forms| forms.contains(&wanted))
        };
        // One that dies without a word ends the drag by its window's end.
        let events = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        let _ = shared.link.connection.change_window_attributes(window, &events);
        self.source = Some(Source { window, version: version.min(VERSION), has_files, dropped: false });
    }

    fn drop(&mut self, source: Source, time: u32, shared: &Shared) -> Result<(), ReplyError> {
        if !source.has_files {
            self.source = None;
            return finish(source, false, shared);
        }
        self.source = Some(Source { dropped: true, ..source });
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

    /// The list of what was dropped, or none.
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

    /// A window of somebody's is gone.
    pub(super) fn lose(&mut self, window: Window) {
        self.source = self.source.filter(|source| source.window != window);
    }

    /// What hovers over the window; its names are not known before it is dropped.
    pub(super) fn hovered(&self) -> Vec<HoveredFile> {
        let hovers = self.source.is_some_and(|source| source.has_files && !source.dropped);
        let file = HoveredFile { path: None, mime: "text/uri-list".to_owned() };
        hovers.then_some(file).into_iter().collect()
    }

    /// What was dropped since the last call.
    pub(super) fn take(&mut self) -> Vec<DroppedFileHandle> {
        self.files.drain(..).map(|path| Arc::new(File(path)) as DroppedFileHandle).collect()
    }
}

/// The forms that a source offers where they are more than three.
fn forms(source: Window, shared: &Shared) -> Result<Vec<Atom>, ReplyError> {
    let property = shared.link.atoms.XdndTypeList;
    let asked = shared.link.connection.get_property(false, source, property, AtomEnum::ATOM, 0, 1024)?;
    Ok(asked.reply()?.value32().map(Iterator::collect).unwrap_or_default())
}

/// Says whether it would be taken, anywhere in the window.
fn answer(source: Source, shared: &Shared) -> Result<(), ReplyError> {
    let atoms = &shared.link.atoms;
    let action = if source.has_files { atoms.XdndActionCopy } else { x11rb::NONE };
    // An empty rectangle: each move is asked about.
    let words = [shared.window, source.has_files.into(), 0, 0, action];
    send(source, atoms.XdndStatus, words, shared)
}

/// The source may forget what it gave.
fn finish(source: Source, taken: bool, shared: &Shared) -> Result<(), ReplyError> {
    let atoms = &shared.link.atoms;
    let action = if taken { atoms.XdndActionCopy } else { x11rb::NONE };
    let outcome = if source.version >= 5 { [taken.into(), action] } else { [0, 0] };
    send(source, atoms.XdndFinished, [shared.window, outcome[0], outcome[1], 0, 0], shared)
}

fn send(source: Source, kind: Atom, words: [u32; 5], shared: &Shared) -> Result<(), ReplyError> {
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

/// The files of a list (RFC 2483, 5), and what else it names as it stands, so that a person is told that it is no file.
fn files_of(list: &str) -> Vec<PathBuf> {
    let lines = list.split(['\r', '\n', '\0']).map(str::trim);
    let addresses = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    addresses.map(|address| local_file(address).unwrap_or_else(|| address.into())).collect()
}

/// A file as egui passes it on.
#[derive(Debug)]
struct File(PathBuf);

impl DroppedFile for File {
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
    fn a_list_names_files_and_what_is_none() {
        let list =
            "# of a file manager\r\nfile:///a%20b.txt\r\nfile://localhost/c.json\r\nhttps://d/e.txt\r\n\0";
        assert_eq!(files_of(list), ["/a b.txt", "/c.json", "https://d/e.txt"].map(PathBuf::from));
        assert_eq!(files_of("file:///a\n"), [PathBuf::from("/a")]);
        assert!(files_of("").is_empty());
    }
}
