//! Converts MIDI messages in the host's atom sequences (<https://lv2plug.in/ns/ext/atom>, `midi`) from and to
//! nice-plug's note events.

use crate::features::Features;
use crate::plugin::Lv2Plugin;
use crate::raw::{LV2_Atom, LV2_Atom_Event, LV2_Atom_Sequence};
use crate::table::{PortRole, PortTable};
use nice_plug::context::process::SendEventError;
use nice_plug::midi::{MidiConfig, MidiResult, NoteEvent};
use nice_plug::prelude::PluginNoteEvent;
use std::borrow::Borrow;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::mem::size_of;

/// Bytes of a sequence's header after the atom header.
const SEQUENCE_BODY: u32 = (size_of::<LV2_Atom_Sequence>() - size_of::<LV2_Atom>()) as u32;
const EVENT_HEADER: u32 = size_of::<LV2_Atom_Event>() as u32;

#[derive(Clone, Copy)]
struct Urids {
    sequence: u32,
    midi: u32,
}

/// The input and output events of a block.
pub(super) struct Events<P: Lv2Plugin> {
    input: Option<usize>,
    output: Option<usize>,
    /// `None` if the host has no URID map; there are no events then.
    urids: Option<Urids>,
    /// Input events that the plugin has not read yet, in order of time.
    waiting: VecDeque<PluginNoteEvent<P>>,
    /// First frame of the present section, and the first frame after it.
    section: (u32, u32),
    /// The host's output sequence, null if there is none; `capacity` is the largest size of its atom, bytes.
    target: *mut LV2_Atom_Sequence,
    capacity: u32,
}

impl<P: Lv2Plugin> Events<P> {
    pub(super) fn new(table: &PortTable, features: &Features) -> Self {
        let place = |role| table.ports.iter().position(|port| port.role == role);
        let (input, output) = (place(PortRole::EventsIn), place(PortRole::EventsOut));
        let sequence = features.urid(c"http://lv2plug.in/ns/ext/atom#Sequence");
        let midi = features.urid(c"http://lv2plug.in/ns/ext/midi#MidiEvent");
        Self {
            urids: sequence.zip(midi).map(|(sequence, midi)| Urids { sequence, midi }),
            waiting: VecDeque::with_capacity(if input.is_some() { P::INPUT_EVENT_CAPACITY } else { 0 }),
            input,
            output,
            section: (0, 0),
            target: std::ptr::null_mut(),
            capacity: 0,
        }
    }

    /// Reads the block's input events and empties the output sequence.
    ///
    /// # Safety
    /// Each connected event port must point to a sequence, aligned to 8 bytes.
    pub(super) unsafe fn read(&mut self, data: &[*mut c_void], frames: usize) {
        let Some(urids) = self.urids else { return };
        let at = |port: Option<usize>| {
            port.map_or(std::ptr::null_mut(), |port| data[port]).cast::<LV2_Atom_Sequence>()
        };
        self.waiting.clear();
        // SAFETY: the caller guarantees that connected ports point to sequences.
        unsafe {
            self.read_sequence(at(self.input), frames as u32, urids);
            self.target = at(self.output);
            if let Some(target) = self.target.as_mut() {
                // Before the call, the host stores the capacity in the atom's size.
                self.capacity = target.atom.size;
                let fits = self.capacity >= SEQUENCE_BODY;
                target.atom = LV2_Atom { size: if fits { SEQUENCE_BODY } else { 0 }, type_: urids.sequence };
                if fits {
                    (target.unit, target.pad) = (0, 0);
                }
            }
        }
    }

    /// Reads the MIDI events of an input sequence. Stops at an event that exceeds the sequence's end.
    ///
    /// # Safety
    /// `sequence` must be null or point to a sequence.
    unsafe fn read_sequence(&mut self, sequence: *const LV2_Atom_Sequence, frames: u32, urids: Urids) {
        // SAFETY: the caller guarantees null or a sequence.
        let Some(header) = (unsafe { sequence.as_ref() }) else { return };
        if header.atom.type_ != urids.sequence {
            return;
        }
        let bytes = sequence.cast::<u8>();
        let end = header.atom.size as usize + size_of::<LV2_Atom>();
        let mut at = size_of::<LV2_Atom_Sequence>();
        while at + EVENT_HEADER as usize <= end {
            // SAFETY: the loop's condition checks that the event's header lies within the sequence.
            let event = unsafe { bytes.add(at).cast::<LV2_Atom_Event>().read_unaligned() };
            let body = at + EVENT_HEADER as usize;
            let size = event.body.size as usize;
            if body + size > end {
                return;
            }
            if event.body.type_ == urids.midi {
                // SAFETY: the check above ensures that the body lies within the sequence.
                let message = unsafe { std::slice::from_raw_parts(bytes.add(body), size) };
                let timing = event.frames.clamp(0, i64::from(frames.saturating_sub(1))) as u32;
                self.take(timing, message);
            }
            at = body + size.next_multiple_of(8);
        }
    }

