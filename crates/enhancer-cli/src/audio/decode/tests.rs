//! Panics of readers and decoders become errors.

use super::*;
use crate::audio::info::Depth;
use crate::audio::stream::{Decoder, Demuxer};
use crate::panics;

/// A reader of one-byte packets, and a decoder that panics at the second.
struct Fragile(u8);

impl Demuxer for Fragile {
    fn next_packet(&mut self, _at: Timecode) -> Result<Option<Packet>, DecodeError> {
        self.0 += 1;
        let part = (self.0 == 1).then(Part::default);
        Ok(Some(Packet { data: vec![self.0], part, ..Packet::default() }))
    }
}

impl Decoder for Fragile {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        assert!(data == [1], "provoked");
        block.planes = vec![vec![0.5; 100]];
        Ok(Some(Shape { sample_rate_hz: 48_000, channels: 1, speakers: None }))
    }

    fn reset(&mut self) {}
}

#[test]
fn a_decoder_s_panic_is_an_error_of_its_file_with_the_place() {
    panics::install_hook();
    let stream = Stream {
        demuxer: Box::new(Fragile(0)),
        decoder: Box::new(Fragile(0)),
        speakers: Speakers::Codec,
        depth: Depth::Lossy,
        frames: None,
        frames_hint: None,
        notes: Vec::new(),
    };
    let mut source = Source::new(stream, DecodeOptions::default()).unwrap();
    let error = source.read(&mut Block::default()).unwrap_err();
    assert!(matches!(error, DecodeError::Panicked(_)), "{error}");
    let text = error.to_string();
    assert!(text.contains("provoked, at ") && text.contains("decode/tests.rs:"), "{text}");
}
