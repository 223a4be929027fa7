//! Tests of the editor in a host's window.

use super::host::{Hosted, Offers, urid};
use super::toy::{Toy, lv2ui_descriptor};
use super::toy_editor::{OPENED, open_window, recorded};
use nice_plug::editor::dpi::PhysicalSize;
use nice_plug_lv2::raw::*;
use std::ffi::{CStr, CString, c_int, c_void};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, MapState};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// The UI's calls to the host.
#[derive(Debug, Default)]
struct Calls {
    writes: Vec<(u32, f32)>,
    touches: Vec<(u32, bool)>,
    sizes: Vec<(c_int, c_int)>,
}

unsafe extern "C" fn write(calls: *mut c_void, port: u32, size: u32, protocol: u32, buffer: *const c_void) {
    assert_eq!((size, protocol), (4, 0));
    // SAFETY: `calls` is the handle that the test passed; protocol 0 is a float of 4 bytes.
    unsafe { (*calls.cast::<Calls>()).writes.push((port, *buffer.cast::<f32>())) };
}

unsafe extern "C" fn touch(calls: *mut c_void, port: u32, grabbed: bool) {
    // SAFETY: `calls` is the handle that the test passed.
    unsafe { (*calls.cast::<Calls>()).touches.push((port, grabbed)) };
}

unsafe extern "C" fn host_resize(calls: *mut c_void, width: c_int, height: c_int) -> c_int {
    // SAFETY: `calls` is the handle that the test passed.
    unsafe { (*calls.cast::<Calls>()).sizes.push((width, height)) };
    0
}

/// An open UI in a host.
struct Open {
    handle: LV2UI_Handle,
    widget: u32,
    calls: Box<Calls>,
}

fn descriptor() -> &'static LV2UI_Descriptor {
    // SAFETY: `lv2ui_descriptor` keeps its descriptors until the program ends.
    unsafe { lv2ui_descriptor(1).as_ref() }.unwrap()
}

impl Open {
    /// Opens the mono toy's UI; `None` if it refuses.
    fn new(parent: Option<u32>, instance: Option<&Hosted>) -> Option<Self> {
        let mut calls = Box::<Calls>::default();
        let handle: *mut c_void = std::ptr::from_mut(&mut *calls).cast();
        // LV2 requires features that outlive the UI, so the test leaks them.
        let touch: &_ = Box::leak(Box::new(LV2UI_Touch { handle, touch: Some(touch) }));
        let resize: &_ = Box::leak(Box::new(LV2UI_Resize { handle, ui_resize: Some(host_resize) }));
        let map: &_ =
            Box::leak(Box::new(LV2_URID_Map { handle: std::ptr::null_mut(), map: super::host::map }));
        let scale: &f32 = Box::leak(Box::new(2.0));
        let option = LV2_Options_Option {
            context: 0,
            subject: 0,
            key: urid(c"http://lv2plug.in/ns/extensions/ui#scaleFactor"),
            size: 4,
            type_: urid(c"http://lv2plug.in/ns/ext/atom#Float"),
            value: std::ptr::from_ref(scale).cast(),
        };
        let end = LV2_Options_Option { key: 0, size: 0, type_: 0, value: std::ptr::null(), ..option };
        let options: &_ = Box::leak(Box::new([option, end]));
        let mut features: Vec<(CString, *const c_void)> = vec![
            (c"http://lv2plug.in/ns/extensions/ui#touch".into(), std::ptr::from_ref(touch).cast()),
            (c"http://lv2plug.in/ns/extensions/ui#resize".into(), std::ptr::from_ref(resize).cast()),
            (c"http://lv2plug.in/ns/ext/urid#map".into(), std::ptr::from_ref(map).cast()),
            (c"http://lv2plug.in/ns/ext/options#options".into(), options.as_ptr().cast()),
        ];
        if let Some(parent) = parent {
            features.push((
                c"http://lv2plug.in/ns/extensions/ui#parent".into(),
                parent as usize as *const c_void,
            ));
        }
        if let Some(instance) = instance {
            features.push((c"http://lv2plug.in/ns/ext/instance-access".into(), instance.handle));
        }
        let list: Vec<LV2_Feature> = features
            .iter()
            .map(|(uri, data)| LV2_Feature { uri: uri.as_ptr(), data: data.cast_mut() })
            .collect();
        let mut pointers: Vec<*const LV2_Feature> = list.iter().map(std::ptr::from_ref).collect();
        pointers.push(std::ptr::null());
        let mut widget: LV2UI_Widget = std::ptr::null_mut();
        let uri = c"https://example.org/toy/mono".as_ptr();
        let (bundle, controller) = (c"/bundle/".as_ptr(), handle);
        // SAFETY: the arguments are as LV2 requires: a list that ends with null, and features that outlive
        // the UI.
        let handle = unsafe {
            let open = descriptor().instantiate.unwrap();
            open(descriptor(), uri, bundle, Some(write), controller, &mut widget, pointers.as_ptr())
        };
        (!handle.is_null()).then(|| Self { handle, widget: widget as usize as u32, calls })
    }

