//! The plugin's editor as an X11 UI.
//!
//! With the host feature instance-access, the UI uses the editor of the running instance. That editor reads
//! the instance's parameters and the data that its audio thread publishes, such as levels. Without the
//! feature, the UI creates a silent plugin whose parameters follow the ports; it displays no levels. In both
//! cases the UI writes the user's changes to the host, port by port.

mod context;
mod descriptor;
mod window;

pub use descriptor::UiDescriptors;

use crate::features::{Features, INSTANCE_ACCESS, Severity};
use crate::instance::{Instance, Shared};
use crate::plugin::{Lv2Entry, Lv2Plugin};
use crate::raw::*;
use context::{Context, HostCaller, Message};
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, PhysicalSize};
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, ParentWindowHandle, SizeConstraints, SpawnedEditor,
};
use std::any::TypeId;
use std::ffi::{CStr, c_int, c_void};
use std::sync::{Arc, PoisonError};
use window::Container;

const PARENT: &CStr = c"http://lv2plug.in/ns/extensions/ui#parent";
const RESIZE: &CStr = c"http://lv2plug.in/ns/extensions/ui#resize";
const TOUCH: &CStr = c"http://lv2plug.in/ns/extensions/ui#touch";
const SCALE_FACTOR: &CStr = c"http://lv2plug.in/ns/extensions/ui#scaleFactor";

/// Returns true if the plugin has an editor: its editor type is not `()`.
pub(crate) fn has_editor<P: Lv2Plugin>() -> bool {
    TypeId::of::<P::Editor>() != TypeId::of::<()>()
}

/// Returns true if the editor can be resized.
pub(crate) fn is_resizable<P: Lv2Plugin>() -> bool {
    let mut plugin = P::default();
    let tasks = crate::instance::Tasks::<P>::new(plugin.task_executor(), None);
    plugin.editor(tasks.executor()).is_some_and(|editor| editor.resize_hint().can_resize)
}

/// The host's functions that a UI calls.
struct Host {
    write: LV2UI_Write_Function,
    controller: LV2UI_Controller,
    touch: Option<*const LV2UI_Touch>,
    resize: Option<*const LV2UI_Resize>,
}

impl Host {
    fn write(&self, port: usize, value: f32) {
        let value = std::ptr::from_ref(&value).cast::<c_void>();
        // SAFETY: the host's function with its own controller; protocol 0 is a float, of 4 bytes.
        unsafe { (self.write)(self.controller, port as u32, 4, 0, value) };
    }

    fn touch(&self, port: usize, grabbed: bool) {
        // SAFETY: the host guarantees, by LV2, that its features outlive the UI.
        if let Some(touch) = self.touch.and_then(|touch| unsafe { touch.as_ref() })
            && let Some(function) = touch.touch
        {
            // SAFETY: `function` is the host's, with its own handle, and `idle()` calls it on the UI thread.
            unsafe { function(touch.handle, port as u32, grabbed) };
        }
    }

    fn resize(&self, (width, height): (u32, u32)) {
        // SAFETY: the host guarantees, by LV2, that its features outlive the UI.
        if let Some(resize) = self.resize.and_then(|resize| unsafe { resize.as_ref() })
            && let Some(function) = resize.ui_resize
        {
            // SAFETY: `function` is the host's, with its own handle, and `idle()` calls it on the UI thread.
            unsafe { function(resize.handle, width as c_int, height as c_int) };
        }
    }
}

/// An open UI. The host uses it on its UI thread only.
pub(crate) struct Ui<P: Lv2Plugin> {
    // Fields are dropped in this order: the editor's window must close before its container.
    spawned: Option<SpawnedEditor<<P::Editor as Editor>::Handle>>,
    editor: Option<P::Editor>,
    container: Container,
    shared: Arc<Shared<P>>,
    context: Arc<Context<P>>,
    /// The silent plugin behind an editor without instance-access.
    silent: Option<P>,
    host: Host,
    /// True for each parameter that the user holds. The host's echo does not change those.
    grabbed: Box<[bool]>,
}

