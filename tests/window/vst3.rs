//! A VST3 host with a run loop, as on Linux: each view registers an event handler and removes it when it
//! ends.

use crate::alone;
use crate::leaks::{Held, settled};
use crate::screen::{PATIENCE, Parent, Screen};
use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IEventHandlerTrait, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{IComponent, IEditController, IEditControllerTrait};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    IPlugFrame, IPlugFrameTrait, IPlugView, IPlugViewTrait, IPluginBaseTrait, IPluginFactory,
    IPluginFactoryTrait, ViewRect, kResultOk, kResultTrue, tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper, Interface};
use std::ptr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Number of openings.
const OPENINGS: usize = 20;

/// The host's side of a view.
#[derive(Default)]
struct RunLoopHost {
    handlers: Mutex<Vec<(ComPtr<IEventHandler>, FileDescriptor)>>,
    resized: Mutex<Option<(usize, i32, i32)>>,
}

impl Class for RunLoopHost {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for RunLoopHost {
    unsafe fn resizeView(&self, view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the plugin guarantees that `view` is valid during this call.
        #[allow(unsafe_code)]
        let size = unsafe { &*size };
        *self.resized.lock().unwrap() = Some((view as usize, size.right - size.left, size.bottom - size.top));
        kResultOk
    }
}

impl IRunLoopTrait for RunLoopHost {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, file: FileDescriptor) -> tresult {
        // SAFETY: the plugin guarantees that `handler` is valid during this call.
        #[allow(unsafe_code)]
        let handler = unsafe { ComRef::from_raw(handler) }.expect("a handler").to_com_ptr();
        self.handlers.lock().unwrap().push((handler, file));
        kResultOk
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        let mut handlers = self.handlers.lock().unwrap();
        let at =
            handlers.iter().position(|(known, _)| known.as_ptr() == handler).expect("a registered handler");
        let gone = handlers.swap_remove(at);
        drop(handlers);
        drop(gone);
        kResultOk
    }

    unsafe fn registerTimer(&self, _handler: *mut ITimerHandler, _interval: TimerInterval) -> tresult {
        kResultOk
    }

    unsafe fn unregisterTimer(&self, _handler: *mut ITimerHandler) -> tresult {
        kResultOk
    }
}

impl RunLoopHost {
    /// Calls the handlers whose files are readable.
    fn run(&self) {
        let handlers = self.handlers.lock().unwrap().clone();
        for (handler, file) in handlers {
            let mut poll = libc::pollfd { fd: file, events: libc::POLLIN, revents: 0 };
            // SAFETY: the file is open and the handler registered, so the plugin guarantees that both are
            // valid.
            #[allow(unsafe_code)]
            unsafe {
                if libc::poll(&mut poll, 1, 10) == 1 {
                    handler.onFDIsSet(file);
                }
            }
        }
    }
}

/// The plugin's controller, initialized.
#[allow(unsafe_code)]
fn controller() -> ComPtr<IEditController> {
    // SAFETY: these calls follow the order of the VST3 interface, and every pointer stays valid during its
    // call.
    unsafe {
        let factory = ComPtr::from_raw(audio_enhancer::GetPluginFactory().cast::<IPluginFactory>());
        let factory = factory.expect("a factory");
        assert_eq!(factory.countClasses(), 1);
        let mut class = std::mem::zeroed();
        assert_eq!(factory.getClassInfo(0, &mut class), kResultOk);
        let mut component = ptr::null_mut();
        let made =
            factory.createInstance(class.cid.as_ptr(), IComponent::IID.as_ptr().cast(), &mut component);
        assert_eq!(made, kResultOk);
        let component = ComPtr::from_raw(component.cast::<IComponent>()).expect("a component");
        assert_eq!(component.initialize(ptr::null_mut()), kResultOk);
        component.cast::<IEditController>().expect("a controller")
    }
}

/// An open view and its window.
struct Open {
    view: ComPtr<IPlugView>,
    parent: Parent,
}

