//! An LV2 host for tests: it uses a plugin only through its C descriptor and its ports' symbols. The tests
//! of the plugins that use this crate share it.

use nice_plug_lv2::raw::*;
use nice_plug_lv2::{Descriptors, Lv2Plugin, PortTable};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_void};

thread_local! {
    static URIDS: RefCell<Vec<CString>> = const { RefCell::new(Vec::new()) };
}

pub(crate) unsafe extern "C" fn map(_handle: *mut c_void, uri: *const c_char) -> u32 {
    // SAFETY: the plugin guarantees, by LV2's `urid:map`, that `uri` is a C string.
    urid(unsafe { CStr::from_ptr(uri) })
}

/// The host's number for a URI.
pub(crate) fn urid(uri: &CStr) -> u32 {
    URIDS.with_borrow_mut(|uris| match uris.iter().position(|known| known.as_c_str() == uri) {
        Some(place) => place as u32 + 1,
        None => {
            uris.push(uri.to_owned());
            uris.len() as u32
        }
    })
}

/// The host's features beside its URID map.
#[derive(Default)]
pub(crate) struct Offers {
    /// The maximum block length that the host declares, frames.
    pub(crate) max_block: Option<i32>,
    /// Provides a worker.
    pub(crate) worker: bool,
    /// Provides no feature, not even a URID map.
    pub(crate) nothing: bool,
}

#[derive(Default)]
struct Jobs {
    scheduled: usize,
}

unsafe extern "C" fn schedule(handle: *mut c_void, _size: u32, _data: *const c_void) -> u32 {
    // SAFETY: `try_new` set the handle to the host's `Jobs`, which live as long as the instance.
    unsafe { (*handle.cast::<Jobs>()).scheduled += 1 };
    0
}

/// An instance of a plugin in the host.
pub(crate) struct Hosted {
    descriptor: &'static LV2_Descriptor,
    pub(crate) handle: LV2_Handle,
    symbols: HashMap<String, u32>,
    /// The ports' control values, by index of the port.
    pub(crate) controls: Box<[f32]>,
    jobs: Box<Jobs>,
    // Own the data that the features point to.
    _map: Box<LV2_URID_Map>,
    _options: Box<[LV2_Options_Option]>,
    _schedule: Box<LV2_Worker_Schedule>,
    _value: Box<i32>,
}

/// The ports of the plugin at `index`.
pub(crate) fn table<P: Lv2Plugin>(index: usize) -> PortTable {
    PortTable::new::<P>(&P::LV2_PLUGINS[index], P::default().params())
}

impl Hosted {
    /// Instantiates the plugin at `index`, with its controls at their defaults; `None` if it refuses.
    pub(crate) fn try_new<P: Lv2Plugin>(index: usize, rate: f64, offers: &Offers) -> Option<Self> {
        let descriptors: &'static Descriptors = Box::leak(Box::new(Descriptors::new::<P>()));
        // SAFETY: the descriptors are leaked, so they live until the program ends.
        let descriptor = unsafe { descriptors.get(index as u32).as_ref() }.expect("a descriptor");
        let map = Box::new(LV2_URID_Map { handle: std::ptr::null_mut(), map });
        let value = Box::new(offers.max_block.unwrap_or(0));
        let option =
            |key, type_, value| LV2_Options_Option { context: 0, subject: 0, key, size: 4, type_, value };
        let block = option(
            urid(c"http://lv2plug.in/ns/ext/buf-size#maxBlockLength"),
            urid(c"http://lv2plug.in/ns/ext/atom#Int"),
            std::ptr::from_ref(&*value).cast(),
        );
        let end = LV2_Options_Option { size: 0, ..option(0, 0, std::ptr::null()) };
        let options: Box<[_]> = if offers.max_block.is_some() { [block, end].into() } else { [end].into() };
        let mut jobs = Box::<Jobs>::default();
        let handle = std::ptr::from_mut(&mut *jobs).cast();
        let schedule = Box::new(LV2_Worker_Schedule { handle, schedule_work: schedule });
        let feature =
            |uri: &CStr, data: *const c_void| LV2_Feature { uri: uri.as_ptr(), data: data.cast_mut() };
        let mut features = vec![
            feature(c"http://lv2plug.in/ns/ext/urid#map", std::ptr::from_ref(&*map).cast()),
            feature(c"http://lv2plug.in/ns/ext/options#options", options.as_ptr().cast()),
        ];
        if offers.worker {
            let data = std::ptr::from_ref(&*schedule).cast();
            features.push(feature(c"http://lv2plug.in/ns/ext/worker#schedule", data));
        }
        let mut list: Vec<*const LV2_Feature> = features.iter().map(std::ptr::from_ref).collect();
        list.push(std::ptr::null());
        let list = if offers.nothing { std::ptr::null() } else { list.as_ptr() };
        // SAFETY: the arguments are as LV2 requires: a list that ends with null, and features that outlive
        // the instance.
        let handle = unsafe { descriptor.instantiate.unwrap()(descriptor, rate, c"/bundle/".as_ptr(), list) };
        if handle.is_null() {
            return None;
        }
        let table = table::<P>(index);
        let symbols = table.ports.iter().enumerate().map(|(place, port)| (port.symbol.clone(), place as u32));
        let mut hosted = Self {
            descriptor,
            handle,
            symbols: symbols.collect(),
            controls: vec![f32::NAN; table.ports.len()].into(),
            jobs,
            _map: map,
            _options: options,
            _schedule: schedule,
            _value: value,
        };
        hosted.connect_controls(&table);
        Some(hosted)
    }