impl<P: Lv2Plugin> Ui<P> {
    /// Opens the editor. Logs a message and returns `None` if the plugin has no editor, the editor is open
    /// already, or X11 is not available.
    pub(crate) fn open(
        entry: &'static Lv2Entry,
        write: LV2UI_Write_Function,
        controller: LV2UI_Controller,
        features: &Features,
    ) -> Option<Box<Self>> {
        let (shared, silent) = behind::<P>(entry, features);
        let editor = shared.editor.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(editor) = editor else {
            features.log(Severity::Error, &format!("{}: the editor is already open", entry.name));
            return None;
        };
        let host = Host {
            write,
            controller,
            touch: features.find(TOUCH).map(|data| data.cast::<LV2UI_Touch>().cast_const()),
            resize: features.find(RESIZE).map(|data| data.cast::<LV2UI_Resize>().cast_const()),
        };
        let opened = Self::spawn(entry, &shared, &editor, features);
        let (context, container, spawned) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                features.log(Severity::Error, &format!("{}: the editor cannot open: {error}", entry.name));
                *shared.editor.lock().unwrap_or_else(PoisonError::into_inner) = Some(editor);
                return None;
            }
        };
        host.resize(container.size());
        let grabbed = vec![false; shared.table.params.len()].into();
        let (spawned, editor) = (Some(spawned), Some(editor));
        Some(Box::new(Self { spawned, editor, container, shared, context, silent, host, grabbed }))
    }

    #[allow(clippy::type_complexity, reason = "the parts of a UI, taken apart at once")]
    fn spawn(
        entry: &Lv2Entry,
        shared: &Arc<Shared<P>>,
        editor: &P::Editor,
        features: &Features,
    ) -> Result<
        (Arc<Context<P>>, Container, SpawnedEditor<<P::Editor as Editor>::Handle>),
        Box<dyn std::error::Error>,
    > {
        let parent = features.find(PARENT).map(|window| window as usize as u32);
        let scale =
            features.float_option(SCALE_FACTOR).map(f64::from).filter(|scale| (0.25..=8.0).contains(scale));
        let size = editor.size();
        let container = Container::open(parent, entry.name, (size.width, size.height))?;
        container.limit(limits(editor, scale.unwrap_or(1.0)))?;
        let context = Context::new(shared.clone());
        let methods = HostMethods {
            callbacks: Box::new(HostCaller(context.clone())),
            main_thread_caller: Box::new(HostCaller(context.clone())),
        };
        let handle = ParentWindowHandle::XlibWindow(container.window().into());
        let spawned =
            editor.spawn(Some(handle), false, scale, GuiContext::new(context.clone()), Some(methods))?;
        spawned.handle.show(&spawned.window)?;
        Ok((context, container, spawned))
    }

    /// The X11 window that the host embeds.
    pub(crate) fn widget(&self) -> LV2UI_Widget {
        self.container.window() as usize as LV2UI_Widget
    }

    /// LV2's `port_event()`: receives a port's value from the host.
    pub(crate) fn port_event(&mut self, port: usize, value: f32) {
        let table = &self.shared.table;
        let Some(param) = (0..table.params.len()).find(|&param| table.index_of_param(param) == Some(port))
        else {
            return;
        };
        if self.grabbed[param] {
            return;
        }
        let Some(normalized) = table.normalized(param, value) else { return };
        if self.silent.is_some() {
            // SAFETY: the table owns the parameters, so the pointer is valid.
            unsafe { table.params[param].param._internal_set_normalized_value(normalized) };
        }
        if let Some(spawned) = &self.spawned {
            spawned.handle.param_value_changed(&table.params[param].id, normalized);
        }
    }

    /// LV2's `idle()`: executes the requests of the editor's threads. Returns 1 once the window is closed,
    /// otherwise 0.
    pub(crate) fn idle(&mut self) -> c_int {
        while let Some(message) = self.context.next() {
            self.forward(message);
        }
        if let Some(spawned) = &self.spawned
            && self.context.take_call()
        {
            spawned.handle.host_main_thread_callback(&spawned.window);
        }
        if let Some(size) = self.context.take_size()
            && size != self.container.size()
        {
            self.container.resize(size);
            self.host.resize(size);
        }
        let (resized, closed) = self.container.poll();
        if let (Some((width, height)), Some(spawned)) = (resized, &self.spawned) {
            // An editor that refuses the size keeps its own.
            let _ = spawned.handle.set_size(NativeSize { width, height }, &spawned.window);
        }
        c_int::from(closed || self.context.is_destroyed())
    }

    fn forward(&mut self, message: Message) {
        let table = &self.shared.table;
        let Some(port) = table.index_of_param(message.param()) else { return };
        match message {
            Message::Begin(param) => {
                self.grabbed[param] = true;
                self.host.touch(port, true);
            }
            Message::Set(param, normalized) => self.host.write(port, table.port_value(param, normalized)),
            Message::End(param) => {
                self.grabbed[param] = false;
                self.host.touch(port, false);
            }
        }
    }

    /// LV2's `ui_resize()`: resizes the UI to the host's size.
    pub(crate) fn resize(&mut self, size: (u32, u32)) {
        self.container.resize(size);
    }

    /// LV2's `show()` and `hide()`. Returns 1 on failure, otherwise 0.
    pub(crate) fn show(&mut self, visible: bool) -> c_int {
        c_int::from(self.container.show(visible).is_err())
    }
}

impl<P: Lv2Plugin> Drop for Ui<P> {
    fn drop(&mut self) {
        self.spawned = None;
        *self.shared.editor.lock().unwrap_or_else(PoisonError::into_inner) = self.editor.take();
    }
}

/// The state behind the editor: the host's instance, or a new silent plugin.
fn behind<P: Lv2Plugin>(entry: &'static Lv2Entry, features: &Features) -> (Arc<Shared<P>>, Option<P>) {
    if let Some(handle) = features.find(INSTANCE_ACCESS) {
        // SAFETY: the host guarantees, by LV2's instance-access, a handle of the UI's own plugin, alive as
        // long as the UI.
        return (unsafe { Instance::<P>::from_handle(handle) }.shared().clone(), None);
    }
    let mut plugin = P::default();
    (Arc::new(Shared::new(&mut plugin, entry, None, features)), Some(plugin))
}

/// Smallest and largest size of the window, pixels; `None` for no limit.
fn limits<E: Editor>(editor: &E, scale: f64) -> [Option<(u32, u32)>; 2] {
    let hint = editor.resize_hint();
    let size = editor.size();
    let present = (size.width, size.height);
    if !hint.can_resize {
        return [Some(present), Some(present)];
    }
    let scaled = |size: LogicalSize<f32>| {
        let of = |length: f32| (f64::from(length) * scale).round() as u32;
        (of(size.width), of(size.height))
    };
    let whole = |size: PhysicalSize<u32>| (size.width, size.height);
    match hint.size_constraints {
        SizeConstraints::Logical { min_size, max_size } => [min_size.map(scaled), max_size.map(scaled)],
        SizeConstraints::Physical { min_size, max_size } => [min_size.map(whole), max_size.map(whole)],
    }
}
