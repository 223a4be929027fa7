//! Audio processing, the latency and lent buffers.

use super::{on, on_named};
use crate::batch;
use crate::boundary::{handle_of, status_code, value_or, with_instance};
use crate::buffers::MAX_FRAMES;
use crate::error::Error;
use crate::instance::Instance;
use crate::pointers::{MAX_JSON_BYTES, check_address, read, read_text, write};
use crate::settings::{CHANNELS, check_range};
use crate::types::{AudioBuffer, Enhancer};
use enhancer_dsp::block::Sample;
use enhancer_preset::parse_config;
use std::ffi::{c_char, c_int};

/// Processes a block of planar audio. The output lags the input by `enhancer_latency_frames` frames.
///
/// `output->data` is NULL or the caller's array of channel arrays. With NULL, the library lends buffers until
/// `enhancer_release_audio` and writes their address there. The caller's arrays may be those of the input (in
/// place); any other overlap is an error. The library sets the other fields of `output` to those of `input`.
/// On failure `output` stays unchanged.
///
/// # Safety
/// `input` and `output` are NULL (an error) or point to a struct. The input's arrays and the caller's output
/// arrays have the channels and frames of `input`. No other thread uses structs or arrays during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_audio(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    output: *mut AudioBuffer,
) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `with_buffers` and `process`, which are the same.
    on(enhancer, |instance| unsafe {
        with_buffers(input, output, |input, output| instance.process(input, output))
    })
}

/// Processes a block like `enhancer_process_audio`, after loading a preset unless it is loaded already. NULL
/// or an empty name keeps the present config.
///
/// During real-time processing the preset must be in the instance's list of presets. The list is read when
/// real-time processing starts, and again when presets are listed, loaded, saved or deleted.
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
    let preset = if preset.is_null() { c"".as_ptr() } else { preset };
    // SAFETY: the C caller guarantees null or a C string for `preset`, and the conditions of `with_buffers`
    // and `enhance`, which are the same.
    unsafe {
        on_named(enhancer, "preset", preset, |instance, preset| {
            with_buffers(input, output, |input, output| instance.enhance(input, preset, output))
        })
    }
}

/// Processes interleaved samples in place. This is the call for players. `samples` holds `frames * channels`
/// samples, the channels of a frame side by side. `frames` is 0 to 2^27.
///
/// # Safety
/// `samples` points to `frames * channels` samples, which no other thread uses during the call; or it is
/// NULL, which is an error unless `frames` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_interleaved_f32(
    enhancer: *mut Enhancer,
    samples: *mut f32,
    frames: i64,
    channels: i64,
) -> c_int {
    // SAFETY: the C caller guarantees the condition of `interleaved`, which is the same.
    on(enhancer, |instance| unsafe { interleaved(instance, samples, frames, channels) })
}

/// Like `enhancer_process_interleaved_f32`, for `double` samples. The chain's input and output are `float`:
/// its steps at full scale are 144 dB below it.
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
    // SAFETY: the C caller guarantees the condition of `interleaved`, which is the same.
    on(enhancer, |instance| unsafe { interleaved(instance, samples, frames, channels) })
}

/// Returns lent buffers to the library and sets `audio->data` to NULL. Buffers that are not lent are an
/// error.
///
/// # Safety
/// `audio` is NULL (an error) or points to a struct. The caller does not use the buffers afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_release_audio(enhancer: *mut Enhancer, audio: *mut AudioBuffer) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the C caller guarantees null or a struct; `read` excludes null.
        unsafe {
            let buffer = *read("audio", audio.cast_const())?;
            instance.release(buffer.data)?;
            write("audio", audio, AudioBuffer { data: std::ptr::null_mut(), ..buffer })
        }
    })
}

/// Clears the chain's state before the next block, for example after a seek. Do not call it between the
/// tracks of a gapless album.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_reset(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, |instance| instance.reset())
}

/// Returns the delay of the output in frames; −1 on failure. It depends only on sample rate and
/// `processing_quality`.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_latency_frames(enhancer: *const Enhancer) -> i64 {
    value_or(-1, || with_instance(handle_of(enhancer), |instance| Ok(instance.latency_frames()? as i64)))
}

