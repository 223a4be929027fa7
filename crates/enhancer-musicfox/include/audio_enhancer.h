/* The Audio Enhancer's C interface. Made by cbindgen from crates/enhancer-musicfox; edit the Rust source.
 *
 * Two layers over the same code: Plugin... is one plugin per process with the functions of go-musicfox's plugin guide,
 * enhancer_... has any number of instances. In both, the order is create, initialize, start, process, stop, destroy; stop,
 * then start again, works. A call out of order fails, says so, and changes nothing.
 *
 * Results      int: 0 is success, -1 failure; pointers: NULL is failure. PluginLastError() and enhancer_last_error() then
 *              tell this thread what was wrong and what to do.
 * Ownership    Nothing that is passed in is kept. Strings and arrays that come back belong to the library; they hold until
 *              the same thread calls the same function again for the same instance, the thread ends, or the
 *              instance is destroyed. Lent audio holds until it is released or the instance is destroyed.
 * Threads      Every function may be called from any thread. One thread at a time gets audio through an instance: a second
 *              one is refused, not made to wait. The audio calls never wait for the others. Destroying waits for the calls
 *              under way.
 * Strings      UTF-8, ended by NUL. JSON of at most 1 MiB.
 * Audio        float, full scale 1.0, 8 to 384 kHz, 1 to 8 channels. What is not finite comes out as silence.
 */

#ifndef AUDIO_ENHANCER_H
#define AUDIO_ENHANCER_H

#include <stdint.h>

/**
 * An instance: a handle to hand back, never an address to look at.
 */
typedef struct Enhancer Enhancer;

/**
 * A block of audio, one array of samples per channel. Full scale is 1.0.
 */
typedef struct AudioBuffer {
    /**
     * `data[channel][frame]`. Of an output: NULL asks the library to lend buffers, which go back with
     * `PluginReleaseAudio` or `enhancer_release_audio`; else the caller's own buffers, the input's allowed (in place).
     */
    float **data;
    /**
     * Sample rate, Hz.
     */
    int64_t sample_rate;
    /**
     * Channels.
     */
    int64_t channels;
    /**
     * Frames, that is samples per channel. Ignored in an output: it gets the input's.
     */
    int64_t frames;
    /**
     * Time of the first frame, ns since 1970 UTC. Handed through.
     */
    int64_t timestamp_ns;
} AudioBuffer;

/**
 * What a block of audio measures. Levels are linear: 1.0 is full scale. What silence leaves undefined is 0, and
 * absent from `features_json`.
 */
typedef struct AudioAnalysis {
    /**
     * Root mean square over all channels.
     */
    double rms;
    /**
     * Largest sample magnitude.
     */
    double peak;
    /**
     * Dynamic range, dB, after the TT Dynamic Range Meter.
     */
    double dynamic_range;
    /**
     * Mean spectrum, dBFS: bin k is at `k * sample_rate / (2 * (spectrum_len - 1))` Hz. A full-scale sine reads 0.
     */
    const double *spectrum;
    /**
     * Bins in `spectrum`.
     */
    int64_t spectrum_len;
    /**
     * JSON object of numbers: `lufs_integrated`, `true_peak_dbtp`, `crest_factor_db`, `spectral_centroid_hz` and others.
     */
    const char *features_json;
    /**
     * Time of the first frame, from the input.
     */
    int64_t timestamp_ns;
} AudioAnalysis;

/**
 * A spectrum.
 */
typedef struct SpectrumData {
    /**
     * Frequency of each bin, Hz.
     */
    const double *frequencies_hz;
    /**
     * Level of each bin, dBFS: a full-scale sine reads 0.
     */
    const double *magnitudes_db;
    /**
     * Bins.
     */
    int64_t len;
    /**
     * Sample rate, Hz.
     */
    int64_t sample_rate;
    /**
     * Frames under one window.
     */
    int64_t fft_size;
    /**
     * Time of the first frame, from the input; 0 for the live spectrum.
     */
    int64_t timestamp_ns;
} SpectrumData;

/**
 * A preset.
 */
