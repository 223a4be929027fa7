//! Encoding of planar `f32` into a WAV or FLAC file, with dither for integers.

use super::block::Block;
use super::dither::Dither;
use super::flac::FlacWriter;
use super::output_format::{Bits, EncodeError, Format, Layout};
use super::tags::Tags;
use super::wav::WavWriter;
use std::fs::File;
use std::io::BufWriter;

enum Sink {
    Wav(WavWriter<BufWriter<File>>),
    Flac(Box<FlacWriter<BufWriter<File>>>),
}

/// A file being written.
pub(crate) struct Encoder {
    sink: Sink,
    dither: Option<Dither>,
    integers: Vec<Vec<i32>>,
}

impl Encoder {
    /// Writes the header and the tags.
    pub(crate) fn new(
        file: File,
        format: Format,
        bits: Bits,
        layout: &Layout,
        tags: &Tags,
    ) -> Result<Self, EncodeError> {
        let writer = BufWriter::with_capacity(256 * 1024, file);
        let sink = match format {
            Format::Wav => Sink::Wav(WavWriter::new(writer, layout, bits, tags.wav_chunks())?),
            Format::Flac => Sink::Flac(Box::new(FlacWriter::new(writer, layout, bits, tags)?)),
        };
        let dither = match bits {
            Bits::Int16 => Some(Dither::new(16, layout.channels)),
            Bits::Int24 => Some(Dither::new(24, layout.channels)),
            Bits::Float32 => None,
        };
        Ok(Self { sink, dither, integers: Vec::new() })
    }

    /// Writes a block, and replaces its samples by the values in the file.
    pub(crate) fn write(&mut self, block: &mut Block) -> Result<(), EncodeError> {
        if let Some(dither) = &mut self.dither {
            dither.quantize(block, &mut self.integers);
        }
        match (&mut self.sink, &self.dither) {
            (Sink::Wav(wav), None) => wav.write_float(&block.planes),
            (Sink::Wav(wav), Some(_)) => wav.write_integers(&self.integers),
            (Sink::Flac(flac), _) => flac.write(&self.integers),
        }
    }

    /// Completes the file. Returns the number of samples beyond full scale.
    pub(crate) fn finish(self) -> Result<u64, EncodeError> {
        match self.sink {
            Sink::Wav(wav) => wav.finish()?,
            Sink::Flac(flac) => flac.finish()?,
        }
        Ok(self.dither.map_or(0, |dither| dither.clipped()))
    }
}
