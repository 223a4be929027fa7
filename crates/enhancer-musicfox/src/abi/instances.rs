//! `enhancer_…`: any number of instances.
//!
//! Each function checks its handle, so that a stale, foreign or null one fails instead of crashing. All may be called from
//! any thread; one thread at a time gets audio through an instance.

use crate::batch;
use crate::boundary::{
    MAX_JSON_BYTES, MAX_NAME_BYTES, as_pointer, check, handle_of, read, status, text, value, with, write,
};
use crate::buffers::MAX_FRAMES;
use crate::error::Error;
use crate::handle;
use crate::held::Function;
use crate::instance::{Instance, Sample};
use crate::results::{ABI_VERSION, formats_json, hold_presets, hold_text};
use crate::types::{AudioAnalysis, AudioBuffer, Enhancer, PluginMetadata, PresetInfo, SpectrumData};
use crate::{instance, last_error};
use enhancer_preset::parse_config;
use std::ffi::{c_char, c_int};

/// Creates an instance. With a config it is initialized, too; with NULL it waits for `enhancer_initialize`.
///
/// `config_json` is an object, all of it optional: `{"sample_rate": 44100, "channels": 2, "buffer_size": 1024,
/// "log_level": "info", "preset": "warm", "enhancer": {…}}`. `enhancer` is what a preset's `config` holds, or a whole preset file.
/// `log_level` is `off`, `error`, `warn`, `info` or `debug`; `preset_folder` names another folder for the user's presets.
///
/// Returns a handle, which goes back with `enhancer_destroy`; NULL on failure.
///
/// # Safety
/// `config_json` is NULL or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_create(config_json: *const c_char) -> *mut Enhancer {
    value(std::ptr::null_mut(), || {
        let instance = Instance::new();
        if !config_json.is_null() {
            // SAFETY: the caller's C string.
            instance.initialize(unsafe { text("config_json", config_json, MAX_JSON_BYTES)? })?;
        }
        handle::create(Box::new(instance)).map(as_pointer)
    })
}

/// Destroys an instance, after the calls under way. What it returned or lent is gone. A handle that is none does nothing
/// but leave a message.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_destroy(enhancer: *mut Enhancer) {
    value((), || handle::destroy(handle_of(enhancer)).map(|instance| instance.log_end()));
}

/// Initializes an instance that is created, stopped or in the error status. See `enhancer_create` for the config.
///
/// # Safety
/// `config_json` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_initialize(enhancer: *mut Enhancer, config_json: *const c_char) -> c_int {
    // SAFETY: the caller's C string.
    unsafe { json(enhancer, "config_json", config_json, |instance, text| instance.initialize(text)) }
}

/// Lets audio in. After `enhancer_stop` it starts again, with the past forgotten.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_start(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, Instance::start)
}

/// Lets no more audio in, and ends real-time processing.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_stop(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, Instance::stop)
}

/// 0 unknown (created), 1 initializing (ready to start), 2 running, 3 stopped, 4 error; 0 for a handle that is none.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_status(enhancer: *const Enhancer) -> c_int {
    value(0, || with(handle_of(enhancer), |instance, _| Ok(instance.status() as c_int)))
}

/// 0 while the instance runs.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_health_check(enhancer: *const Enhancer) -> c_int {
    on(enhancer, Instance::health_check)
}

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

/// Measures a block of audio of any format.
///
/// # Safety
/// `input` is NULL (refused) or valid audio; `analysis` is NULL (refused) or a struct to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_analyze_audio(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    analysis: *mut AudioAnalysis,
) -> c_int {
    status(|| {
        with(handle_of(enhancer), |instance, handle| {
            check("analysis", analysis.cast_const())?;
            // SAFETY: the caller's structs and buffers.
            unsafe { write("analysis", analysis, instance.analysis(handle, read("input", input)?)?) }
        })
    })
}