typedef struct PresetInfo {
    /**
     * What it is loaded by.
     */
    const char *name;
    /**
     * What it does to the sound.
     */
    const char *description;
    /**
     * The shelf it stands on; `user` for those saved here.
     */
    const char *category;
    /**
     * JSON array of words to find it by.
     */
    const char *tags_json;
    /**
     * JSON object, what it sets.
     */
    const char *config_json;
} PresetInfo;

/**
 * What the plugin is.
 */
typedef struct PluginMetadata {
    /**
     * `audio-enhancer`.
     */
    const char *id;
    /**
     * Name to show.
     */
    const char *name;
    /**
     * Version of the library.
     */
    const char *version;
    /**
     * What it does.
     */
    const char *description;
    /**
     * Who wrote it.
     */
    const char *author;
    /**
     * Its licence, an SPDX expression.
     */
    const char *license;
    /**
     * JSON array of words.
     */
    const char *tags_json;
    /**
     * JSON array of what it can do.
     */
    const char *capabilities_json;
    /**
     * JSON object: category, ABI version, ranges of rates and channels, latency in frames.
     */
    const char *metadata_json;
} PluginMetadata;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Creates the process's plugin. Returns its handle, which the `enhancer_` functions take as well; 0 on failure or when there is
 * one already.
 */
uintptr_t PluginCreate(void);

/**
 * Destroys the plugin; a new one can be created.
 */
void PluginDestroy(void);

/**
 * Initializes: `enhancer_initialize`.
 *
 * # Safety
 * As there.
 */
int PluginInitialize(const char *config_json);

/**
 * Lets audio in: `enhancer_start`.
 */
int PluginStart(void);

/**
 * Lets no more audio in: `enhancer_stop`.
 */
int PluginStop(void);

/**
 * Processes a block: `enhancer_process_audio` with addresses of two `AudioBuffer`.
 *
 * # Safety
 * As there.
 */
int PluginProcessAudio(uintptr_t input, uintptr_t output);

/**
 * Processes a block with a preset: `enhancer_enhance_audio` with addresses of two `AudioBuffer`.
 *
 * # Safety
 * As there.
 */
int PluginEnhanceAudio(uintptr_t input, const char *preset, uintptr_t output);

/**
 * Processes independent recordings in parallel: `enhancer_process_parallel` with addresses of two arrays of `AudioBuffer`.
 *
 * # Safety
 * As there.
 */
int PluginProcessAudioParallel(uintptr_t inputs,
                               uintptr_t outputs,
                               int count);

/**
 * Lists the presets: `enhancer_get_presets`. `presets` is the address of a `const PresetInfo *`, or 0.
 *
 * # Safety
 * As there.
 */
int PluginGetPresets(uintptr_t presets, int *count);

/**
 * Lets a preset glide in: `enhancer_load_preset`.
 *
 * # Safety
 * As there.
 */
int PluginLoadPreset(const char *name);

/**
 * Saves a preset: `enhancer_save_preset`.
 *
 * # Safety
 * As there.
 */
int PluginSavePreset(const char *name, const char *config_json);

/**
 * Deletes a preset: `enhancer_delete_preset`.
 *
 * # Safety
 * As there.
 */
int PluginDeletePreset(const char *name);

/**
 * Measures a block: `enhancer_analyze_audio` with addresses of an `AudioBuffer` and an `AudioAnalysis`.
 *
 * # Safety
 * As there.
 */
int PluginAnalyzeAudio(uintptr_t input, uintptr_t analysis);

/**
 * The spectrum of a block, or of the latest output where `input` is 0: `enhancer_get_spectrum` with addresses of an `AudioBuffer`
 * and a `SpectrumData`.
 *
 * # Safety
 * As there.
 */
int PluginGetSpectrum(uintptr_t input,
                      uintptr_t spectrum);

/**
 * Starts real-time processing: `enhancer_start_real_time`.
 *
 * # Safety
 * As there.
 */
int PluginStartRealTimeProcessing(const char *config_json);

/**
 * Stops real-time processing: `enhancer_stop_real_time`.
 */
int PluginStopRealTimeProcessing(void);

/**
 * What the plugin is: `enhancer_get_metadata` with the address of a `PluginMetadata`.
 *
 * # Safety
 * As there.
 */
int PluginGetMetadata(uintptr_t metadata);

