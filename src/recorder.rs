//! Records the standalone program's output into a WAV file, as 32-bit floats at the audio system's rate.
//!
//! The audio thread fills a ring buffer and never waits; a writer thread empties it. The writer completes the
//! file's header every quarter of a second, so a killed program loses at most that much.

use hound::{SampleFormat, WavSpec, WavWriter};
use rtrb::{Consumer, Producer, RingBuffer};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Time between two writes; each one completes the file's header.
const PERIOD: Duration = Duration::from_millis(250);

/// Length of the ring buffer, s: the longest delay of the disk without a gap.
const RING_S: f32 = 8.0;

/// The file, opened before the audio system starts.
static FILE: Mutex<Option<(File, PathBuf)>> = Mutex::new(None);

/// Creates the file, or returns a message of one line. Never overwrites an existing file.
pub(crate) fn open(path: &Path) -> Result<(), String> {
    let file = File::create_new(path).map_err(|error| format!("{}: {error}", path.display()))?;
    *FILE.lock().unwrap_or_else(PoisonError::into_inner) = Some((file, path.to_owned()));
    Ok(())
}

/// Deletes the file if no recording began.
pub(crate) fn discard() {
    if let Some((_, path)) = FILE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = std::fs::remove_file(path);
    }
}

/// The audio thread's end of a recording. Dropping it completes the file.
pub(crate) struct Recorder {
    /// Interleaved samples; `None` after the end of the recording.
    ring: Option<Producer<f32>>,
    channels: usize,
    lost_frames: usize,
    writer: Option<JoinHandle<()>>,
}

impl Recorder {
    /// Starts the recording if [`open`] created a file and no recording uses it yet.
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
                eprintln!("error: {}: {error}; the recording has stopped", path.display());
            }
        });
        Some(Self { ring: Some(ring), channels, lost_frames: 0, writer: Some(writer) })
    }

    /// Records a block.
    ///
    /// # Realtime safety
    /// Never allocates or waits. Drops and counts the frames that do not fit into the ring buffer.
    pub(crate) fn record(&mut self, block: &[&mut [f32]]) {
        let Some(ring) = &mut self.ring else { return };
        let frames = block.first().map_or(0, |channel| channel.len());
        let room = ring.slots() / self.channels.max(1);
        self.lost_frames += frames.saturating_sub(room);
        for frame in 0..frames.min(room) {
            for channel in block.iter().take(self.channels) {
                // `room` counts whole frames, so the push cannot fail.
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

/// Writes until the audio thread drops its end of the ring buffer.
fn write(mut samples: Consumer<f32>, file: File, spec: WavSpec) -> Result<(), hound::Error> {
    let mut wav = WavWriter::new(BufWriter::new(file), spec)?;
    loop {
        // Read before the loop, so that samples pushed in between are still written.
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