/// The spectrum of a block of audio of any format; of the latest output where `input` is NULL and real-time processing
/// was started with the spectrum on.
///
/// # Safety
/// `input` is NULL or valid audio; `spectrum` is NULL (refused) or a struct to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_spectrum(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    spectrum: *mut SpectrumData,
) -> c_int {
    status(|| {
        with(handle_of(enhancer), |instance, handle| {
            check("spectrum", spectrum.cast_const())?;
            // SAFETY: the caller's struct.
            let input = if input.is_null() { None } else { Some(unsafe { read("input", input)? }) };
            // SAFETY: the caller's structs and buffers.
            unsafe { write("spectrum", spectrum, instance.spectrum(handle, input)?) }
        })
    })
}

/// Lists the presets: the factory's, then the user's. `presets` receives the address of an array, `count` its length;
/// `presets` may be NULL to ask for the number alone.
///
/// # Safety
/// `presets` is NULL or an address to write; `count` is NULL (refused) or an `int` to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_presets(
    enhancer: *mut Enhancer,
    presets: *mut *const PresetInfo,
    count: *mut c_int,
) -> c_int {
    status(|| {
        with(handle_of(enhancer), |instance, handle| {
            check("count", count.cast_const())?;
            if !presets.is_null() {
                check("presets", presets.cast_const())?;
            }
            let (address, number) = hold_presets(handle, &instance.presets()?)?;
            // SAFETY: the caller's places, checked.
            unsafe {
                if !presets.is_null() {
                    write("presets", presets, address)?;
                }
                write("count", count, c_int::try_from(number).unwrap_or(c_int::MAX))
            }
        })
    })
}

/// Lets a preset glide in.
///
/// # Safety
/// `name` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_load_preset(enhancer: *mut Enhancer, name: *const c_char) -> c_int {
    // SAFETY: the caller's C string.
    on(enhancer, |instance| instance.load_preset(unsafe { text("name", name, MAX_NAME_BYTES)? }))
}

/// Saves a config under a name, for every program of the Audio Enhancer that this user runs. `config_json` is what stands
/// under `enhancer` in `enhancer_create`. A preset of the user's of that name is replaced; the factory's stay.
///
/// Names have letters, digits, space, `-`, `_` and `.`, at most 64 bytes, no dot or space at either end.
///
/// # Safety
/// Both are NULL (refused) or C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_save_preset(
    enhancer: *mut Enhancer,
    name: *const c_char,
    config_json: *const c_char,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the caller's C strings.
        let name = unsafe { text("name", name, MAX_NAME_BYTES)? };
        // SAFETY: the caller's C strings.
        instance.save_preset(name, unsafe { text("config_json", config_json, MAX_JSON_BYTES)? })
    })
}

/// Deletes a preset of the user's.
///
/// # Safety
/// `name` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_delete_preset(enhancer: *mut Enhancer, name: *const c_char) -> c_int {
    // SAFETY: the caller's C string.
    on(enhancer, |instance| instance.delete_preset(unsafe { text("name", name, MAX_NAME_BYTES)? }))
}

/// From here to `enhancer_stop_real_time` the audio calls do not allocate, lock, log or call the system for blocks of up
/// to `buffer_size` frames; longer ones are refused.
///
/// `config_json` is `{"buffer_size": 512, "spectrum": false}`, both optional; `buffer_size` is the instance's own if left out.
///
/// # Safety
/// `config_json` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_start_real_time(
    enhancer: *mut Enhancer,
    config_json: *const c_char,
) -> c_int {
    // SAFETY: the caller's C string.
    unsafe { json(enhancer, "config_json", config_json, |instance, text| instance.start_real_time(text)) }
}

/// Ends what `enhancer_start_real_time` began.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_stop_real_time(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, Instance::stop_real_time)
}

/// What the library is.
///
/// # Safety
/// `metadata` is NULL (refused) or a struct to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_metadata(
    enhancer: *mut Enhancer,
    metadata: *mut PluginMetadata,
) -> c_int {
    status(|| {
        with(handle_of(enhancer), |instance, handle| {
            // SAFETY: the caller's struct.
            unsafe { write("metadata", metadata, instance.metadata(handle)?) }
        })
    })
}

/// The config as JSON, every field written out: `enhancer_update_config` takes it. NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_config(enhancer: *mut Enhancer) -> *const c_char {
    returned(enhancer, Function::Config, Instance::config_json)
}