/**
 * 0 while the plugin runs: `enhancer_health_check`.
 */
int PluginHealthCheck(void);

/**
 * 0 unknown, 1 initializing, 2 running, 3 stopped, 4 error: `enhancer_get_status`.
 */
int PluginGetStatus(void);

/**
 * The config as JSON: `enhancer_get_config`.
 */
const char *PluginGetConfig(void);

/**
 * Takes over a config: `enhancer_update_config`.
 *
 * # Safety
 * As there.
 */
int PluginUpdateConfig(const char *config_json);

/**
 * Every parameter as a JSON array: `enhancer_get_parameters`.
 */
const char *PluginGetParameters(void);

/**
 * Sets a parameter: `enhancer_set_parameter`.
 *
 * # Safety
 * As there.
 */
int PluginSetParameter(const char *name, double value);

/**
 * Reads a parameter: `enhancer_get_parameter`.
 *
 * # Safety
 * As there.
 */
int PluginGetParameter(const char *name, double *value);

/**
 * Common formats as a JSON array: `enhancer_get_supported_formats`.
 */
const char *PluginGetSupportedFormats(void);

/**
 * Changes sample rate and channels: `enhancer_set_audio_format`.
 */
int PluginSetAudioFormat(int sample_rate, int channels);

/**
 * Metrics as JSON: `enhancer_get_metrics`.
 */
const char *PluginGetMetrics(void);

/**
 * Gives lent buffers back: `enhancer_release_audio` with the address of an `AudioBuffer`.
 *
 * # Safety
 * As there.
 */
void PluginReleaseAudio(uintptr_t audio);

/**
 * What the latest failed call on this thread met: `enhancer_last_error`.
 */
const char *PluginLastError(void);

/**
 * The version of this interface: `enhancer_abi_version`.
 */
int PluginAbiVersion(void);

/**
 * Creates an instance. With a config it is initialized, too; with NULL it waits for `enhancer_initialize`.
 *
 * `config_json` is an object, all of it optional: `{"sample_rate": 44100, "channels": 2, "buffer_size": 1024,
 * "log_level": "info", "preset": "warm", "enhancer": {…}}`. `enhancer` is what a preset's `config` holds, or a whole preset file.
 * `log_level` is `off`, `error`, `warn`, `info` or `debug`; `preset_folder` names another folder for the user's presets.
 *
 * Returns a handle, which goes back with `enhancer_destroy`; NULL on failure.
 *
 * # Safety
 * `config_json` is NULL or a C string.
 */
struct Enhancer *enhancer_create(const char *config_json);

/**
 * Destroys an instance, after the calls under way. What it returned or lent is gone. A handle that is none does nothing
 * but leave a message.
 */
void enhancer_destroy(struct Enhancer *enhancer);

/**
 * Initializes an instance that is created, stopped or in the error status. See `enhancer_create` for the config.
 *
 * # Safety
 * `config_json` is NULL (refused) or a C string.
 */
int enhancer_initialize(struct Enhancer *enhancer,
                        const char *config_json);

/**
 * Lets audio in. After `enhancer_stop` it starts again, with the past forgotten.
 */
int enhancer_start(struct Enhancer *enhancer);

/**
 * Lets no more audio in, and ends real-time processing.
 */
int enhancer_stop(struct Enhancer *enhancer);

/**
 * 0 unknown (created), 1 initializing (ready to start), 2 running, 3 stopped, 4 error; 0 for a handle that is none.
 */
int enhancer_get_status(const struct Enhancer *enhancer);

/**
 * 0 while the instance runs.
 */
int enhancer_health_check(const struct Enhancer *enhancer);

/**
 * From here to `enhancer_stop_real_time` the audio calls do not allocate, lock, log or call the system for blocks of up
 * to `buffer_size` frames; longer ones are refused.
 *
 * `config_json` is `{"buffer_size": 512, "spectrum": false}`, both optional; `buffer_size` is the instance's own if left out.
 *
 * # Safety
 * `config_json` is NULL (refused) or a C string.
 */
int enhancer_start_real_time(struct Enhancer *enhancer,
                             const char *config_json);

/**
 * Ends what `enhancer_start_real_time` began.
 */
int enhancer_stop_real_time(struct Enhancer *enhancer);