    fn extension<T>(&self, uri: &CStr) -> &'static T {
        // SAFETY: by LV2, the URI defines the type of the data, which is static.
        unsafe { descriptor().extension_data.unwrap()(uri.as_ptr()).cast::<T>().as_ref() }.unwrap()
    }

    fn idle(&self) -> c_int {
        let idle: &LV2UI_Idle_Interface = self.extension(c"http://lv2plug.in/ns/extensions/ui#idleInterface");
        // SAFETY: the UI is open, and the test calls it on one thread.
        unsafe { (idle.idle)(self.handle) }
    }

    fn port_event(&self, port: usize, value: f32) {
        let value = std::ptr::from_ref(&value).cast();
        // SAFETY: the UI is open, and the test calls it on one thread.
        unsafe { descriptor().port_event.unwrap()(self.handle, port as u32, 4, 0, value) };
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: the UI is open, and this is its last use.
        unsafe { descriptor().cleanup.unwrap()(self.handle) };
    }
}

/// A connection to the X server and the host's window.
struct Screen {
    connection: RustConnection,
    parent: u32,
}

impl Screen {
    fn new() -> Self {
        let (connection, screen) = x11rb::connect(None).expect("an X11 display");
        let root = connection.setup().roots[screen].root;
        let parent = open_window(&connection, root, (640, 480)).unwrap();
        connection.map_window(parent).unwrap();
        connection.sync().unwrap();
        let screen = Self { connection, parent };
        assert!(screen.shows(parent), "the host's own window");
        screen
    }

    fn children(&self, window: u32) -> Vec<u32> {
        self.connection.query_tree(window).unwrap().reply().unwrap().children
    }

    fn size(&self, window: u32) -> (u16, u16) {
        let geometry = self.connection.get_geometry(window).unwrap().reply().unwrap();
        (geometry.width, geometry.height)
    }

    fn is_visible(&self, window: u32) -> bool {
        let attributes = self.connection.get_window_attributes(window).unwrap().reply().unwrap();
        attributes.map_state == MapState::VIEWABLE
    }

    /// Returns true if a window becomes visible within 5 s. A window manager shows it after framing it.
    fn shows(&self, window: u32) -> bool {
        (0..5000).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(1));
            self.is_visible(window)
        })
    }
}

/// One test with several parts, because the parts share the screen, [`OPENED`] and the recorded calls.
#[test]
#[ignore = "needs an X11 display; cargo xtask test provides one"]
fn the_editor_lives_in_the_hosts_window() {
    let screen = Screen::new();
    edits_go_to_the_host(&screen);
    sizes_go_both_ways(&screen);
    without_the_instance_ports_move_the_editor(&screen);
    a_window_of_its_own_opens_and_closes(&screen);
    a_failed_opening_leaves_the_editor_available(&screen);
}