    fn take(&mut self, timing: u32, message: &[u8]) {
        let Ok(event) = NoteEvent::from_midi(timing, message) else { return };
        let controller = matches!(
            event,
            NoteEvent::MidiCC { .. }
                | NoteEvent::MidiPitchBend { .. }
                | NoteEvent::MidiChannelPressure { .. }
                | NoteEvent::MidiProgramChange { .. }
        );
        let wanted = P::MIDI_INPUT >= MidiConfig::MidiCCs || !controller;
        if wanted && self.waiting.len() < P::INPUT_EVENT_CAPACITY {
            self.waiting.push_back(event);
        }
    }

    /// Starts the next section of the block.
    pub(super) fn begin(&mut self, start: usize, frames: usize) {
        self.section = (start as u32, (start + frames) as u32);
    }

    /// The next input event of the section; its time counts from the section's start.
    pub(super) fn next(&mut self) -> Option<PluginNoteEvent<P>> {
        if self.waiting.front()?.timing() >= self.section.1 {
            return None;
        }
        let mut event = self.waiting.pop_front()?;
        // An event that the plugin did not read in its own section moves to this section's start.
        let late = event.timing().min(self.section.0);
        event.subtract_timing(late);
        Some(event)
    }

    /// Appends an event of the section to the output sequence.
    pub(super) fn send(
        &mut self,
        event: PluginNoteEvent<P>,
    ) -> Result<(), (PluginNoteEvent<P>, SendEventError)> {
        if P::MIDI_OUTPUT == MidiConfig::None {
            return Err((event, SendEventError::InvalidEvent { midi_output_config: P::MIDI_OUTPUT }));
        }
        let (Some(urids), false) = (self.urids, self.target.is_null()) else {
            return Err((event, SendEventError::NoOutputBuffer));
        };
        let frames = event.timing() + self.section.0;
        let sent = match event.as_midi() {
            Some(MidiResult::Basic(message)) => self.append(urids, frames, &message),
            Some(MidiResult::SysEx(buffer, length)) => {
                let bytes: &[u8] = buffer.borrow();
                self.append(urids, frames, &bytes[..length])
            }
            None => {
                return Err((event, SendEventError::InvalidEvent { midi_output_config: P::MIDI_OUTPUT }));
            }
        };
        if sent { Ok(()) } else { Err((event, SendEventError::HostBufferFull)) }
    }

    fn append(&mut self, urids: Urids, frames: u32, message: &[u8]) -> bool {
        // SAFETY: `read` took the pointer from this block's ports, which the host keeps valid during `run()`;
        // `end` clears it.
        let Some(target) = (unsafe { self.target.as_mut() }) else { return false };
        let size = EVENT_HEADER + (message.len() as u32).next_multiple_of(8);
        if target.atom.size < SEQUENCE_BODY || target.atom.size + size > self.capacity {
            return false;
        }
        let header = LV2_Atom_Event {
            frames: i64::from(frames),
            body: LV2_Atom { size: message.len() as u32, type_: urids.midi },
        };
        let at = size_of::<LV2_Atom>() + target.atom.size as usize;
        target.atom.size += size;
        // SAFETY: the check above ensures that the event fits into the capacity that the host declared.
        unsafe {
            let place = self.target.cast::<u8>().add(at);
            place.cast::<LV2_Atom_Event>().write_unaligned(header);
            std::ptr::copy_nonoverlapping(message.as_ptr(), place.add(EVENT_HEADER as usize), message.len());
        }
        true
    }

    /// Ends the block: drops the pointer to the host's output sequence.
    pub(super) fn end(&mut self) {
        self.target = std::ptr::null_mut();
    }
}