/**
 * Changes sample rate and channels. The chain starts afresh; audio calls that meet the change itself fail.
 */
int enhancer_set_audio_format(struct Enhancer *enhancer, int sample_rate, int channels);

/**
 * What the latest failed call on this thread met, one line; empty if none failed. Holds until the next one fails.
 */
const char *enhancer_last_error(void);

/**
 * The version of this interface. It grows with each change that a caller could notice.
 */
int enhancer_abi_version(void);

/**
 * Processes a block of audio. The output lags the input by `enhancer_latency_frames`.
 *
 * `output->data` is either NULL, and then points to buffers that the library lends until `enhancer_release_audio`, or to the
 * caller's buffers: the input's own (in place), or memory that overlaps nothing else. The output's other fields
 * get the input's values.
 *
 * # Safety
 * `input` and `output` are NULL (refused) or structs whose buffers have the channels and frames that `input` says.
 */
int enhancer_process_audio(struct Enhancer *enhancer,
                           const struct AudioBuffer *input,
                           struct AudioBuffer *output);

/**
 * The same with a preset: it is loaded unless it is in force already. NULL or empty keeps what is.
 *
 * In real-time processing the preset must be one of those that were there when it started, or were saved or loaded since.
 *
 * # Safety
 * As for `enhancer_process_audio`; `preset` is NULL or a C string.
 */
int enhancer_enhance_audio(struct Enhancer *enhancer,
                           const struct AudioBuffer *input,
                           const char *preset,
                           struct AudioBuffer *output);

/**
 * Processes interleaved samples in place: `frames * channels` of them, a frame's channels side by side. Any number of
 * frames, 0 included. This is the call for players.
 *
 * # Safety
 * `samples` is NULL (refused unless `frames` is 0) or has that many samples.
 */
int enhancer_process_interleaved_f32(struct Enhancer *enhancer,
                                     float *samples,
                                     int64_t frames,
                                     int64_t channels);

/**
 * The same for `double` samples. The chain's doors are `float`, whose steps lie 144 dB below full scale.
 *
 * # Safety
 * As for `enhancer_process_interleaved_f32`.
 */
int enhancer_process_interleaved_f64(struct Enhancer *enhancer,
                                     double *samples,
                                     int64_t frames,
                                     int64_t channels);

/**
 * Gives lent buffers back and sets `audio->data` to NULL.
 *
 * # Safety
 * `audio` is NULL (refused) or a struct.
 */
int enhancer_release_audio(struct Enhancer *enhancer, struct AudioBuffer *audio);

/**
 * Forgets the audio of the past before the next block, as after a seek. Not for the next track of a gapless album.
 */
int enhancer_reset(struct Enhancer *enhancer);

/**
 * Frames by which the output lags the input; −1 on failure. It depends on sample rate and `processing_quality` alone.
 */
int64_t enhancer_latency_frames(const struct Enhancer *enhancer);

/**
 * Processes independent recordings in parallel. Each is a stream of its own, and the latency is taken off.
 *
 * `inputs` and `outputs` are arrays of `count` structs; each output's `data` is the caller's, as for
 * `enhancer_process_audio`. `config_json` is what stands under `enhancer` in `enhancer_create`. `workers` is the number of
 * threads, 0 for as many as there are processors. If any buffer can't be processed, nothing is written.
 *
 * # Safety
 * The arrays have `count` structs, their buffers are valid, and outputs overlap nothing but their own inputs.
 */
int enhancer_process_batch(const char *config_json,
                           const struct AudioBuffer *inputs,
                           struct AudioBuffer *outputs,
                           int64_t count,
                           int64_t workers);

/**
 * The same in the instance's config. Where an output's `data` is NULL, buffers are lent.
 *
 * # Safety
 * As for `enhancer_process_batch`.
 */
int enhancer_process_parallel(struct Enhancer *enhancer,
                              const struct AudioBuffer *inputs,
                              struct AudioBuffer *outputs,
                              int64_t count);

/**
 * Measures a block of audio of any format.
 *
 * # Safety
 * `input` is NULL (refused) or valid audio; `analysis` is NULL (refused) or a struct to write.
 */