fn edits_go_to_the_host(screen: &Screen) {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    let ui = Open::new(Some(screen.parent), Some(&hosted)).unwrap();
    assert_eq!(screen.children(screen.parent), [ui.widget], "the widget is in the host's window");
    let opened = OPENED.lock().unwrap().take().unwrap();
    assert_eq!(opened.scale, Some(2.0));
    assert_eq!(screen.children(ui.widget), [opened.window], "the editor is in the widget");
    assert!(screen.shows(opened.window));

    // The editor sets the gain to 10 dB: the instance has it immediately, the host after the next `idle()`.
    let setter = opened.context.param_setter();
    setter.begin_set_parameter(&opened.params.gain);
    setter.set_parameter(&opened.params.gain, 0.75);
    assert_eq!(opened.params.gain.value(), 0.75);
    assert!(ui.calls.writes.is_empty(), "only `idle()` may call the host");
    assert_eq!(ui.idle(), 0);
    let gain = hosted.port("gain");
    assert_eq!(ui.calls.writes, [(gain as u32, 10.0)]);
    assert_eq!(ui.calls.touches, [(gain as u32, true)]);
    recorded();
    // While the user holds the control, the host's echo does not reach the editor.
    ui.port_event(gain, -20.0);
    assert!(recorded().is_empty());
    setter.end_set_parameter(&opened.params.gain);
    ui.idle();
    assert_eq!(ui.calls.touches[1..], [(gain as u32, false)]);
    ui.port_event(gain, -20.0);
    assert_eq!(recorded(), ["gain 0"]);
    assert_eq!(
        opened.params.gain.value(),
        0.75,
        "with instance-access, only the audio thread sets parameters from ports"
    );

    let setter = opened.context.param_setter();
    setter.set_parameter(&opened.params.bypass, true);
    setter.set_parameter(&opened.params.polarity, super::toy::Polarity::Inverted);
    ui.idle();
    let expected = [(hosted.port("enabled") as u32, 0.0), (hosted.port("polarity") as u32, 1.0)];
    assert_eq!(ui.calls.writes[1..], expected);

    let mut state = opened.context.get_state();
    assert!(state.params.len() == 8 && state.fields["note"] == "\"fresh\"", "{state:?}");
    state.params.insert("repeat".to_owned(), nice_plug::plugin::ParamValue::I32(5));
    state.fields.insert("note".to_owned(), "\"old tune\"".to_owned());
    opened.context.set_state(state);
    ui.idle();
    assert!(ui.calls.writes[3..].contains(&(hosted.port("repeat") as u32, 5.0)), "{:?}", ui.calls);
    assert_eq!(*opened.params.note.read().unwrap(), "new tune");

    assert!(Open::new(Some(screen.parent), Some(&hosted)).is_none(), "an instance has one editor");
    drop(ui);
    assert_eq!(recorded().last().unwrap(), "closed");
    assert!(screen.children(screen.parent).is_empty());
    drop(Open::new(Some(screen.parent), Some(&hosted)).unwrap());
}

fn sizes_go_both_ways(screen: &Screen) {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    let ui = Open::new(Some(screen.parent), Some(&hosted)).unwrap();
    assert_eq!(ui.calls.sizes, [(300, 200)], "the host receives the size");
    let mut host = OPENED.lock().unwrap().take().unwrap().host.unwrap();
    ui.idle();
    recorded();
    // The editor requests another size.
    host.callbacks.request_resize(PhysicalSize { width: 400u32, height: 250 }.into(), 1.0).unwrap();
    ui.idle();
    assert_eq!(ui.calls.sizes[1..], [(400, 250)]);
    screen.connection.sync().unwrap();
    assert_eq!(screen.size(ui.widget), (400, 250));
    wait_for(&ui, "size 400x250");
    // The host resizes the widget, or calls the UI's `ui_resize()`.
    let size = ConfigureWindowAux::new().width(320).height(240);
    screen.connection.configure_window(ui.widget, &size).unwrap();
    screen.connection.sync().unwrap();
    wait_for(&ui, "size 320x240");
    let resize: &LV2UI_Resize = ui.extension(c"http://lv2plug.in/ns/extensions/ui#resize");
    // SAFETY: the UI is open, and the test calls it on one thread.
    assert_eq!(unsafe { resize.ui_resize.unwrap()(ui.handle, 350, 260) }, 0);
    wait_for(&ui, "size 350x260");
    // A main-thread callback runs in `idle()`.
    host.main_thread_caller.call_main_thread();
    assert!(recorded().is_empty());
    ui.idle();
    assert_eq!(recorded(), ["called"]);
}

