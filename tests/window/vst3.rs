//! A VST3 host with a run loop, as Linux hosts have it: each view's event handler works, and goes with the view.

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

/// Openings.
const OPENINGS: usize = 20;

/// The host's side of a view.
#[derive(Default)]
struct Host {
    handlers: Mutex<Vec<(ComPtr<IEventHandler>, FileDescriptor)>>,
    resized: Mutex<Option<(usize, i32, i32)>>,
}

impl Class for Host {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for Host {
    unsafe fn resizeView(&self, view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: the plugin's.
        #[allow(unsafe_code)]
        let size = unsafe { &*size };
        *self.resized.lock().unwrap() = Some((view as usize, size.right - size.left, size.bottom - size.top));
        kResultOk
    }
}

impl IRunLoopTrait for Host {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, file: FileDescriptor) -> tresult {
        // SAFETY: the plugin's.
        #[allow(unsafe_code)]
        let handler = unsafe { ComRef::from_raw(handler) }.expect("a handler").to_com_ptr();
        self.handlers.lock().unwrap().push((handler, file));
        kResultOk
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        let mut handlers = self.handlers.lock().unwrap();
        let at = handlers.iter().position(|(known, _)| known.as_ptr() == handler).expect("a known handler");
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

impl Host {
    /// Calls the handlers whose files have something to read.
    fn run(&self) {
        let handlers = self.handlers.lock().unwrap().clone();
        for (handler, file) in handlers {
            let mut poll = libc::pollfd { fd: file, events: libc::POLLIN, revents: 0 };
            // SAFETY: one open file, and the handler that asked for it.
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
    // SAFETY: the calls that a host makes, in their order, with pointers to what lives through them.
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

/// An open view and the window that it is in.
struct Open {
    view: ComPtr<IPlugView>,
    parent: Parent,
}

#[allow(unsafe_code)]
fn open(controller: &ComPtr<IEditController>, host: &ComWrapper<Host>) -> Open {
    // SAFETY: as above.
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
fn a_view_takes_its_event_handler_with_it() {
    let _alone = alone();
    let (controller, host) = (controller(), ComWrapper::new(Host::default()));
    let mut before = None;
    for opening in 0..OPENINGS {
        let Open { view, parent } = open(&controller, &host);
        assert_eq!(host.handlers.lock().unwrap().len(), 1);
        // SAFETY: as above. Every other time the host leaves its frame to the view to the end.
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
fn a_view_asks_its_host_for_another_size() {
    let _alone = alone();
    let (controller, host) = (controller(), ComWrapper::new(Host::default()));
    let Open { view, parent } = open(&controller, &host);
    parent.resize_content(1000, 650);
    let begin = Instant::now();
    let asked = loop {
        host.run();
        if let Some(asked) = host.resized.lock().unwrap().take() {
            break asked;
        }
        assert!(begin.elapsed() < PATIENCE, "waited in vain for a request");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert_eq!(asked, (view.as_ptr() as usize, 1000, 650), "the view that the host knows");
    // SAFETY: as above.
    unsafe {
        assert_eq!(view.removed(), kResultOk);
        assert_eq!(view.setFrame(ptr::null_mut()), kResultOk);
    }
}

#[test]
fn a_controller_is_counted_as_com_counts() {
    let controller = controller();
    let weak = controller.as_ptr();
    let other = controller.cast::<IComponent>().expect("the same object");
    // SAFETY: held by `other`, too.
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