int enhancer_analyze_audio(struct Enhancer *enhancer,
                           const struct AudioBuffer *input,
                           struct AudioAnalysis *analysis);

/**
 * The spectrum of a block of audio of any format; of the latest output where `input` is NULL and real-time processing
 * was started with the spectrum on.
 *
 * # Safety
 * `input` is NULL or valid audio; `spectrum` is NULL (refused) or a struct to write.
 */
int enhancer_get_spectrum(struct Enhancer *enhancer,
                          const struct AudioBuffer *input,
                          struct SpectrumData *spectrum);

/**
 * Lists the presets: the factory's, then the user's. `presets` receives the address of an array, `count` its length;
 * `presets` may be NULL to ask for the number alone.
 *
 * # Safety
 * `presets` is NULL or an address to write; `count` is NULL (refused) or an `int` to write.
 */
int enhancer_get_presets(struct Enhancer *enhancer,
                         const struct PresetInfo **presets,
                         int *count);

/**
 * Lets a preset glide in.
 *
 * # Safety
 * `name` is NULL (refused) or a C string.
 */
int enhancer_load_preset(struct Enhancer *enhancer, const char *name);

/**
 * Saves a config under a name, for every program of the Audio Enhancer that this user runs. `config_json` is what stands
 * under `enhancer` in `enhancer_create`. A preset of the user's of that name is replaced; the factory's stay.
 *
 * Names have letters, digits, space, `-`, `_` and `.`, at most 64 bytes, no dot or space at either end.
 *
 * # Safety
 * Both are NULL (refused) or C strings.
 */
int enhancer_save_preset(struct Enhancer *enhancer,
                         const char *name,
                         const char *config_json);

/**
 * Deletes a preset of the user's.
 *
 * # Safety
 * `name` is NULL (refused) or a C string.
 */
int enhancer_delete_preset(struct Enhancer *enhancer, const char *name);

/**
 * What the library is.
 *
 * # Safety
 * `metadata` is NULL (refused) or a struct to write.
 */
int enhancer_get_metadata(struct Enhancer *enhancer, struct PluginMetadata *metadata);

/**
 * The config as JSON, every field written out: `enhancer_update_config` takes it. NULL on failure.
 */
const char *enhancer_get_config(struct Enhancer *enhancer);

/**
 * Takes over a config, to glide in at the next block: `enhancer` or `preset`, and `log_level`. What is left out of `enhancer`
 * takes its default. `sample_rate`, `channels` and `buffer_size` must be what they are.
 *
 * # Safety
 * `config_json` is NULL (refused) or a C string.
 */
int enhancer_update_config(struct Enhancer *enhancer,
                           const char *config_json);

/**
 * Every parameter as a JSON array of objects with `name`, `display_name`, `type` (`float`, `switch`, `choice`), `value`, `min`, `max`,
 * `default`, `unit`, `description`, and of a choice `choices`. NULL on failure.
 */
const char *enhancer_get_parameters(struct Enhancer *enhancer);

/**
 * Sets a parameter, such as `limiter.ceiling` or `equalizer.bands.2.gain`, in its unit; a switch to 0 or 1, a choice to the
 * index of its label. Nothing is clamped: a value out of range is refused.
 *
 * # Safety
 * `name` is NULL (refused) or a C string.
 */
int enhancer_set_parameter(struct Enhancer *enhancer,
                           const char *name,
                           double value);

/**
 * Reads a parameter.
 *
 * # Safety
 * `name` is NULL (refused) or a C string; `value` is NULL (refused) or a `double` to write.
 */
int enhancer_get_parameter(struct Enhancer *enhancer, const char *name, double *value);

/**
 * Common formats as a JSON array of objects with `sample_rate`, `channels`, `bit_depth`, `format`. Every rate from 8 to 384 kHz
 * works. NULL on failure.
 */
const char *enhancer_get_supported_formats(struct Enhancer *enhancer);

/**
 * Metrics as JSON: under `operations` each one's `count`, `total_ns`, `min_ns`, `max_ns`, `last_ns`, `average_ns`; `frames`,
 * `errors`, `memory`. NULL on failure.
 */
const char *enhancer_get_metrics(struct Enhancer *enhancer);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* AUDIO_ENHANCER_H */
