//! The audio buses, and the copies of their samples that the plugin processes.
//!
//! A host may use one buffer for several inputs and outputs. Therefore every input is copied before any
//! output is written, and the plugin never accesses a host's buffer.

use crate::table::{Port, PortRole, PortTable};
use nice_plug::prelude::{AuxiliaryBuffers, Buffer};
use std::ffi::c_void;

/// The buffers of a bus, and the ports that are their sources or targets.
struct Bus {
    buffer: Buffer<'static>,
    channels: Vec<Box<[f32]>>,
    /// Index of each channel's port.
    ports: Vec<usize>,
}

impl Bus {
    fn new(channels: usize, ports: Vec<usize>, max_frames: usize) -> Self {
        let mut buffer = Buffer::default();
        // SAFETY: all slices are empty, as their length of 0 frames requires.
        unsafe { buffer.set_slices(0, |slices| slices.resize_with(channels, Default::default)) };
        Self { buffer, channels: vec![vec![0.0; max_frames].into_boxed_slice(); channels], ports }
    }

    /// Copies a section of the host's buffers. A channel without a connected port becomes silent.
    ///
    /// # Safety
    /// Each connected port of `ports` must have at least `start + frames` samples.
    unsafe fn fill(&mut self, ports: &[usize], data: &[*mut c_void], start: usize, frames: usize) {
        for (index, channel) in self.channels.iter_mut().enumerate() {
            let source = ports.get(index).and_then(|&port| data.get(port)).copied();
            let source = source.unwrap_or(std::ptr::null_mut()).cast::<f32>();
            let Some(channel) = channel.get_mut(..frames) else { continue };
            if source.is_null() {
                channel.fill(0.0);
            } else {
                // SAFETY: the caller guarantees the source's length; `channel` is this bus's own memory, so
                // they do not overlap.
                unsafe { std::ptr::copy_nonoverlapping(source.add(start), channel.as_mut_ptr(), frames) };
            }
        }
    }

    /// Points the buffer's slices at the channels.
    ///
    /// # Safety
    /// The buffer must not be used after `self` is dropped or filled again.
    unsafe fn set_slices(&mut self, frames: usize) {
        let channels = &mut self.channels;
        // SAFETY: each slice points into a box of its own, which is at least as long; the caller guarantees
        // the lifetime.
        unsafe {
            self.buffer.set_slices(frames, |slices| {
                for (slice, channel) in slices.iter_mut().zip(channels) {
                    *slice = std::slice::from_raw_parts_mut(channel.as_mut_ptr(), frames.min(channel.len()));
                }
            });
        }
    }

    /// Copies the channels to a section of the host's buffers.
    ///
    /// # Safety
    /// Each connected port must have at least `start + frames` samples.
    unsafe fn write(&self, data: &[*mut c_void], start: usize, frames: usize) {
        for (channel, &port) in self.channels.iter().zip(&self.ports) {
            let target = data.get(port).copied().unwrap_or(std::ptr::null_mut()).cast::<f32>();
            if !target.is_null() {
                // SAFETY: the caller guarantees the target's length; `channel` is this bus's own memory, so
                // they do not overlap.
                unsafe { std::ptr::copy_nonoverlapping(channel.as_ptr(), target.add(start), frames) };
            }
        }
    }
}

/// All buses of an instance.
pub(super) struct Buses {
    main: Bus,
    main_inputs: Vec<usize>,
    aux_inputs: Vec<Bus>,
    aux_outputs: Vec<Bus>,
    /// The buffers of the auxiliary inputs and outputs, contiguous as [`AuxiliaryBuffers`] requires.
    aux_buffers: (Vec<Buffer<'static>>, Vec<Buffer<'static>>),
}

