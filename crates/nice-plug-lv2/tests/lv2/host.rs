//! A host for tests: it knows a plugin by its C descriptor and its ports' symbols alone. Shared with the plugins that use this crate.

use nice_plug_lv2::raw::*;
use nice_plug_lv2::{Descriptors, Lv2Plugin, PortTable};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_void};

thread_local! {
    static URIDS: RefCell<Vec<CString>> = const { RefCell::new(Vec::new()) };
}

pub(crate) unsafe extern "C" fn map(_handle: *mut c_void, uri: *const c_char) -> u32 {
    // SAFETY: the plugin passes a C string.
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

/// What the host offers beside its map of URIs.
#[derive(Default)]
pub(crate) struct Offers {
    /// The largest block it promises.
    pub(crate) max_block: Option<i32>,
    /// Whether it has a worker.
    pub(crate) worker: bool,
    /// Whether it offers nothing, not even a map of URIs.
    pub(crate) nothing: bool,
}

#[derive(Default)]
struct Jobs {
    scheduled: usize,
}

unsafe extern "C" fn schedule(handle: *mut c_void, _size: u32, _data: *const c_void) -> u32 {
    // SAFETY: the host's own handle.
    unsafe { (*handle.cast::<Jobs>()).scheduled += 1 };
    0
}

/// A plugin in the host.
pub(crate) struct Hosted {
    descriptor: &'static LV2_Descriptor,
    pub(crate) handle: LV2_Handle,
    symbols: HashMap<String, u32>,
    /// The control ports' values, by index.
    pub(crate) controls: Box<[f32]>,
    jobs: Box<Jobs>,
    // What features point to.
    _map: Box<LV2_URID_Map>,
    _options: Box<[LV2_Options_Option]>,
    _schedule: Box<LV2_Worker_Schedule>,
    _value: Box<i32>,
}

/// The ports of a plugin, for their symbols and kinds.
pub(crate) fn table<P: Lv2Plugin>(index: usize) -> PortTable {
    PortTable::new::<P>(&P::LV2_PLUGINS[index], P::default().params())
}

impl Hosted {
    /// The plugin of that index, activated at 48 kHz, its controls at their defaults. None where it refuses.
    pub(crate) fn try_new<P: Lv2Plugin>(index: usize, rate: f64, offers: &Offers) -> Option<Self> {
        let descriptors: &'static Descriptors = Box::leak(Box::new(Descriptors::new::<P>()));
        // SAFETY: the descriptor lives as long as the program.
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
        // SAFETY: as LV2 wants it.
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

    /// As [`try_new`](Self::try_new) at 48 kHz, activated.
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
        // SAFETY: the caller keeps what the port points to.
        unsafe { self.descriptor.connect_port.unwrap()(self.handle, port, data) };
    }

    /// The index of a port.
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
        // SAFETY: as LV2 wants it.
        unsafe { self.descriptor.activate.unwrap()(self.handle) };
    }

    pub(crate) fn deactivate(&self) {
        // SAFETY: as LV2 wants it.
        unsafe { self.descriptor.deactivate.unwrap()(self.handle) };
    }

    pub(crate) fn run(&self, frames: usize) {
        // SAFETY: the ports are connected, or left out.
        unsafe { self.descriptor.run.unwrap()(self.handle, frames as u32) };
    }

    /// Runs a mono plugin over a signal, cut into blocks of these lengths in turn.
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

    /// An extension of the plugin.
    pub(crate) fn extension<T>(&self, uri: &CStr) -> Option<&'static T> {
        // SAFETY: the URI says what the data is.
        unsafe { self.descriptor.extension_data.unwrap()(uri.as_ptr()).cast::<T>().as_ref() }
    }

    /// Does what the plugin scheduled; how many times it asked.
    pub(crate) fn do_work(&mut self) -> usize {
        unsafe extern "C" fn respond(_handle: *mut c_void, _size: u32, _data: *const c_void) -> u32 {
            0
        }
        let scheduled = std::mem::take(&mut self.jobs.scheduled);
        let worker = self.extension::<LV2_Worker_Interface>(c"http://lv2plug.in/ns/ext/worker#interface");
        for _ in 0..scheduled {
            let token = 0u32;
            let data = std::ptr::from_ref(&token).cast();
            // SAFETY: as LV2 wants it.
            unsafe { (worker.unwrap().work)(self.handle, respond, std::ptr::null_mut(), 4, data) };
        }
        scheduled
    }
}

impl Drop for Hosted {
    fn drop(&mut self) {
        // SAFETY: as LV2 wants it.
        unsafe { self.descriptor.cleanup.unwrap()(self.handle) };
    }
}
