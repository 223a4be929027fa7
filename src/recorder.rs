//! Writes what the program plays into a WAV file, as it is played.
//!
//! The audio thread fills a ring and never waits; a thread of its own writes 32-bit floats at the audio system's rate. The file is
//! whole every quarter of a second, so that an end by force costs no more than that.

use hound::{SampleFormat, WavSpec, WavWriter};
use rtrb::{Consumer, Producer, RingBuffer};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the writer looks, and makes the file whole.
const PERIOD: Duration = Duration::from_millis(250);

/// How long the disk may keep the writer waiting, s.
const RING_S: f32 = 8.0;

/// The file, opened before anything starts.
static FILE: Mutex<Option<(File, PathBuf)>> = Mutex::new(None);

/// Opens the file to record to, or says in one line why not; one that is there already is kept.
pub(crate) fn open(path: &Path) -> Result<(), String> {
    let file = File::create_new(path).map_err(|error| format!("{}: {error}", path.display()))?;
    *FILE.lock().unwrap_or_else(PoisonError::into_inner) = Some((file, path.to_owned()));
    Ok(())
}

/// Takes the file away again if nothing began to play.
pub(crate) fn discard() {
    if let Some((_, path)) = FILE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = std::fs::remove_file(path);
    }
}

/// The audio thread's end of a recording; dropped, the file is completed.
pub(crate) struct Recorder {
    /// Samples, channel after channel of each frame. None once the recording ends.
    ring: Option<Producer<f32>>,
    channels: usize,
    lost_frames: usize,
    writer: Option<JoinHandle<()>>,
}

impl Recorder {
    /// Begins to record, if a file was [opened](open) and is not written yet.
    pub(crate) fn begin(channels: usize, sample_rate_hz: f32) -> Option<Self> {
        let (file, path) = FILE.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let (ring, samples) = RingBuffer::new((RING_S * sample_rate_hz) as usize * channels);
        let spec = WavSpec {
            channels: channels as u16,
            sample_rate: sample_rate_hz as u32,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let writer = std::thread::spawn(move || {
            if let Err(error) = write(samples, file, spec) {
                eprintln!("error: {}: {error}; what is played is no longer recorded", path.display());
            }
        });
        Some(Self { ring: Some(ring), channels, lost_frames: 0, writer: Some(writer) })
    }

    /// Records a block.
    ///
    /// # Realtime safety
    /// Neither allocates nor waits: frames that find no room are left out and counted.
    pub(crate) fn record(&mut self, block: &[&mut [f32]]) {
        let Some(ring) = &mut self.ring else { return };
        let frames = block.first().map_or(0, |channel| channel.len());
        let room = ring.slots() / self.channels.max(1);
        self.lost_frames += frames.saturating_sub(room);
        for frame in 0..frames.min(room) {
            for channel in block.iter().take(self.channels) {
                // There is room for whole frames.
                let _ = ring.push(channel[frame]);
            }
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.ring = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
        if self.lost_frames > 0 {
            eprintln!("the disk was too slow: {} frames are missing from the recording", self.lost_frames);
        }
    }
}

/// Writes until the audio thread lets go.
fn write(mut samples: Consumer<f32>, file: File, spec: WavSpec) -> Result<(), hound::Error> {
    let mut wav = WavWriter::new(BufWriter::new(file), spec)?;
    loop {
        // Asked first: what comes between is still in the ring then.
        let last = samples.is_abandoned();
        while let Ok(sample) = samples.pop() {
            wav.write_sample(sample)?;
        }
        wav.flush()?;
        if last {
            return wav.finalize();
        }
        std::thread::sleep(PERIOD);
    }
}
