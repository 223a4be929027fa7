//! The audio part of an instance: activation and `run()`.

use super::buses::Buses;
use super::context::{Activation, Processing};
use super::events::Events;
use super::{Shared, has_tasks};
use crate::features::Features;
use crate::plugin::Lv2Plugin;
use crate::table::PortRole;
use nice_plug::prelude::{BufferConfig, ProcessMode, Transport};
use std::ffi::c_void;
use std::sync::Arc;

/// Frames of the longest section that a plugin processes at once. Also the default if the host does not
/// declare a maximum block length.
const MAX_BLOCK_FRAMES: u32 = 8192;

/// A port that controls a parameter.
struct Control {
    port: usize,
    param: usize,
    /// Bits of the last value read; `None` before the first.
    seen: Option<u32>,
}

pub(crate) struct Audio<P: Lv2Plugin> {
    plugin: P,
    shared: Arc<Shared<P>>,
    config: BufferConfig,
    /// The host's memory for each port; null for an unconnected port.
    data: Box<[*mut c_void]>,
    controls: Box<[Control]>,
    freewheel: Option<usize>,
    meter_switch: Option<usize>,
    watched: bool,
    latency: Option<usize>,
    meters: Box<[usize]>,
    meter_values: Box<[f32]>,
    buses: Buses,
    events: Events<P>,
    transport: Transport,
}

impl<P: Lv2Plugin> Audio<P> {
    /// Activates the plugin; `None` if it refuses the sample rate or layout.
    pub(super) fn new(
        plugin: P,
        shared: Arc<Shared<P>>,
        sample_rate_hz: f64,
        features: &Features,
    ) -> Option<Self> {
        let max_frames =
            features.max_block_frames().map_or(MAX_BLOCK_FRAMES, |frames| frames.min(MAX_BLOCK_FRAMES));
        let config = BufferConfig {
            sample_rate: sample_rate_hz as f32,
            min_buffer_size: None,
            max_buffer_size: max_frames,
            process_mode: ProcessMode::Realtime,
        };
        let table = &shared.table;
        let place = |wanted: PortRole| table.ports.iter().position(|port| port.role == wanted);
        let controls = table.ports.iter().enumerate().filter_map(|(port, present)| {
            let param = match present.role {
                PortRole::Param(param) => param,
                PortRole::Enabled => table.bypass?,
                _ => return None,
            };
            Some(Control { port, param, seen: None })
        });
        let mut audio = Self {
            data: vec![std::ptr::null_mut(); table.ports.len()].into(),
            controls: controls.collect(),
            freewheel: place(PortRole::Freewheel),
            meter_switch: place(PortRole::MeterSwitch),
            watched: false,
            latency: place(PortRole::Latency),
            meters: (0..P::LV2_METERS.len()).filter_map(|meter| place(PortRole::Meter(meter))).collect(),
            meter_values: P::LV2_METERS.iter().map(|meter| meter.default).collect(),
            buses: Buses::new(table, max_frames as usize),
            events: Events::new(table, features),
            transport: Transport::new(config.sample_rate),
            plugin,
            shared,
            config,
        };
        audio.prepare().then_some(audio)
    }

    /// Activates and resets the plugin; returns false if it refuses.
    fn prepare(&mut self) -> bool {
        for param in &self.shared.table.params {
            // SAFETY: the table owns the parameters, so the pointer is valid.
            unsafe { param.param._internal_update_smoother(self.config.sample_rate, true) };
        }
        let layout = self.shared.table.layout;
        let accepted = self.plugin.activate(&layout, &self.config, &mut Activation { shared: &self.shared });
        if accepted {
            self.plugin.reset();
        }
        accepted
    }

    /// LV2's `connect_port()`.
    pub(crate) fn connect(&mut self, port: u32, data: *mut c_void) {
        if let Some(place) = self.data.get_mut(port as usize) {
            *place = data;
        }
    }

    /// LV2's `activate()`: reads the control ports and resets the plugin.
    ///
    /// # Safety
    /// Each connected control port must point to a float.
    pub(crate) unsafe fn activate(&mut self) {
        // SAFETY: the caller guarantees that connected control ports point to floats.
        unsafe { self.follow_ports() };
        // SAFETY: as above.
        let freewheel = unsafe { self.is_on(self.freewheel) };
        self.config.process_mode = if freewheel { ProcessMode::Offline } else { ProcessMode::Realtime };
        // The plugin accepted this sample rate and layout at instantiation.
        self.prepare();
    }

    /// LV2's `deactivate()`.
    pub(crate) fn deactivate(&mut self) {
        self.plugin.deactivate();
    }

