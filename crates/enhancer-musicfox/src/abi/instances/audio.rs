//! Audio in, audio out.

use super::on;
use crate::batch;
use crate::boundary::{
    MAX_JSON_BYTES, MAX_NAME_BYTES, check, handle_of, read, status, text, value, with, write,
};
use crate::buffers::MAX_FRAMES;
use crate::error::Error;
use crate::instance::{self, Instance};
use crate::types::{AudioBuffer, Enhancer};
use enhancer_dsp::block::Sample;
use enhancer_preset::parse_config;
use std::ffi::{c_char, c_int};

/// Processes a block of audio. The output lags the input by `enhancer_latency_frames`.
///
/// `output->data` is either NULL, and then points to buffers that the library lends until `enhancer_release_audio`, or to the
/// caller's buffers: the input's own (in place), or memory that overlaps nothing else. The output's other fields
/// get the input's values.
///
/// # Safety
/// `input` and `output` are NULL (refused) or structs whose buffers have the channels and frames that `input` says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_audio(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    output: *mut AudioBuffer,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the caller's structs.
        let (input, mut result) = unsafe { (*read("input", input)?, *read("output", output.cast_const())?) };
        // SAFETY: the caller's buffers; `output` was checked.
        unsafe {
            instance.process(&input, &mut result)?;
            write("output", output, result)
        }
    })
}

/// The same with a preset: it is loaded unless it is in force already. NULL or empty keeps what is.
///
/// In real-time processing the preset must be one of those that were there when it started, or were saved or loaded since.
///
/// # Safety
/// As for `enhancer_process_audio`; `preset` is NULL or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_enhance_audio(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    preset: *const c_char,
    output: *mut AudioBuffer,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the caller's structs and C string.
        let (input, mut result) = unsafe { (*read("input", input)?, *read("output", output.cast_const())?) };
        let preset = if preset.is_null() { c"".as_ptr() } else { preset };
        // SAFETY: the caller's C string or ours.
        let preset = unsafe { text("preset", preset, MAX_NAME_BYTES)? };
        // SAFETY: the caller's buffers; `output` was checked.
        unsafe {
            instance.enhance(&input, preset, &mut result)?;
            write("output", output, result)
        }
    })
}

/// Processes interleaved samples in place: `frames * channels` of them, a frame's channels side by side. Any number of
/// frames, 0 included. This is the call for players.
///
/// # Safety
/// `samples` is NULL (refused unless `frames` is 0) or has that many samples.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_interleaved_f32(
    enhancer: *mut Enhancer,
    samples: *mut f32,
    frames: i64,
    channels: i64,
) -> c_int {
    // SAFETY: the caller's samples.
    on(enhancer, |instance| unsafe { interleaved(instance, samples, frames, channels) })
}

/// The same for `double` samples. The chain's doors are `float`, whose steps lie 144 dB below full scale.
///
/// # Safety
/// As for `enhancer_process_interleaved_f32`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_interleaved_f64(
    enhancer: *mut Enhancer,
    samples: *mut f64,
    frames: i64,
    channels: i64,
) -> c_int {
    // SAFETY: the caller's samples.
    on(enhancer, |instance| unsafe { interleaved(instance, samples, frames, channels) })
}

/// Gives lent buffers back and sets `audio->data` to NULL.
///
/// # Safety
/// `audio` is NULL (refused) or a struct.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_release_audio(enhancer: *mut Enhancer, audio: *mut AudioBuffer) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the caller's struct.
        let buffer = unsafe { *read("audio", audio.cast_const())? };
        instance.release(buffer.data)?;
        // SAFETY: checked by `read`.
        unsafe { write("audio", audio, AudioBuffer { data: std::ptr::null_mut(), ..buffer }) }
    })
}

/// Forgets the audio of the past before the next block, as after a seek. Not for the next track of a gapless album.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_reset(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, Instance::reset)
}

