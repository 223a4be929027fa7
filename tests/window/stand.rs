//! The editor in a window on a host that applies and logs each edit, with simulated clicks, keys and drops.

use crate::host::{Host, HostCall, Log};
use crate::screen::{PATIENCE, Parent, Screen};
use audio_enhancer::AudioEnhancer;
use audio_enhancer::editor::{App, EnhancerEditor, EnhancerEditorHandle, Repaint};
use audio_enhancer::params::EnhancerParams;
use enhancer_preset::Library;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::{Editor, EditorHandle, ParentWindowHandle, SpawnedEditor};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ButtonPressEvent, ConnectionExt as _, EventMask,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, KeyButMask, MOTION_NOTIFY_EVENT, Motion, MotionNotifyEvent,
};

/// An open editor of 800 by 500 pixels.
pub(crate) struct Stand {
    pub(crate) spawned: SpawnedEditor<EnhancerEditorHandle>,
    pub(crate) parent: Parent,
    pub(crate) params: Arc<EnhancerParams>,
    /// Folder of the user presets.
    pub(crate) folder: PathBuf,
    screen: &'static Screen,
    log: Log,
    _plugin: AudioEnhancer,
}

impl Stand {
    pub(crate) fn new(name: &str) -> Self {
        let screen = Screen::shared();
        let folder = std::env::temp_dir().join(format!("audio-enhancer-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let plugin = AudioEnhancer::default();
        let params = plugin.enhancer_params();
        params.update_session(|session| session.editor_size = (800, 500));
        let app = App::new(params.clone(), plugin.telemetry(), Library::at(&folder));
        let editor = EnhancerEditor::new(params.clone(), app, Repaint::default());
        let parent = screen.parent(0, (800, 500));
        let log = Log::default();
        let window = ParentWindowHandle::XlibWindow(parent.id.into());
        let context = GuiContext::new(Arc::new(Host(log.clone())));
        let spawned = editor.spawn(Some(window), false, None, context, None).expect("a window");
        spawned.handle.show(&spawned.window).expect("the window shows");
        parent.wait_for_editor();
        Self { spawned, parent, params, folder, screen, log, _plugin: plugin }
    }

    pub(crate) fn value(&self, id: &str) -> f32 {
        self.params.find(id).expect("a parameter").unmodulated_value()
    }

    /// Number of parameters in a gesture.
    pub(crate) fn open_gestures(&self) -> i32 {
        let log = self.log.lock().expect("the host's log");
        let open = log.iter().map(|gesture| match gesture {
            HostCall::Begin(_) => 1,
            HostCall::Set(..) => 0,
            HostCall::End(_) => -1,
        });
        open.sum()
    }

    /// Waits for a condition.
    pub(crate) fn wait(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let begin = Instant::now();
        while !so(self) {
            assert!(begin.elapsed() < PATIENCE, "timed out waiting for {what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Presses or releases the button at this place.
    pub(crate) fn button(&self, at: (i16, i16), pressed: bool) {
        let held = if pressed { KeyButMask::default() } else { KeyButMask::BUTTON1 };
        let kind = if pressed { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT };
        self.send(EventMask::NO_EVENT, self.event(kind, 1, at, held));
    }

    /// Moves the pointer to this place, with these buttons held.
    pub(crate) fn pointer(&self, at: (i16, i16), held: KeyButMask) {
        let ButtonPressEvent { time, root, event, child, same_screen, .. } =
            self.event(BUTTON_PRESS_EVENT, 1, at, held);
        let motion = MotionNotifyEvent {
            response_type: MOTION_NOTIFY_EVENT,
            detail: Motion::NORMAL,
            sequence: 0,
            time,
            root,
            event,
            child,
            root_x: at.0,
            root_y: at.1,
            event_x: at.0,
            event_y: at.1,
            state: held,
            same_screen,
        };
        self.send(EventMask::NO_EVENT, motion);
    }

    pub(crate) fn click(&self, at: (i16, i16)) {
        self.pointer(at, KeyButMask::default());
        self.button(at, true);
        self.button(at, false);
    }

    /// Presses and releases the key of this code.
    pub(crate) fn key(&self, code: u8) {
        for kind in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
            self.send(EventMask::NO_EVENT, self.event(kind, code, (1, 1), KeyButMask::default()));
        }
    }

    fn event(&self, kind: u8, detail: u8, at: (i16, i16), state: KeyButMask) -> ButtonPressEvent {
        ButtonPressEvent {
            response_type: kind,
            detail,
            sequence: 0,
            time: x11rb::CURRENT_TIME,
            root: self.screen.root(),
            event: self.parent.content(),
            child: x11rb::NONE,
            root_x: at.0,
            root_y: at.1,
            event_x: at.0,
            event_y: at.1,
            state,
            same_screen: true,
        }
    }

    fn send(&self, mask: EventMask, event: impl Into<[u8; 32]>) {
        let connection = self.screen.connection();
        connection.send_event(false, self.parent.content(), mask, event).expect("a connection");
        connection.flush().expect("a connection");
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