#[allow(unsafe_code)]
fn open(controller: &ComPtr<IEditController>, host: &ComWrapper<RunLoopHost>) -> Open {
    // SAFETY: as in `controller`.
    unsafe {
        let view = ComPtr::from_raw(controller.createView(c"editor".as_ptr())).expect("a view");
        assert_eq!(view.isPlatformTypeSupported(c"X11EmbedWindowID".as_ptr()), kResultTrue);
        assert_eq!(view.setFrame(host.as_com_ref::<IPlugFrame>().unwrap().as_ptr()), kResultOk);
        let mut size = std::mem::zeroed();
        assert_eq!(view.getSize(&mut size), kResultOk);
        let parent = Screen::shared().parent(0, (size.right as u16, size.bottom as u16));
        let window = parent.id as usize as *mut _;
        assert_eq!(view.attached(window, c"X11EmbedWindowID".as_ptr()), kResultOk);
        parent.wait_for_editor();
        Open { view, parent }
    }
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
#[allow(unsafe_code)]
fn a_closed_view_removes_its_event_handler() {
    let _alone = alone();
    let (controller, host) = (controller(), ComWrapper::new(RunLoopHost::default()));
    let mut before = None;
    for opening in 0..OPENINGS {
        let Open { view, parent } = open(&controller, &host);
        assert_eq!(host.handlers.lock().unwrap().len(), 1);
        // SAFETY: as in `controller`. Every other time the host leaves its frame set until the view ends.
        unsafe {
            assert_eq!(view.removed(), kResultOk);
            if opening % 2 == 0 {
                assert_eq!(view.setFrame(ptr::null_mut()), kResultOk);
                assert_eq!(host.handlers.lock().unwrap().len(), 0, "opening {opening}");
            }
        }
        drop(view);
        drop(parent);
        assert_eq!(host.handlers.lock().unwrap().len(), 0, "opening {opening}");
        let held = settled(before.unwrap_or_default());
        assert_eq!(held.files, before.get_or_insert(held).files, "opening {opening}");
    }
}

#[test]
#[ignore = "needs an X screen: cargo xtask test"]
#[allow(unsafe_code)]
fn a_view_requests_another_size_from_its_host() {
    let _alone = alone();
    let (controller, host) = (controller(), ComWrapper::new(RunLoopHost::default()));
    let Open { view, parent } = open(&controller, &host);
    parent.resize_content(1000, 650);
    let begin = Instant::now();
    let asked = loop {
        host.run();
        if let Some(asked) = host.resized.lock().unwrap().take() {
            break asked;
        }
        assert!(begin.elapsed() < PATIENCE, "timed out waiting for a request");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert_eq!(asked, (view.as_ptr() as usize, 1000, 650), "the host's own view");
    // SAFETY: as in `controller`.
    unsafe {
        assert_eq!(view.removed(), kResultOk);
        assert_eq!(view.setFrame(ptr::null_mut()), kResultOk);
    }
}

#[test]
fn a_controller_follows_coms_reference_counts() {
    let controller = controller();
    let weak = controller.as_ptr();
    let other = controller.cast::<IComponent>().expect("the same object");
    // SAFETY: `other` holds a reference, too, so the object outlives this block.
    #[allow(unsafe_code)]
    unsafe {
        use nice_plug::wrapper::vst3::vst3::Steinberg::FUnknown;
        let unknown = weak.cast::<FUnknown>();
        assert_eq!(((*(*unknown).vtbl).addRef)(unknown), 3);
        assert_eq!(((*(*unknown).vtbl).release)(unknown), 2);
        drop(controller);
        assert_eq!(((*(*unknown).vtbl).addRef)(unknown), 2);
        assert_eq!(((*(*unknown).vtbl).release)(unknown), 1);
    }
    assert_eq!(other.cast::<IEditController>().expect("the same object").as_ptr(), weak);
    let _ = Held::now();
}
