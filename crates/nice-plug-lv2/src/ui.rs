//! The plugin's editor as an X11 UI.
//!
//! A host offers the plugin's own instance (instance-access) or not. With it, the editor is the instance's: it reads the same parameters and
//! whatever else the audio thread publishes, such as levels. Without it, the UI makes a silent plugin of its own, whose
//! parameters follow the ports; then there is nothing to read levels from. Both ways what the user moves goes to
//! the host, port by port.

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

/// Whether the plugin has an editor at all.
pub(crate) fn has_editor<P: Lv2Plugin>() -> bool {
    TypeId::of::<P::Editor>() != TypeId::of::<()>()
}

/// Whether a host may resize the editor.
pub(crate) fn is_resizable<P: Lv2Plugin>() -> bool {
    let mut plugin = P::default();
    let tasks = crate::instance::Tasks::<P>::new(plugin.task_executor(), None);
    plugin.editor(tasks.executor()).is_some_and(|editor| editor.resize_hint().can_resize)
}

/// How a UI speaks to its host.
struct Host {
    write: LV2UI_Write_Function,
    controller: LV2UI_Controller,
    touch: Option<*const LV2UI_Touch>,
    resize: Option<*const LV2UI_Resize>,
}

impl Host {
    fn write(&self, port: usize, value: f32) {
        let value = std::ptr::from_ref(&value).cast::<c_void>();
        // SAFETY: the host's function with its own controller; protocol 0 is a float.
        unsafe { (self.write)(self.controller, port as u32, 4, 0, value) };
    }

    fn touch(&self, port: usize, grabbed: bool) {
        // SAFETY: the host keeps its features as long as the UI.
        if let Some(touch) = self.touch.and_then(|touch| unsafe { touch.as_ref() })
            && let Some(function) = touch.touch
        {
            // SAFETY: the host's function with its own handle.
            unsafe { function(touch.handle, port as u32, grabbed) };
        }
    }

    fn resize(&self, (width, height): (u32, u32)) {
        // SAFETY: the host keeps its features as long as the UI.
        if let Some(resize) = self.resize.and_then(|resize| unsafe { resize.as_ref() })
            && let Some(function) = resize.ui_resize
        {
            // SAFETY: the host's function with its own handle.
            unsafe { function(resize.handle, width as c_int, height as c_int) };
        }
    }
}

/// An open UI. Lives on the host's UI thread.
pub(crate) struct Ui<P: Lv2Plugin> {
    // The order matters: the editor's window closes before the window around it.
    spawned: Option<SpawnedEditor<<P::Editor as Editor>::Handle>>,
    editor: Option<P::Editor>,
    container: Container,
    shared: Arc<Shared<P>>,
    context: Arc<Context<P>>,
    /// The silent plugin behind an editor without instance-access.
    silent: Option<P>,
    host: Host,
    /// Parameters that the user has in hand: the host's echo doesn't move them.
    grabbed: Box<[bool]>,
}

impl<P: Lv2Plugin> Ui<P> {
    /// Opens the editor; none if the plugin has none, it is open elsewhere, or there is no X11. The host is told.
    pub(crate) fn open(
        entry: &'static Lv2Entry,
        write: LV2UI_Write_Function,
        controller: LV2UI_Controller,
        features: &Features,
    ) -> Option<Box<Self>> {
        let (shared, silent) = behind::<P>(entry, features);
        let editor = shared.editor.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(editor) = editor else {
            features.log(Severity::Error, &format!("{}: the editor is open already", entry.name));
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
                features.log(Severity::Error, &format!("{}: the editor can't open: {error}", entry.name));
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

    /// The window to embed.
    pub(crate) fn widget(&self) -> LV2UI_Widget {
        self.container.window() as usize as LV2UI_Widget
    }

    /// LV2's `port_event()`: the host tells a port's value.
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
            // SAFETY: the table keeps the parameters.
            unsafe { table.params[param].param._internal_set_normalized_value(normalized) };
        }
        if let Some(spawned) = &self.spawned {
            spawned.handle.param_value_changed(&table.params[param].id, normalized);
        }
    }

    /// LV2's `idle()`: does what the editor's threads asked for. Other than 0 when the window was closed.
    pub(crate) fn idle(&mut self) -> c_int {
        while let Some(message) = self.context.next() {
            self.hand_on(message);
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
            // The editor that refuses a size keeps its own.
            let _ = spawned.handle.set_size(NativeSize { width, height }, &spawned.window);
        }
        c_int::from(closed || self.context.is_destroyed())
    }

    fn hand_on(&mut self, message: Message) {
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

    /// LV2's `ui_resize()`: the host gives the UI a size.
    pub(crate) fn resize(&mut self, size: (u32, u32)) {
        self.container.resize(size);
    }

    /// LV2's `show()` and `hide()`.
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

/// What stands behind the editor: the host's instance, or a silent plugin.
fn behind<P: Lv2Plugin>(entry: &'static Lv2Entry, features: &Features) -> (Arc<Shared<P>>, Option<P>) {
    if let Some(handle) = features.find(INSTANCE_ACCESS) {
        // SAFETY: instance-access promises the handle of the plugin that the UI is for.
        return (unsafe { Instance::<P>::from_handle(handle) }.shared().clone(), None);
    }
    let mut plugin = P::default();
    (Arc::new(Shared::new(&mut plugin, entry, None, features)), Some(plugin))
}

/// Smallest and largest size of the window, in pixels.
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