/// Processes independent recordings in parallel, without an instance. Each recording is a separate stream.
/// The latency is removed: frame n of an output corresponds to frame n of its input.
///
/// `config_json` has the form of the field `enhancer` of `enhancer_create`. `inputs` and `outputs` are arrays
/// of `count` structs, 0 to 65536. Each output's `data` is the caller's, as for `enhancer_process_audio`.
/// `workers` is the number of threads, 0 to 256; 0 is one per processor. If an input or an output is invalid,
/// nothing is written.
///
/// # Safety
/// `config_json` is NULL (an error) or a C string. `inputs` and `outputs` are NULL (an error unless `count`
/// is 0) or point to `count` structs. The arrays of an input and of its output have the input's channels and
/// frames. An output overlaps no other buffer except its own input. No other thread uses structs or arrays
/// during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_batch(
    config_json: *const c_char,
    inputs: *const AudioBuffer,
    outputs: *mut AudioBuffer,
    count: i64,
    workers: i64,
) -> c_int {
    status_code(|| {
        // SAFETY: the C caller guarantees null or a C string.
        let config = parse_config(unsafe { read_text("config_json", config_json, MAX_JSON_BYTES)? })?;
        // SAFETY: the C caller guarantees null or `count` structs for both, and that no other thread uses
        // them.
        let (inputs, outputs) = unsafe { arrays(inputs, outputs, count)? };
        // SAFETY: the C caller guarantees the conditions of this function, which are those of `run`.
        unsafe { batch::run(&config, inputs, outputs, workers) }
    })
}

/// Processes independent recordings in parallel like `enhancer_process_batch`, with the config of the
/// instance and one thread per processor. If an output's `data` is NULL, the library lends buffers for it.
///
/// # Safety
/// As for `enhancer_process_batch`, for `inputs` and `outputs`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_process_parallel(
    enhancer: *mut Enhancer,
    inputs: *const AudioBuffer,
    outputs: *mut AudioBuffer,
    count: i64,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the C caller guarantees null or `count` structs for both, and that no other thread uses
        // them.
        let (inputs, outputs) = unsafe { arrays(inputs, outputs, count)? };
        // SAFETY: the C caller guarantees the conditions of this function, which are those of
        // `process_parallel`.
        unsafe { instance.process_parallel(inputs, outputs) }
    })
}

/// Runs `process` on copies of the caller's structs. Writes the output's copy back if it succeeds.
///
/// # Safety
/// `input` and `output` are null or misaligned, or point to a struct that no other thread uses during the
/// call.
unsafe fn with_buffers(
    input: *const AudioBuffer,
    output: *mut AudioBuffer,
    process: impl FnOnce(&AudioBuffer, &mut AudioBuffer) -> Result<(), Error>,
) -> Result<(), Error> {
    // SAFETY: the caller guarantees a struct at each address that `read` accepts; `write` uses such an
    // address.
    unsafe {
        let (input, mut result) = (*read("input", input)?, *read("output", output.cast_const())?);
        process(&input, &mut result)?;
        write("output", output, result)
    }
}

/// Checks the counts and processes the samples in place.
///
/// # Safety
/// `samples` points to `frames * channels` samples, which no other thread uses during the call; or it is
/// null.
unsafe fn interleaved<S: Sample>(
    instance: &Instance,
    samples: *mut S,
    frames: i64,
    channels: i64,
) -> Result<(), Error> {
    if !(0..=MAX_FRAMES).contains(&frames) {
        return Err(Error::Frames { got: frames, max: MAX_FRAMES });
    }
    check_range("channels", channels, CHANNELS)?;
    if frames == 0 {
        return instance.process_interleaved::<S>(&mut [], channels);
    }
    check_address("samples", samples.cast_const())?;
    // SAFETY: `check_address` excludes null and misaligned addresses; the caller guarantees exclusive access
    // to `frames * channels` samples. The checks above keep that product below 2^31.
    let samples = unsafe { std::slice::from_raw_parts_mut(samples, (frames * channels) as usize) };
    instance.process_interleaved(samples, channels)
}

/// Checks the count and the two arrays of structs.
///
/// # Safety
/// `inputs` and `outputs` are null or misaligned, or point to `count` structs that no other thread uses
/// during `'a`.
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
    check_address("inputs", inputs)?;
    check_address("outputs", outputs.cast_const())?;
    let bytes = count as usize * size_of::<AudioBuffer>();
    if inputs.addr().abs_diff(outputs.addr()) < bytes {
        return Err(Error::Overlap);
    }
    // SAFETY: `check_address` excludes null and misaligned addresses, and the line above overlapping arrays;
    // the caller guarantees `count` structs.
    Ok(unsafe {
        (
            std::slice::from_raw_parts(inputs, count as usize),
            std::slice::from_raw_parts_mut(outputs, count as usize),
        )
    })
}