/// Takes over a config, to glide in at the next block: `enhancer` or `preset`, and `log_level`. What is left out of `enhancer`
/// takes its default. `sample_rate`, `channels` and `buffer_size` must be what they are.
///
/// # Safety
/// `config_json` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_update_config(
    enhancer: *mut Enhancer,
    config_json: *const c_char,
) -> c_int {
    // SAFETY: the caller's C string.
    unsafe { json(enhancer, "config_json", config_json, |instance, text| instance.update_config(text)) }
}

/// Every parameter as a JSON array of objects with `name`, `display_name`, `type` (`float`, `switch`, `choice`), `value`, `min`, `max`,
/// `default`, `unit`, `description`, and of a choice `choices`. NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_parameters(enhancer: *mut Enhancer) -> *const c_char {
    returned(enhancer, Function::Parameters, Instance::parameters_json)
}

/// Sets a parameter, such as `limiter.ceiling` or `equalizer.bands.2.gain`, in its unit; a switch to 0 or 1, a choice to the
/// index of its label. Nothing is clamped: a value out of range is refused.
///
/// # Safety
/// `name` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_set_parameter(
    enhancer: *mut Enhancer,
    name: *const c_char,
    value: f64,
) -> c_int {
    // SAFETY: the caller's C string.
    on(enhancer, |instance| instance.set_parameter(unsafe { text("name", name, MAX_NAME_BYTES)? }, value))
}

/// Reads a parameter.
///
/// # Safety
/// `name` is NULL (refused) or a C string; `value` is NULL (refused) or a `double` to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_parameter(
    enhancer: *mut Enhancer,
    name: *const c_char,
    value: *mut f64,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the caller's C string.
        let found = instance.parameter(unsafe { text("name", name, MAX_NAME_BYTES)? })?;
        // SAFETY: the caller's place.
        unsafe { write("value", value, found) }
    })
}

/// Common formats as a JSON array of objects with `sample_rate`, `channels`, `bit_depth`, `format`. Every rate from 8 to 384 kHz
/// works. NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_supported_formats(enhancer: *mut Enhancer) -> *const c_char {
    returned(enhancer, Function::Formats, |_| Ok(formats_json()))
}

/// Changes sample rate and channels. The chain starts afresh; audio calls that meet the change itself fail.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_set_audio_format(
    enhancer: *mut Enhancer,
    sample_rate: c_int,
    channels: c_int,
) -> c_int {
    on(enhancer, |instance| instance.set_format(i64::from(sample_rate), i64::from(channels)))
}

/// Metrics as JSON: under `operations` each one's `count`, `total_ns`, `min_ns`, `max_ns`, `last_ns`, `average_ns`; `frames`,
/// `errors`, `memory`. NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_metrics(enhancer: *mut Enhancer) -> *const c_char {
    returned(enhancer, Function::Metrics, |instance| Ok(instance.metrics_json()))
}

/// What the latest failed call on this thread met, one line; empty if none failed. Holds until the next one fails.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_last_error() -> *const c_char {
    last_error::get()
}

/// The version of this interface. It grows with each change that a caller could notice.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_abi_version() -> c_int {
    ABI_VERSION
}

/// 0, or −1 and a message.
fn on(enhancer: *const Enhancer, call: impl FnOnce(&Instance) -> Result<(), Error>) -> c_int {
    status(|| with(handle_of(enhancer), |instance, _| call(instance)))
}

/// The same with a JSON text.
///
/// # Safety
/// `json` is null or a C string.
unsafe fn json(
    enhancer: *const Enhancer,
    what: &'static str,
    json: *const c_char,
    call: impl FnOnce(&Instance, &str) -> Result<(), Error>,
) -> c_int {
    // SAFETY: the caller's C string.
    on(enhancer, |instance| call(instance, unsafe { text(what, json, MAX_JSON_BYTES)? }))
}

/// A text that the library keeps, or null and a message.
fn returned(
    enhancer: *const Enhancer,
    function: Function,
    call: impl FnOnce(&Instance) -> Result<String, Error>,
) -> *const c_char {
    value(std::ptr::null(), || {
        with(handle_of(enhancer), |instance, handle| hold_text(handle, function, &call(instance)?))
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