/// Frames by which the output lags the input; −1 on failure. It depends on sample rate and `processing_quality` alone.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_latency_frames(enhancer: *const Enhancer) -> i64 {
    value(-1, || with(handle_of(enhancer), |instance, _| Ok(instance.latency_frames()? as i64)))
}

/// Processes independent recordings in parallel. Each is a stream of its own, and the latency is taken off.
///
/// `inputs` and `outputs` are arrays of `count` structs; each output's `data` is the caller's, as for
/// `enhancer_process_audio`. `config_json` is what stands under `enhancer` in `enhancer_create`. `workers` is the number of
/// threads, 0 for as many as there are processors. If any buffer can't be processed, nothing is written.
///
/// # Safety
/// The arrays have `count` structs, their buffers are valid, and outputs overlap nothing but their own inputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_batch(
    config_json: *const c_char,
    inputs: *const AudioBuffer,
    outputs: *mut AudioBuffer,
    count: i64,
    workers: i64,
) -> c_int {
    status(|| {
        // SAFETY: the caller's C string.
        let config = parse_config(unsafe { text("config_json", config_json, MAX_JSON_BYTES)? })?;
        // SAFETY: the caller's arrays.
        let (inputs, outputs) = unsafe { arrays(inputs, outputs, count)? };
        // SAFETY: the caller's buffers.
        unsafe { batch::run(&config, inputs, outputs, workers) }
    })
}

/// The same in the instance's config. Where an output's `data` is NULL, buffers are lent.
///
/// # Safety
/// As for `enhancer_process_batch`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_parallel(
    enhancer: *mut Enhancer,
    inputs: *const AudioBuffer,
    outputs: *mut AudioBuffer,
    count: i64,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the caller's arrays.
        let (inputs, outputs) = unsafe { arrays(inputs, outputs, count)? };
        // SAFETY: the caller's buffers.
        unsafe { instance.process_parallel(inputs, outputs) }
    })
}

/// # Safety
/// `samples` is null or has `frames * channels` samples.
unsafe fn interleaved<S: Sample>(
    instance: &instance::Instance,
    samples: *mut S,
    frames: i64,
    channels: i64,
) -> Result<(), Error> {
    if !(0..=MAX_FRAMES).contains(&frames) {
        return Err(Error::Frames { got: frames, max: MAX_FRAMES });
    }
    let most = enhancer_dsp::enhancer::MAX_CHANNELS as i64;
    if !(1..=most).contains(&channels) {
        return Err(Error::Range { field: "channels", value: channels, min: 1, max: most });
    }
    if frames == 0 {
        return instance.process_interleaved::<S>(&mut [], channels);
    }
    check("samples", samples.cast_const())?;
    // SAFETY: not null, aligned, and the caller's; the product is below 2^31.
    let samples = unsafe { std::slice::from_raw_parts_mut(samples, (frames * channels) as usize) };
    instance.process_interleaved(samples, channels)
}

/// # Safety
/// Both are null or have `count` structs, and the outputs are the caller's to write.
unsafe fn arrays<'a>(
    inputs: *const AudioBuffer,
    outputs: *mut AudioBuffer,
    count: i64,
) -> Result<(&'a [AudioBuffer], &'a mut [AudioBuffer]), Error> {
    if !(0..=batch::MAX_BUFFERS).contains(&count) {
        return Err(Error::Count { got: count, max: batch::MAX_BUFFERS });
    }
    if count == 0 {
        return Ok((&[], &mut []));
    }
    check("inputs", inputs)?;
    check("outputs", outputs.cast_const())?;
    let bytes = count as usize * size_of::<AudioBuffer>();
    if inputs.addr().abs_diff(outputs.addr()) < bytes {
        return Err(Error::Overlap);
    }
    // SAFETY: not null, aligned, apart, and the caller's arrays.
    Ok(unsafe {
        (
            std::slice::from_raw_parts(inputs, count as usize),
            std::slice::from_raw_parts_mut(outputs, count as usize),
        )
    })
}