    /// Activates the plugin again after a state was restored, as nice-plug's contract requires.
    pub(crate) fn state_restored(&mut self) {
        self.prepare();
    }

    /// LV2's `run()`.
    ///
    /// # Safety
    /// Each connected port must point to memory of its type: a float, `frames` samples, or a sequence of
    /// atoms.
    ///
    /// # Realtime safety
    /// Allocates or locks only if the plugin's `process` does.
    pub(crate) unsafe fn run(&mut self, frames: u32) {
        // SAFETY: the caller guarantees the ports' memory.
        let freewheel = guard(|| unsafe { self.run_guarded(frames as usize) });
        if has_tasks::<P>() {
            self.shared.tasks.wake(freewheel);
        }
    }

    unsafe fn run_guarded(&mut self, frames: usize) -> bool {
        let max_frames = self.config.max_buffer_size as usize;
        // SAFETY: the caller of `run` guarantees the ports' memory.
        unsafe {
            self.follow_ports();
            let watched = self.is_on(self.meter_switch);
            if watched != self.watched {
                self.watched = watched;
                self.plugin.lv2_watch(watched);
            }
            self.events.read(&self.data, frames);
            let mut start = 0;
            while start < frames {
                let length = max_frames.min(frames - start);
                self.events.begin(start, length);
                self.process(start, length);
                start += length;
            }
            self.events.end();
            if frames > 0 {
                self.plugin.lv2_meters(&mut self.meter_values);
            }
            self.show(self.latency, self.shared.latency_frames() as f32);
            for (index, &value) in self.meter_values.iter().enumerate() {
                self.show(self.meters.get(index).copied(), value);
            }
            self.is_on(self.freewheel)
        }
    }

    /// Processes one section of the block.
    ///
    /// # Safety
    /// As for [`run`](Self::run); the section must lie in the block and be at most `max_buffer_size` frames
    /// long.
    unsafe fn process(&mut self, start: usize, frames: usize) {
        let Self { plugin, shared, data, buses, events, transport, .. } = self;
        // SAFETY: the caller guarantees the ports' memory and a section no longer than the length given to
        // `Buses::new`.
        let _status = unsafe {
            buses.process(data, start, frames, |buffer, aux| {
                plugin.process(buffer, aux, &mut Processing { shared, transport, events })
            })
        };
        // LV2's `run()` cannot report an error, so the host plays the buffers as the plugin left them.
    }

    /// Sets the parameters whose ports changed since the last call.
    ///
    /// # Safety
    /// Each connected control port must point to a float.
    unsafe fn follow_ports(&mut self) {
        let table = &self.shared.table;
        for control in &mut self.controls {
            // SAFETY: the caller guarantees null or a float.
            let Some(&value) = (unsafe { self.data[control.port].cast::<f32>().as_ref() }) else { continue };
            if control.seen == Some(value.to_bits()) {
                continue;
            }
            control.seen = Some(value.to_bits());
            let Some(normalized) = table.normalized(control.param, value) else { continue };
            let port = &table.params[control.param];
            // SAFETY: the table owns the parameters, so the pointer is valid.
            unsafe {
                port.param._internal_set_normalized_value(normalized);
                // Also needed if an editor has set the value already, because an editor does not update the
                // smoother.
                port.param._internal_update_smoother(self.config.sample_rate, false);
            }
        }
    }

    /// Returns true if the port is connected and its value is above 0.5.
    ///
    /// # Safety
    /// A connected control port must point to a float.
    unsafe fn is_on(&self, switch: Option<usize>) -> bool {
        let data = switch.map_or(std::ptr::null_mut(), |port| self.data[port]);
        // SAFETY: the caller guarantees null or a float.
        unsafe { data.cast::<f32>().as_ref() }.is_some_and(|&value| value > 0.5)
    }

    /// Writes a value to an output port, if it is connected.
    ///
    /// # Safety
    /// A connected port must point to a float.
    unsafe fn show(&self, port: Option<usize>, value: f32) {
        let data = port.map_or(std::ptr::null_mut(), |port| self.data[port]).cast::<f32>();
        if !data.is_null() {
            // SAFETY: the caller guarantees a float.
            unsafe { data.write(value) };
        }
    }
}

/// Runs `work`. With the feature `assert_process_allocs`, a debug build aborts if `work` allocates.
fn guard<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(all(debug_assertions, feature = "assert_process_allocs"))]
    return nice_assert_no_alloc::assert_no_alloc(work);
    #[cfg(not(all(debug_assertions, feature = "assert_process_allocs")))]
    work()
}
