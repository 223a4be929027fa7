//! The host's windows on the X screen, and their pictures.

use std::sync::LazyLock;
use std::time::{Duration, Instant};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, ImageFormat, MapState, WindowClass,
};
use x11rb::rust_connection::RustConnection;

/// Longest wait for a picture: software rendering on a busy machine is slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Colour of the editor's panels, blue first.
const PANEL: [u8; 3] = [0x22, 0x1B, 0x17];

/// A connection to the X server.
pub(crate) struct Screen {
    connection: RustConnection,
    root: u32,
}

/// A host's window for an editor.
pub(crate) struct Parent {
    screen: &'static Screen,
    pub(crate) id: u32,
    size: (u16, u16),
}

impl Screen {
    /// The connection shared by all tests: an X server resets when its last client leaves.
    pub(crate) fn shared() -> &'static Self {
        static SCREEN: LazyLock<Screen> = LazyLock::new(Screen::open);
        &SCREEN
    }

    fn open() -> Self {
        let (connection, screen) =
            RustConnection::connect(None).expect("DISPLAY, as `cargo xtask test` sets it");
        let root = connection.setup().roots[screen].root;
        Self { connection, root }
    }

    pub(crate) fn connection(&self) -> &RustConnection {
        &self.connection
    }

    pub(crate) fn root(&self) -> u32 {
        self.root
    }

    /// Creates a window and shows it at `x` from the left.
    pub(crate) fn parent(&'static self, x: i16, size: (u16, u16)) -> Parent {
        let id = self.connection.generate_id().expect("an id");
        let made = self.connection.create_window(
            x11rb::COPY_DEPTH_FROM_PARENT,
            id,
            self.root,
            x,
            0,
            size.0,
            size.1,
            0,
            WindowClass::INPUT_OUTPUT,
            x11rb::COPY_FROM_PARENT,
            &CreateWindowAux::new(),
        );
        made.expect("a connection").check().expect("a window");
        self.connection.map_window(id).expect("a connection").check().expect("a window to show");
        let parent = Parent { screen: self, id, size };
        // A window manager shows it some time later.
        wait("a window on the screen", || parent.is_shown());
        parent
    }
}

/// Waits for a condition.
fn wait(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "timed out waiting for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Parent {
    pub(crate) fn is_shown(&self) -> bool {
        let asked = self.screen.connection.get_window_attributes(self.id).expect("a connection").reply();
        asked.expect("a window").map_state == MapState::VIEWABLE
    }

    /// Pixels of the window with its contents, four bytes each, blue first.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let (width, height) = self.size;
        let image = self.screen.connection.get_image(ImageFormat::Z_PIXMAP, self.id, 0, 0, width, height, !0);
        image.expect("a connection").reply().expect("a picture").data
    }

    /// The window inside it.
    pub(crate) fn content(&self) -> u32 {
        let tree = self.screen.connection.query_tree(self.id).expect("a connection").reply();
        tree.expect("a tree").children[0]
    }

    /// Waits until the window inside has this size.
    pub(crate) fn wait_for_content_size(&self, wanted: (u32, u32)) {
        wait(&format!("a size of {wanted:?}"), || {
            let size = self.screen.connection.get_geometry(self.content()).expect("a connection").reply();
            let size = size.expect("a child window");
            (u32::from(size.width), u32::from(size.height)) == wanted
        });
    }

    /// Resizes the window inside, as a window manager may.
    pub(crate) fn resize_content(&self, width: u32, height: u32) {
        let connection = &self.screen.connection;
        let size = ConfigureWindowAux::new().width(width).height(height);
        let resized = connection.configure_window(self.content(), &size).expect("a connection");
        resized.check().expect("a child window");
    }

    /// Waits until the editor's last panel is drawn.
    pub(crate) fn wait_for_editor(&self) {
        let (width, height) = self.size;
        self.wait("the editor's panels", |picture| {
            let at = (usize::from(height) - 19) * usize::from(width) + usize::from(width) - 19;
            let pixel = &picture[4 * at..][..3];
            pixel.iter().zip(PANEL).all(|(a, b)| a.abs_diff(b) < 6)
        });
    }

    /// Waits until the picture meets a condition.
    pub(crate) fn wait(&self, what: &str, wanted: impl Fn(&[u8]) -> bool) {
        wait(what, || wanted(&self.picture()));
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        let gone = self.screen.connection.destroy_window(self.id).expect("a connection");
        gone.check().expect("a window to close");
    }
}
