//! Files dragged onto the window from another program (XDND). A second connection acts as the file manager.

use crate::alone;
use crate::screen::{PATIENCE, Parent};
use crate::stand::Stand;
use std::time::{Duration, Instant};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Colour of the line around the window while files hover, blue first.
const LINE: [u8; 3] = [0xF5, 0xC7, 0x6C];

const FREQUENCY: &str = "equalizer.bands.0.frequency";

/// A file manager.
struct FileManager {
    connection: RustConnection,
    window: u32,
    target: u32,
}

impl FileManager {
    fn new(target: u32) -> Self {
        let (connection, screen) = RustConnection::connect(None).expect("DISPLAY");
        let root = connection.setup().roots[screen].root;
        let window = connection.generate_id().expect("an id");
        let (class, aux) = (WindowClass::INPUT_OUTPUT, CreateWindowAux::new());
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, class, 0, &aux).expect("a connection");
        let source = Self { connection, window, target };
        let selection = source.atom("XdndSelection");
        source.connection.set_selection_owner(window, selection, x11rb::CURRENT_TIME).expect("a connection");
        source
    }

    fn atom(&self, name: &str) -> Atom {
        self.connection
            .intern_atom(false, name.as_bytes())
            .expect("a connection")
            .reply()
            .expect("an atom")
            .atom
    }

    fn send(&self, kind: &str, words: [u32; 4]) {
        let data = [self.window, words[0], words[1], words[2], words[3]];
        let message = ClientMessageEvent::new(32, self.target, self.atom(kind), data);
        self.connection.send_event(false, self.target, EventMask::NO_EVENT, message).expect("a connection");
        self.connection.flush().expect("a connection");
    }

    /// Enters the window with these data types: up to three in the message, more in a property.
    fn enter(&self, forms: &[&str]) {
        let forms: Vec<Atom> = forms.iter().map(|form| self.atom(form)).collect();
        let many = u32::from(forms.len() > 3);
        if many == 1 {
            let (list, kind) = (self.atom("XdndTypeList"), AtomEnum::ATOM);
            let set = self.connection.change_property32(PropMode::REPLACE, self.window, list, kind, &forms);
            set.expect("a connection").check().expect("a property");
        }
        let named = |place: usize| if many == 1 { 0 } else { forms.get(place).copied().unwrap_or(0) };
        self.send("XdndEnter", [5 << 24 | many, named(0), named(1), named(2)]);
    }

    /// Moves over the window; true if a drop would be accepted.
    fn hover(&self) -> bool {
        self.send("XdndPosition", [0, 100 << 16 | 100, x11rb::CURRENT_TIME, self.atom("XdndActionMove")]);
        let [target, flags, _, _, action] = self.message("XdndStatus", "");
        assert_eq!(target, self.target);
        let accepted = flags & 1 == 1;
        assert_eq!(action, if accepted { self.atom("XdndActionCopy") } else { 0 });
        accepted
    }

    /// Drops this list; true if it was accepted.
    fn drop(&self, list: &str) -> bool {
        self.send("XdndDrop", [0, x11rb::CURRENT_TIME, 0, 0]);
        let [target, flags, action, ..] = self.message("XdndFinished", list);
        assert_eq!(target, self.target);
        let taken = flags & 1 == 1;
        assert_eq!(action, if taken { self.atom("XdndActionCopy") } else { 0 });
        taken
    }

    /// Waits for a message of this type. Meanwhile gives the list to any requestor.
    fn message(&self, kind: &str, list: &str) -> [u32; 5] {
        let kind = self.atom(kind);
        let begin = Instant::now();
        loop {
            assert!(begin.elapsed() < PATIENCE, "no {kind} message");
            match self.connection.poll_for_event().expect("a connection") {
                Some(Event::ClientMessage(message)) if message.type_ == kind => {
                    return message.data.as_data32();
                }
                Some(Event::SelectionRequest(wish)) => self.give(wish, list),
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    fn give(&self, wish: SelectionRequestEvent, list: &str) {
        assert_eq!(wish.target, self.atom("text/uri-list"));
        let property = if list.is_empty() { x11rb::NONE } else { wish.property };
        if property != x11rb::NONE {
            let (mode, kind) = (PropMode::REPLACE, wish.target);
            let set = self.connection.change_property8(mode, wish.requestor, property, kind, list.as_bytes());
            set.expect("a connection").check().expect("a property");
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: wish.time,
            requestor: wish.requestor,
            selection: wish.selection,
            target: wish.target,
            property,
        };
        let told = self.connection.send_event(false, wish.requestor, EventMask::NO_EVENT, answer);
        told.expect("a connection");
        self.connection.flush().expect("a connection");
    }
}

/// Waits until the note about the drop appears or disappears.
fn wait_for_line(parent: &Parent, wanted: bool) {
    parent.wait("the line around the window", |picture| {
        let pixel = &picture[4 * (250 * 800 + 9)..][..3];
        pixel.iter().zip(LINE).all(|(a, b)| a.abs_diff(b) < 8) == wanted
    });
}

/// Writes an equalizer file with one band; returns its address.
fn file(stand: &Stand, name: &str, hz: u32) -> String {
    let path = stand.folder.join(name);
    std::fs::write(&path, format!("Filter 1: ON PK Fc {hz} Hz Gain 6 dB Q 1\n")).expect("a file");
    format!("file://{}", path.display()).replace(' ', "%20")
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn dropped_files_are_imported() {
    let _alone = alone();
    let stand = Stand::new("dropped");
    let target = stand.parent.content();
    let source = FileManager::new(target);
    let aware = source.connection.get_property(false, target, source.atom("XdndAware"), AtomEnum::ATOM, 0, 1);
    let aware = aware.expect("a connection").reply().expect("a property");
    assert_eq!(aware.value32().and_then(|mut words| words.next()), Some(5));
    let proxy =
        source.connection.get_property(false, target, source.atom("XdndProxy"), AtomEnum::WINDOW, 0, 1);
    let proxy = proxy.expect("a connection").reply().expect("a property");
    assert_eq!(proxy.value32().and_then(|mut words| words.next()), Some(target), "a host can forward to it");
    // Text is not accepted.
    source.enter(&["text/plain", "UTF8_STRING"]);
    assert!(!source.hover());
    source.send("XdndLeave", [0; 4]);
    wait_for_line(&stand.parent, false);
    // Two files, one with a space in its name, and a web address between them.
    let (first, second) = (file(&stand, "my phones.txt", 700), file(&stand, "b.txt", 2500));
    source.enter(&["text/uri-list"]);
    assert!(source.hover() && source.hover());
    wait_for_line(&stand.parent, true);
    assert!(source.drop(&format!("{first}\r\nhttps://example.com/c.txt\r\n{second}\r\n")));
    stand.wait("the last one's band", |stand| stand.value(FREQUENCY) == 2500.0);
    wait_for_line(&stand.parent, false);
    assert_eq!(stand.params.session().preset, "b");
    assert!(stand.folder.join("my phones.json").exists(), "both are saved");
    // More than three data types.
    let third = file(&stand, "d.txt", 300);
    source.enter(&["text/plain", "UTF8_STRING", "STRING", "text/html", "text/uri-list"]);
    assert!(source.hover());
    assert!(source.drop(&third));
    stand.wait("the third one's band", |stand| stand.value(FREQUENCY) == 300.0);
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
fn sources_that_leave_lie_or_die_do_no_harm() {
    let _alone = alone();
    let stand = Stand::new("bad-drops");
    let target = stand.parent.content();
    let address = file(&stand, "a.txt", 700);
    let source = FileManager::new(target);
    // Messages out of order.
    source.send("XdndDrop", [0; 4]);
    source.send("XdndLeave", [0; 4]);
    source.send("XdndFinished", [1, 1, 1, 1]);
    let unasked = SelectionNotifyEvent {
        response_type: SELECTION_NOTIFY_EVENT,
        sequence: 0,
        time: 0,
        requestor: target,
        selection: source.atom("XdndSelection"),
        target: source.atom("text/uri-list"),
        property: source.atom("_AUDIO_ENHANCER_DROP"),
    };
    let told = source.connection.send_event(false, target, EventMask::NO_EVENT, unasked);
    told.expect("a connection").check().expect("a window");
    // The source leaves.
    source.enter(&["text/uri-list"]);
    wait_for_line(&stand.parent, true);
    source.send("XdndLeave", [0; 4]);
    wait_for_line(&stand.parent, false);
    // The source refuses to send its list.
    source.enter(&["text/uri-list"]);
    assert!(source.hover());
    assert!(!source.drop(""));
    wait_for_line(&stand.parent, false);
    // The source ends, before the drop and after it.
    source.enter(&["text/uri-list"]);
    assert!(source.hover());
    wait_for_line(&stand.parent, true);
    drop(source);
    wait_for_line(&stand.parent, false);
    let source = FileManager::new(target);
    source.enter(&["text/uri-list"]);
    assert!(source.hover());
    source.send("XdndDrop", [0, x11rb::CURRENT_TIME, 0, 0]);
    drop(source);
    // A window that does not exist.
    let source = FileManager::new(target);
    let false_enter = [0xDEAD, 5 << 24 | 1, 0, 0, 0];
    let message = ClientMessageEvent::new(32, target, source.atom("XdndEnter"), false_enter);
    source.connection.send_event(false, target, EventMask::NO_EVENT, message).expect("a connection");
    // The editor's own window, which must still receive pointer events afterwards.
    let message = ClientMessageEvent::new(32, target, source.atom("XdndEnter"), [target, 5 << 24, 0, 0, 0]);
    source.connection.send_event(false, target, EventMask::NO_EVENT, message).expect("a connection");
    source.enter(&["text/uri-list"]);
    assert!(source.hover());
    let attributes = source.connection.get_window_attributes(target).expect("a connection").reply();
    assert!(attributes.expect("a window").all_event_masks.contains(EventMask::BUTTON_PRESS));
    assert_eq!(stand.value("equalizer.bands.0.enabled"), 0.0, "nothing was imported");
    // A valid drop still works.
    source.enter(&["text/uri-list"]);
    assert!(source.hover());
    assert!(source.drop(&address));
    stand.wait("the band", |stand| stand.value(FREQUENCY) == 700.0);
}