impl Buses {
    pub(super) fn new(table: &PortTable, max_frames: usize) -> Self {
        let ports_of = |wanted: &dyn Fn(PortRole) -> bool| -> Vec<usize> {
            let of = |(index, port): (usize, &Port)| wanted(port.role).then_some(index);
            table.ports.iter().enumerate().filter_map(of).collect()
        };
        let inputs =
            |wanted| ports_of(&|role| matches!(role, PortRole::AudioIn { bus, .. } if bus == wanted));
        let outputs =
            |wanted| ports_of(&|role| matches!(role, PortRole::AudioOut { bus, .. } if bus == wanted));
        let (input_buses, output_buses) = (table.input_buses(), table.output_buses());
        let aux_inputs: Vec<Bus> =
            (1..input_buses.len()).map(|bus| Bus::new(input_buses[bus], inputs(bus), max_frames)).collect();
        let aux_outputs: Vec<Bus> = (1..output_buses.len())
            .map(|bus| Bus::new(output_buses[bus], outputs(bus), max_frames))
            .collect();
        let buffers = |buses: &[Bus]| buses.iter().map(|_| Buffer::default()).collect();
        Self {
            aux_buffers: (buffers(&aux_inputs), buffers(&aux_outputs)),
            main: Bus::new(output_buses[0], outputs(0), max_frames),
            main_inputs: inputs(0),
            aux_inputs,
            aux_outputs,
        }
    }

    /// Copies a section from the host's buffers, calls `process`, and copies the result back.
    ///
    /// # Safety
    /// Each connected audio port must have `start + frames` samples; `frames` must not exceed the
    /// `max_frames` of `new`.
    ///
    /// # Realtime safety
    /// Never allocates.
    pub(super) unsafe fn process<T>(
        &mut self,
        data: &[*mut c_void],
        start: usize,
        frames: usize,
        process: impl FnOnce(&mut Buffer, &mut AuxiliaryBuffers) -> T,
    ) -> T {
        // SAFETY: the caller guarantees the ports' lengths; the slices set here are used only within this
        // call.
        unsafe {
            self.main.fill(&self.main_inputs, data, start, frames);
            for bus in &mut self.aux_inputs {
                let ports = std::mem::take(&mut bus.ports);
                bus.fill(&ports, data, start, frames);
                bus.ports = ports;
            }
            for bus in &mut self.aux_outputs {
                bus.fill(&[], data, start, frames);
            }
            self.main.set_slices(frames);
            let (inputs, outputs) = &mut self.aux_buffers;
            take_buffers(&mut self.aux_inputs, inputs, frames);
            take_buffers(&mut self.aux_outputs, outputs, frames);
            let result = process(
                &mut self.main.buffer,
                &mut AuxiliaryBuffers { inputs: shorten(inputs), outputs: shorten(outputs) },
            );
            give_buffers(&mut self.aux_inputs, inputs);
            give_buffers(&mut self.aux_outputs, outputs);
            self.main.write(data, start, frames);
            for bus in &self.aux_outputs {
                bus.write(data, start, frames);
            }
            result
        }
    }
}

/// Points the buses' buffers at their channels and moves them into a contiguous slice.
///
/// # Safety
/// As [`Bus::set_slices`].
unsafe fn take_buffers(buses: &mut [Bus], buffers: &mut [Buffer<'static>], frames: usize) {
    for (bus, buffer) in buses.iter_mut().zip(buffers) {
        // SAFETY: the caller guarantees the lifetime that `set_slices` requires.
        unsafe { bus.set_slices(frames) };
        std::mem::swap(&mut bus.buffer, buffer);
    }
}

fn give_buffers(buses: &mut [Bus], buffers: &mut [Buffer<'static>]) {
    for (bus, buffer) in buses.iter_mut().zip(buffers) {
        std::mem::swap(&mut bus.buffer, buffer);
    }
}

/// Shortens the buffers' lifetime to that of the slice, as [`AuxiliaryBuffers`] requires.
///
/// # Safety
/// The result must be used only while `buffers` is borrowed, and no slice with a shorter lifetime may be
/// stored in it.
unsafe fn shorten<'a>(buffers: &mut [Buffer<'static>]) -> &'a mut [Buffer<'a>] {
    let (pointer, length) = (buffers.as_mut_ptr(), buffers.len());
    // SAFETY: a lifetime does not change a `Buffer`'s layout; the caller guarantees the borrow.
    unsafe { std::slice::from_raw_parts_mut(pointer.cast::<Buffer<'a>>(), length) }
}
