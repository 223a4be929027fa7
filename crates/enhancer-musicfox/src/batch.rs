//! Processes independent recordings in parallel. The results are in the order of the inputs.
//!
//! Each buffer is a separate stream with a new chain. The latency is removed, as by the command line: frame n
//! of the output corresponds to frame n of the input.

use crate::buffers::{Format, Planes};
use crate::error::Error;
use crate::types::AudioBuffer;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most buffers in one call.
pub(crate) const MAX_BUFFERS: i64 = 1 << 16;
/// Most threads in one call.
const MAX_WORKERS: i64 = 256;
/// Frames of a block that a chain processes at once.
const BLOCK_FRAMES: usize = 4096;

/// One buffer of the batch: a new chain and the output's channels, which hold the input.
struct Job {
    chain: Enhancer,
    planes: Planes,
}

// SAFETY: `planes` holds addresses of the caller's output buffers. The caller of `run` guarantees that no
// other thread uses them during the call and that outputs of different buffers do not overlap;
// `check_overlap` checks each output by itself. `spread` gives each job to exactly one worker.
unsafe impl Send for Job {}

/// Processes `inputs` into the `data` arrays of `outputs`. `workers` is the number of threads, 0 for one per
/// processor.
///
/// # Errors
/// A buffer or `workers` is out of range, an address is null or misaligned, or channels overlap: nothing was
/// written. Or a thread could not start or panicked: the outputs are undefined.
///
/// # Safety
/// Inputs and outputs fulfil the conditions of `enhancer_process_batch`.
pub(crate) unsafe fn run(
    config: &EnhancerConfig,
    inputs: &[AudioBuffer],
    outputs: &mut [AudioBuffer],
    workers: i64,
) -> Result<(), Error> {
    if !(0..=MAX_WORKERS).contains(&workers) {
        return Err(Error::Workers { got: workers, max: MAX_WORKERS });
    }
    let in_buffer = |index| move |error| Error::InBuffer { index, error: Box::new(error) };
    let mut jobs = Vec::with_capacity(inputs.len());
    for (index, (input, output)) in inputs.iter().zip(outputs.iter()).enumerate() {
        // SAFETY: the caller guarantees that the arrays of input and output have the input's channels and
        // frames.
        jobs.push(unsafe { job(input, output) }.map_err(in_buffer(index))?);
    }
    for (index, (input, job)) in jobs.iter().enumerate() {
        // SAFETY: the caller guarantees that both have the input's channels and frames and that no other
        // thread uses them.
        unsafe { job.planes.copy_from(input) }.map_err(in_buffer(index))?;
    }
    for (output, input) in outputs.iter_mut().zip(inputs) {
        *output = AudioBuffer { data: output.data, ..*input };
    }
    spread(config, jobs.into_iter().map(|(_, job)| job).collect(), workers)
}

/// Checks input and output, and creates the chain. Returns the input's channels and the job.
///
/// # Safety
/// The arrays of `input` and `output` have the input's channels and frames, or are null or misaligned.
unsafe fn job(input: &AudioBuffer, output: &AudioBuffer) -> Result<(Planes, Job), Error> {
    let format = Format::of(input)?;
    // SAFETY: the caller guarantees the input's arrays; `format` is that of the input.
    let source = unsafe { Planes::input(input, format)? };
    // SAFETY: the caller guarantees that the output's arrays have the input's channels and frames.
    let planes = unsafe { Planes::at("output->data", output.data, format.channels, source.frames())? };
    planes.check_overlap(&source)?;
    let chain = Enhancer::new(f64::from(format.sample_rate), format.channels)?;
    Ok((source, Job { chain, planes }))
}

/// Distributes the jobs over the workers, the calling thread included.
fn spread(config: &EnhancerConfig, jobs: Vec<Job>, workers: i64) -> Result<(), Error> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if workers == 0 { processors } else { workers as usize };
    let workers = workers.min(jobs.len());
    let jobs: Vec<Mutex<Option<Job>>> = jobs.into_iter().map(|job| Mutex::new(Some(job))).collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), Error> {
        while let Some(place) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let job = place.lock().ok().and_then(|mut job| job.take());
            let mut job = job.ok_or(Error::Worker)?;
            job.chain.set_config(config)?;
            // SAFETY: the caller of `run` guarantees valid outputs that do not overlap those of other
            // buffers; `check_overlap` made sure that the channels of this one do not overlap. `take` gave
            // the job to this worker alone.
            unsafe { job.planes.with_slices(|channels| process_aligned(&mut job.chain, channels)) };
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers)
            .map(|_| std::thread::Builder::new().spawn_scoped(scope, work))
            .collect::<Result<_, _>>()
            .map_err(Error::Threads)?;
        work()?;
        others.into_iter().try_for_each(|worker| worker.join().unwrap_or(Err(Error::Worker)))
    })
}

/// Processes a whole recording in place and removes the latency.
fn process_aligned(chain: &mut Enhancer, channels: &mut [&mut [f32]]) {
    let frames = channels.first().map_or(0, |channel| channel.len());
    let mut start = 0;
    while start < frames {
        let end = frames.min(start + BLOCK_FRAMES);
        let mut block: Vec<&mut [f32]> =
            channels.iter_mut().map(|channel| channel.get_mut(start..end).unwrap_or_default()).collect();
        chain.process(&mut block);
        start = end;
    }
    let latency = chain.latency_frames();
    let mut tail = vec![vec![0f32; latency]; channels.len()];
    chain.process(&mut tail.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>());
    for (channel, tail) in channels.iter_mut().zip(&tail) {
        let kept = latency.min(frames);
        channel.copy_within(kept.., 0);
        if let Some(end) = channel.get_mut(frames - kept..) {
            // The output of a recording shorter than the latency comes from the end of the tail alone.
            end.copy_from_slice(
                tail.get(latency - kept..).and_then(|tail| tail.get(..kept)).unwrap_or_default(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_in_one_buffer_leaves_all_outputs_unchanged() {
        let (mut input, mut first, mut second) = ([0.5f32; 64], [0.25f32; 64], [0.25f32; 64]);
        let (mut ins, mut outs) = ([input.as_mut_ptr()], [first.as_mut_ptr()]);
        let start = second.as_mut_ptr();
        let (mut overlapped, mut overlapping) = ([start], [start.wrapping_add(1)]);
        let buffer = |data: &mut [*mut f32; 1], frames| AudioBuffer {
            data: data.as_mut_ptr(),
            sample_rate: 48_000,
            channels: 1,
            frames,
            timestamp_ns: 0,
        };
        let inputs = [buffer(&mut ins, 64), buffer(&mut overlapped, 63)];
        let mut outputs = [buffer(&mut outs, 64), buffer(&mut overlapping, 63)];
        // SAFETY: each buffer has one channel of its frames; no other thread uses them.
        let outcome = unsafe { run(&EnhancerConfig::default(), &inputs, &mut outputs, 1) };
        assert!(matches!(outcome, Err(Error::InBuffer { index: 1, .. })), "{outcome:?}");
        assert_eq!((first, second), ([0.25; 64], [0.25; 64]));
    }
}
