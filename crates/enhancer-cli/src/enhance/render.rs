//! One pass over a file: decode, process, encode and measure, each on its own thread, a few blocks apart.
//!
//! Blocks return from the encoder to the decoder, so memory does not grow with the length of the file.

use super::chain::{Chain, ChainError};
use crate::advice;
use crate::audio::block::Block;
use crate::audio::decode::Source;
use crate::audio::encode::Encoder;
use crate::audio::error::DecodeError;
use crate::audio::output_format::EncodeError;
use crate::interrupt::Stop;
use crate::output::OutputError;
use crate::panics::{self, Panic};
use enhancer_dsp::enhancer::NewError;
use enhancer_dsp::meter::{Analyzer, AudioAnalysis, LoudnessMeter};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Blocks queued between two threads.
const BLOCKS_BETWEEN: usize = 4;

/// An error that stops the work on a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Chain(#[from] ChainError),
    #[error("{}", advice::on_format(.0))]
    Measure(#[from] NewError),
    #[error("its result {0}")]
    Encode(#[from] EncodeError),
    #[error("{0}")]
    Output(#[from] OutputError),
    #[error(
        "caused a fault in this program: {0}; nothing was written; please report this line with the file"
    )]
    Panicked(#[from] Panic),
    #[error("was interrupted; nothing was written")]
    Interrupted,
}

/// The results of a pass.
pub(crate) struct Rendered {
    pub(crate) frames: u64,
    pub(crate) before: AudioAnalysis,
    pub(crate) after: AudioAnalysis,
    /// Samples beyond full scale, which the file could not hold.
    pub(crate) clipped: u64,
    /// Notes of the reader.
    pub(crate) notes: Vec<String>,
}

/// Enhances a whole file into `encoder`. Calls `advance` with the frames of each finished block.
pub(crate) fn render(
    source: Source,
    chain: Chain,
    encoder: Encoder,
    stop: &Stop,
    advance: &(dyn Fn(u64) + Sync),
) -> Result<Rendered, JobError> {
    let info = source.info().clone();
    let rate = f64::from(info.sample_rate_hz);
    let before = Analyzer::with_speakers(rate, info.channels, info.speakers)?;
    let after = Analyzer::with_speakers(rate, info.channels, info.speakers)?;
    let (to_chain, from_decoder) = sync_channel(BLOCKS_BETWEEN);
    let (to_encoder, from_chain) = sync_channel(BLOCKS_BETWEEN);
    // Room for every block in use, so that returning one never waits.
    let (to_pool, pool) = sync_channel(2 * BLOCKS_BETWEEN + 3);
    std::thread::scope(|scope| {
        let decoder =
            scope.spawn(|| panics::catch(move || decode(source, Some(before), &pool, &to_chain, stop)));
        let processor =
            scope.spawn(|| panics::catch(move || process(chain, info.channels, &from_decoder, &to_encoder)));
        let written = write(encoder, after, &from_chain, &to_pool, stop, advance);
        drop(from_chain);
        let _: () = join(processor)?;
        // The decoder's error comes first: it is the cause of an encoder that receives nothing more.
        let Decoded { frames, analyzer: before, notes } = join(decoder)??;
        let (after, clipped) = written?;
        if stop.is_set() {
            return Err(JobError::Interrupted);
        }
        let before = before.map(Analyzer::finish).unwrap_or_default();
        Ok(Rendered { frames, before, after, clipped, notes })
    })
}

/// A whole file's length in frames and its integrated loudness through the chain, LUFS. The loudness is
/// `None` where the file is too short or too quiet.
pub(crate) fn measure_loudness(
    source: Source,
    mut chain: Chain,
    stop: &Stop,
    advance: &(dyn Fn(u64) + Sync),
) -> Result<(u64, Option<f64>), JobError> {
    let info = source.info().clone();
    let rate = f64::from(info.sample_rate_hz);
    let mut loudness = LoudnessMeter::with_speakers(rate, info.channels, info.speakers)?;
    let (to_chain, from_decoder) = sync_channel(BLOCKS_BETWEEN);
    let (to_pool, pool) = sync_channel(BLOCKS_BETWEEN + 2);
    std::thread::scope(|scope| {
        let decoder = scope.spawn(|| panics::catch(move || decode(source, None, &pool, &to_chain, stop)));
        for mut block in from_decoder {
            let frames = block.frames() as u64;
            chain.process(&mut block);
            loudness.push(&block.as_slices());
            advance(frames);
            let _ = to_pool.try_send(block);
        }
        let mut tail = Block::new(info.channels);
        chain.drain(&mut tail);
        loudness.push(&tail.as_slices());
        let Decoded { frames, .. } = join(decoder)??;
        if stop.is_set() { Err(JobError::Interrupted) } else { Ok((frames, loudness.integrated_lufs())) }
    })
}

/// The results of reading a file to its end.
struct Decoded {
    frames: u64,
    analyzer: Option<Analyzer>,
    notes: Vec<String>,
}

/// Reads the file to its end and measures it.
fn decode(
    mut source: Source,
    mut analyzer: Option<Analyzer>,
    pool: &Receiver<Block>,
    to_chain: &SyncSender<Block>,
    stop: &Stop,
) -> Result<Decoded, JobError> {
    let mut frames = 0;
    while !stop.is_set() {
        let mut block = pool.try_recv().unwrap_or_default();
        source.read(&mut block)?;
        if block.frames() == 0 {
            break;
        }
        frames += block.frames() as u64;
        if let Some(analyzer) = &mut analyzer {
            analyzer.push(&block.as_slices());
        }
        // The receiver is gone after an error of the encoder, which reports it.
        if to_chain.send(block).is_err() {
            break;
        }
    }
    Ok(Decoded { frames, analyzer, notes: source.notes() })
}

fn process(
    mut chain: Chain,
    channels: usize,
    from_decoder: &Receiver<Block>,
    to_encoder: &SyncSender<Block>,
) {
    for mut block in from_decoder {
        chain.process(&mut block);
        if to_encoder.send(block).is_err() {
            return;
        }
    }
    let mut tail = Block::new(channels);
    chain.drain(&mut tail);
    let _ = to_encoder.send(tail);
}

fn write(
    mut encoder: Encoder,
    mut analyzer: Analyzer,
    from_chain: &Receiver<Block>,
    to_pool: &SyncSender<Block>,
    stop: &Stop,
    advance: &(dyn Fn(u64) + Sync),
) -> Result<(AudioAnalysis, u64), JobError> {
    for mut block in from_chain {
        if stop.is_set() {
            return Err(JobError::Interrupted);
        }
        encoder.write(&mut block)?;
        analyzer.push(&block.as_slices());
        advance(block.frames() as u64);
        let _ = to_pool.try_send(block);
    }
    let clipped = encoder.finish()?;
    Ok((analyzer.finish(), clipped))
}

/// The result of a thread whose work runs in [`panics::catch`].
fn join<T>(thread: std::thread::ScopedJoinHandle<'_, Result<T, Panic>>) -> Result<T, Panic> {
    thread.join().unwrap_or_else(|payload| Err(Panic::new(payload.as_ref())))
}