    /// Instantiates and activates the plugin at `index` at 48 kHz.
    pub(crate) fn new<P: Lv2Plugin>(index: usize, offers: &Offers) -> Self {
        let hosted = Self::try_new::<P>(index, 48_000.0, offers).expect("an instance");
        hosted.activate();
        hosted
    }

    fn connect_controls(&mut self, table: &PortTable) {
        use nice_plug_lv2::PortRole::*;
        for (place, port) in table.ports.iter().enumerate() {
            let default = match port.role {
                Param(param) => table.params[param].spec.default,
                Enabled => 1.0,
                Freewheel | Latency | MeterSwitch | Meter(_) => 0.0,
                AudioIn { .. } | AudioOut { .. } | EventsIn | EventsOut => continue,
            };
            self.controls[place] = default;
            let data = std::ptr::from_mut(&mut self.controls[place]).cast();
            self.connect_index(place as u32, data);
        }
    }

    fn connect_index(&self, port: u32, data: *mut c_void) {
        // SAFETY: the caller keeps the port's memory until the port is connected again or the instance is
        // dropped.
        unsafe { self.descriptor.connect_port.unwrap()(self.handle, port, data) };
    }

    /// The index of the port with this symbol.
    pub(crate) fn port(&self, symbol: &str) -> usize {
        *self.symbols.get(symbol).unwrap_or_else(|| panic!("no port {symbol}")) as usize
    }

    pub(crate) fn connect<T>(&self, symbol: &str, data: *mut T) {
        self.connect_index(self.port(symbol) as u32, data.cast());
    }

    pub(crate) fn set(&mut self, symbol: &str, value: f32) {
        self.controls[self.port(symbol)] = value;
    }

    pub(crate) fn get(&self, symbol: &str) -> f32 {
        self.controls[self.port(symbol)]
    }

    pub(crate) fn activate(&self) {
        // SAFETY: the instance is alive, and the test calls it on one thread.
        unsafe { self.descriptor.activate.unwrap()(self.handle) };
    }

    pub(crate) fn deactivate(&self) {
        // SAFETY: the instance is alive, and the test calls it on one thread.
        unsafe { self.descriptor.deactivate.unwrap()(self.handle) };
    }

    pub(crate) fn run(&self, frames: usize) {
        // SAFETY: each port is connected to memory of its type and length, or not connected.
        unsafe { self.descriptor.run.unwrap()(self.handle, frames as u32) };
    }

    /// Processes a signal with a mono plugin, in blocks that cycle through the lengths `blocks`.
    pub(crate) fn run_mono(&self, input: &[f32], blocks: &[usize]) -> Vec<f32> {
        let (mut input, mut output) = (input.to_vec(), vec![f32::NAN; input.len()]);
        let (mut at, mut turn) = (0, 0);
        while at < input.len() {
            let frames = blocks[turn % blocks.len()].min(input.len() - at);
            turn += 1;
            self.connect("in", input[at..].as_mut_ptr());
            self.connect("out", output[at..].as_mut_ptr());
            self.run(frames);
            at += frames;
        }
        output
    }

    /// The plugin's extension data for a URI; the caller chooses the matching type.
    pub(crate) fn extension<T>(&self, uri: &CStr) -> Option<&'static T> {
        // SAFETY: by LV2, the URI defines the type of the data, which is static.
        unsafe { self.descriptor.extension_data.unwrap()(uri.as_ptr()).cast::<T>().as_ref() }
    }

    /// Runs the scheduled work and returns the number of requests.
    pub(crate) fn do_work(&mut self) -> usize {
        unsafe extern "C" fn respond(_handle: *mut c_void, _size: u32, _data: *const c_void) -> u32 {
            0
        }
        let scheduled = std::mem::take(&mut self.jobs.scheduled);
        let worker = self.extension::<LV2_Worker_Interface>(c"http://lv2plug.in/ns/ext/worker#interface");
        for _ in 0..scheduled {
            let token = 0u32;
            let data = std::ptr::from_ref(&token).cast();
            // SAFETY: the instance is alive, and `data` points to the four bytes of the request.
            unsafe { (worker.unwrap().work)(self.handle, respond, std::ptr::null_mut(), 4, data) };
        }
        scheduled
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        // SAFETY: the instance is alive, and this is its last use.
        unsafe { self.descriptor.cleanup.unwrap()(self.handle) };
    }
}