/// Calls `idle()` until the editor receives a call, for at most 1000 times.
fn wait_for(ui: &Open, expected: &str) {
    for _ in 0..1000 {
        ui.idle();
        if recorded().iter().any(|call| call == expected) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    panic!("the editor did not receive the call `{expected}`");
}

fn without_the_instance_ports_move_the_editor(screen: &Screen) {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    let ui = Open::new(Some(screen.parent), None).unwrap();
    let opened = OPENED.lock().unwrap().take().unwrap();
    recorded();
    ui.port_event(hosted.port("gain"), -20.0);
    ui.port_event(hosted.port("enabled"), 0.0);
    ui.port_event(hosted.port("gain"), f32::NAN);
    ui.port_event(hosted.port("latency"), 3.0);
    ui.port_event(99_999, 1.0);
    assert_eq!(recorded(), ["gain 0", "bypass 1"]);
    assert!(opened.params.gain.value() == 0.0 && opened.params.bypass.value());
    opened.context.param_setter().set_parameter(&opened.params.gain, 0.5);
    ui.idle();
    assert_eq!(ui.calls.writes, [(hosted.port("gain") as u32, 0.0)]);
}

fn a_window_of_its_own_opens_and_closes(screen: &Screen) {
    let ui = Open::new(None, None).unwrap();
    assert!(!screen.is_visible(ui.widget));
    let window: &LV2UI_Show_Interface = ui.extension(c"http://lv2plug.in/ns/extensions/ui#showInterface");
    // SAFETY: the UI is open, and the test calls it on one thread.
    assert_eq!(unsafe { (window.show)(ui.handle) }, 0);
    assert!(screen.shows(ui.widget));
    assert_eq!(ui.idle(), 0);
    // A click on the window manager's close button.
    let atom = |name: &[u8]| screen.connection.intern_atom(false, name).unwrap().reply().unwrap().atom;
    let message = ClientMessageEvent::new(
        32,
        ui.widget,
        atom(b"WM_PROTOCOLS"),
        [atom(b"WM_DELETE_WINDOW"), 0, 0, 0, 0],
    );
    screen.connection.send_event(false, ui.widget, EventMask::NO_EVENT, message).unwrap();
    screen.connection.sync().unwrap();
    let closed = (0..1000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(1));
        ui.idle() != 0
    });
    assert!(closed);
    // SAFETY: the UI is open, and the test calls it on one thread.
    assert_eq!(unsafe { (window.hide)(ui.handle) }, 0);
}

fn a_failed_opening_leaves_the_editor_available(screen: &Screen) {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    assert!(Open::new(Some(0x7fff_ffff), Some(&hosted)).is_none(), "the parent does not exist");
    assert!(Open::new(Some(screen.parent), Some(&hosted)).is_some());
}

#[test]
fn each_plugin_has_a_ui() {
    for (index, entry) in <Toy as nice_plug_lv2::Lv2Plugin>::LV2_PLUGINS.iter().enumerate() {
        // SAFETY: `lv2ui_descriptor` keeps its descriptors and their URIs until the program ends.
        let uri = unsafe { CStr::from_ptr((*lv2ui_descriptor(index as u32)).uri) };
        assert_eq!(uri.to_str().unwrap(), format!("{}#ui", entry.uri));
    }
    assert!(lv2ui_descriptor(2).is_null());
}
