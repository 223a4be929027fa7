//! Tests of MIDI notes in atom sequences.

use super::host::{Hosted, Offers, urid};
use super::toy::Toy;

/// Memory for a sequence port, aligned to 8 bytes.
#[repr(C, align(8))]
struct Sequence {
    words: [u64; 64],
}

fn sequence_type() -> u32 {
    urid(c"http://lv2plug.in/ns/ext/atom#Sequence")
}

fn midi_type() -> u32 {
    urid(c"http://lv2plug.in/ns/ext/midi#MidiEvent")
}

/// An input sequence of events: frame, type and message.
fn sequence(events: &[(i64, u32, &[u8])]) -> Sequence {
    let mut bytes = Vec::new();
    for (frames, type_, message) in events {
        bytes.extend(frames.to_ne_bytes());
        bytes.extend((message.len() as u32).to_ne_bytes());
        bytes.extend(type_.to_ne_bytes());
        bytes.extend(*message);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    let mut sequence = Sequence { words: [0; 64] };
    sequence.words[0] = u64::from(bytes.len() as u32 + 8) | u64::from(sequence_type()) << 32;
    for (word, bytes) in sequence.words[2..].iter_mut().zip(bytes.chunks(8)) {
        *word = u64::from_ne_bytes(bytes.try_into().unwrap());
    }
    sequence
}

/// An output sequence with a capacity of `bytes` for its atom.
fn room(bytes: u32) -> Sequence {
    let mut sequence = Sequence { words: [0; 64] };
    sequence.words[0] = u64::from(bytes);
    sequence
}

/// The frames and messages of a sequence.
fn read(sequence: &Sequence) -> Vec<(i64, [u8; 3])> {
    assert_eq!((sequence.words[0] >> 32) as u32, sequence_type());
    let words = (sequence.words[0] as u32 - 8) as usize / 8;
    let events = sequence.words[2..2 + words].chunks(3);
    events
        .map(|event| {
            assert_eq!(event[1], 3 | u64::from(midi_type()) << 32);
            let bytes = event[2].to_ne_bytes();
            (event[0] as i64, [bytes[0], bytes[1], bytes[2]])
        })
        .collect()
}

#[test]
fn notes_keep_their_frames_for_any_section_length() {
    for max_block in [1, 16, 100] {
        let hosted = Hosted::new::<Toy>(1, &Offers { max_block: Some(max_block), ..Offers::default() });
        let other = urid(c"http://example.org/other");
        let mut input = sequence(&[
            (0, midi_type(), &[0x90, 60, 127]),
            (17, other, &[0x90, 1, 1]),
            (40, midi_type(), &[0xb0, 7, 100]),
            (41, midi_type(), &[0x93, 61, 64]),
            (99, midi_type(), &[0x90, 62, 1]),
            (1000, midi_type(), &[0x90, 63, 1]),
        ]);
        let mut output = room(400);
        hosted.connect("events_in", &raw mut input);
        hosted.connect("events_out", &raw mut output);
        hosted.run_mono(&[0.0; 100], &[100]);
        // The toy transposes notes by an octave. An event after the block's end moves to its last frame.
        let expected = [(0, [0x90, 72, 127]), (41, [0x93, 73, 64]), (99, [0x90, 74, 1]), (99, [0x90, 75, 1])];
        assert_eq!(read(&output), expected, "{max_block}");
    }
}

#[test]
fn a_full_output_drops_events_and_writes_no_byte_beyond_its_end() {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    let mut input = sequence(&[(0, midi_type(), &[0x90, 60, 1]), (1, midi_type(), &[0x90, 61, 1])]);
    for (bytes, events) in
        [(0, None), (7, None), (8, Some(0)), (31, Some(0)), (32, Some(1)), (55, Some(1)), (56, Some(2))]
    {
        let mut output = room(bytes);
        for word in &mut output.words[1 + bytes.div_ceil(8) as usize..] {
            *word = u64::MAX;
        }
        hosted.connect("events_in", &raw mut input);
        hosted.connect("events_out", &raw mut output);
        hosted.run_mono(&[0.0; 10], &[10]);
        assert!(
            output.words[1 + bytes.div_ceil(8) as usize..].iter().all(|&word| word == u64::MAX),
            "{bytes}"
        );
        match events {
            Some(events) => assert_eq!(read(&output).len(), events, "{bytes}"),
            None => assert_eq!(output.words[0] as u32, 0),
        }
    }
}

#[test]
fn an_event_longer_than_its_sequence_is_ignored() {
    let hosted = Hosted::new::<Toy>(1, &Offers::default());
    let mut input = sequence(&[(0, midi_type(), &[0x90, 60, 1]), (1, midi_type(), &[0x90, 61, 1])]);
    // The second event declares a length of 4 GB.
    input.words[6] |= 0xffff_ffff;
    let mut output = room(400);
    hosted.connect("events_in", &raw mut input);
    hosted.connect("events_out", &raw mut output);
    hosted.run_mono(&[0.0; 10], &[10]);
    assert_eq!(read(&output).len(), 1);
}
