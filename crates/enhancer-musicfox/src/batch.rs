//! Independent recordings in parallel, results in the order of the inputs.
//!
//! Each buffer is a stream of its own: a fresh chain, and the latency taken off, so that frame n of the output belongs to
//! frame n of the input, as the command line does it.

use crate::boundary::check;
use crate::buffers::{Format, Planes};
use crate::error::Error;
use crate::types::AudioBuffer;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most buffers of one call.
pub(crate) const MAX_BUFFERS: i64 = 1 << 16;
/// Most threads of one call.
const MAX_WORKERS: i64 = 256;
/// Frames that a chain gets at a time.
const BLOCK_FRAMES: usize = 4096;

/// One buffer's part.
struct Job {
    format: Format,
    planes: Planes,
}

// SAFETY: the addresses in `planes` are the caller's output buffers, which `run` saw not to overlap within a job, and which the
// caller gives to the call as a whole; exactly one worker takes each job.
unsafe impl Send for Job {}

/// Processes `inputs` into `outputs`, whose `data` the caller provides. Nothing is written unless all of them can be.
///
/// # Safety
/// What the buffers point to is valid, and the outputs of different buffers do not overlap: see `enhancer_process_batch`.
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
        // SAFETY: handed on.
        jobs.push(unsafe { job(input, output) }.map_err(in_buffer(index))?);
    }
    for (index, (input, (_, job))) in inputs.iter().zip(&jobs).enumerate() {
        // SAFETY: as above; `copy_from` refuses overlaps before it writes.
        let copied =
            unsafe { Planes::input(input, job.format).and_then(|input| job.planes.copy_from(&input)) };
        copied.map_err(in_buffer(index))?;
    }
    let (chains, jobs): (Vec<Enhancer>, Vec<Job>) = jobs.into_iter().unzip();
    for (output, input) in outputs.iter_mut().zip(inputs) {
        *output = AudioBuffer { data: output.data, ..*input };
    }
    spread(config, chains, jobs, workers)
}

unsafe fn job(input: &AudioBuffer, output: &AudioBuffer) -> Result<(Enhancer, Job), Error> {
    let format = Format::of(input)?;
    // SAFETY: handed on.
    let planes = unsafe { Planes::input(input, format)? };
    check("output->data", output.data.cast_const())?;
    // SAFETY: the output has the input's channels and frames.
    let planes = unsafe { Planes::at("output->data", output.data, format.channels, planes.frames())? };
    let chain = Enhancer::new(f64::from(format.sample_rate), format.channels, BLOCK_FRAMES)?;
    Ok((chain, Job { format, planes }))
}

fn spread(config: &EnhancerConfig, chains: Vec<Enhancer>, jobs: Vec<Job>, workers: i64) -> Result<(), Error> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if workers == 0 { processors } else { workers as usize };
    let workers = workers.min(jobs.len());
    let jobs: Vec<Mutex<Option<(Enhancer, Job)>>> =
        chains.into_iter().zip(jobs).map(|job| Mutex::new(Some(job))).collect();
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), Error> {
        while let Some(place) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let job = place.lock().ok().and_then(|mut job| job.take());
            let (mut chain, job) = job.ok_or(Error::Worker)?;
            chain.set_config(config)?;
            // SAFETY: the job's channels are valid, do not overlap, and are this worker's alone.
            unsafe { job.planes.with_slices(|channels| in_time(&mut chain, channels)) };
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

/// Processes a whole recording in place and takes the latency off.
fn in_time(chain: &mut Enhancer, channels: &mut [&mut [f32]]) {
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
            // A recording shorter than the latency comes out of the tail alone.
            end.copy_from_slice(
                tail.get(latency - kept..).and_then(|tail| tail.get(..kept)).unwrap_or_default(),
            );
        }
    }
}
