/* Runs through the whole life of both layers, twice, and prints each failed check. Exit code: 0 if all checks
 * hold, 1 if one fails, 2 for wrong arguments.
 *
 * Usage: client FOLDER, where FOLDER is for presets. */

#include "audio_enhancer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES 480 /* ten periods of the sine */
#define RATE 48000

static int failures = 0;

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s does not hold; last error: %s\n", __FILE__, __LINE__, #condition, \
                    enhancer_last_error());                                                        \
            failures++;                                                                            \
        }                                                                                          \
    } while (0)

static char config[4096];

/* A block of stereo audio in the caller's memory. */
typedef struct {
    float left[FRAMES], right[FRAMES];
    float *channels[2];
    AudioBuffer buffer;
} Stereo;

static void sine(Stereo *stereo, double start) {
    for (int n = 0; n < FRAMES; n++) {
        stereo->left[n] = (float)(0.5 * sin(2 * 3.14159265358979 * 1000 * (start + n) / RATE));
        stereo->right[n] = -stereo->left[n];
    }
    stereo->channels[0] = stereo->left;
    stereo->channels[1] = stereo->right;
    AudioBuffer buffer = {stereo->channels, RATE, 2, FRAMES, 7};
    stereo->buffer = buffer;
}

static double rms(const float *samples) {
    double sum = 0;
    for (int n = 0; n < FRAMES; n++) sum += (double)samples[n] * samples[n];
    return sqrt(sum / FRAMES);
}

static void check_results(int count, const PresetInfo *presets, const AudioAnalysis *analysis,
                          const SpectrumData *spectrum, const PluginMetadata *metadata) {
    EXPECT(count >= 24 && strcmp(presets[0].name, "flat") == 0);
    int found = 0;
    for (int n = 0; n < count; n++) {
        EXPECT(presets[n].config_json[0] == '{' && presets[n].tags_json[0] == '[');
        EXPECT(strlen(presets[n].category) > 0);
        found += strcmp(presets[n].name, "from C") == 0;
    }
    EXPECT(found == 1);
    EXPECT(fabs(analysis->rms - 0.5 / sqrt(2)) < 0.01 && fabs(analysis->peak - 0.5) < 1e-3);
    EXPECT(analysis->spectrum_len > 100 && strstr(analysis->features_json, "crest_factor_db") != NULL);
    EXPECT(analysis->timestamp_ns == 7);
    int loudest = 0;
    for (int n = 0; n < spectrum->len; n++)
        if (spectrum->magnitudes_db[n] > spectrum->magnitudes_db[loudest]) loudest = n;
    EXPECT(fabs(spectrum->frequencies_hz[loudest] - 1000) < 100 && spectrum->sample_rate == RATE);
    EXPECT(spectrum->fft_size == 2 * (spectrum->len - 1));
    EXPECT(strcmp(metadata->id, "audio-enhancer") == 0 && metadata->metadata_json[0] == '{');
    EXPECT(strchr(metadata->version, '.') != NULL && metadata->capabilities_json[0] == '[');
}

static void layer_1(void) {
    static Stereo in, out;
    double value = 0;
    int count = 0;
    const PresetInfo *presets = NULL;
    AudioAnalysis analysis;
    SpectrumData spectrum, live;
    PluginMetadata metadata;

    EXPECT(PluginGetStatus() == 0);
    EXPECT(PluginCreate() != 0);
    EXPECT(PluginCreate() == 0 && strlen(PluginLastError()) > 0);
    EXPECT(PluginStart() == -1);
    EXPECT(PluginInitialize(config) == 0 && PluginGetStatus() == 1);
    EXPECT(PluginHealthCheck() == -1);
    EXPECT(PluginStart() == 0 && PluginGetStatus() == 2 && PluginHealthCheck() == 0);
    EXPECT(PluginSetParameter("master_gain", -6.0) == 0);
    EXPECT(PluginGetParameter("master_gain", &value) == 0 && value == -6.0);

    sine(&in, 0);
    sine(&out, 0);
    for (int block = 0; block < 20; block++) {
        sine(&in, block * FRAMES);
        EXPECT(PluginProcessAudio((uintptr_t)&in.buffer, (uintptr_t)&out.buffer) == 0);
    }
    EXPECT(fabs(rms(out.left) - 0.5 / sqrt(2) * pow(10, -6.0 / 20)) < 1e-3);
    EXPECT(out.buffer.timestamp_ns == 7 && out.buffer.data == out.channels);
    /* In place, then with lent buffers. */
    EXPECT(PluginProcessAudio((uintptr_t)&in.buffer, (uintptr_t)&in.buffer) == 0);
    AudioBuffer lent = {0};
    EXPECT(PluginEnhanceAudio((uintptr_t)&in.buffer, "warm", (uintptr_t)&lent) == 0);
    EXPECT(lent.data != NULL && lent.frames == FRAMES && lent.channels == 2);
    PluginReleaseAudio((uintptr_t)&lent);
    EXPECT(lent.data == NULL);

    EXPECT(PluginSavePreset("from C", "{\"master_gain\": 1.5}") == 0);
    EXPECT(PluginLoadPreset("from C") == 0);
    EXPECT(PluginGetParameter("master_gain", &value) == 0 && value == 1.5);
    sine(&in, 0);
    EXPECT(PluginGetPresets((uintptr_t)&presets, &count) == 0);
    EXPECT(PluginAnalyzeAudio((uintptr_t)&in.buffer, (uintptr_t)&analysis) == 0);
    EXPECT(PluginGetSpectrum((uintptr_t)&in.buffer, (uintptr_t)&spectrum) == 0);
    EXPECT(PluginGetMetadata((uintptr_t)&metadata) == 0);
    if (!failures) check_results(count, presets, &analysis, &spectrum, &metadata);
    EXPECT(PluginDeletePreset("from C") == 0 && PluginDeletePreset("from C") == -1);

    EXPECT(PluginGetSpectrum(0, (uintptr_t)&live) == -1);
    EXPECT(PluginStartRealTimeProcessing("{\"buffer_size\": 512, \"spectrum\": true}") == 0);
    EXPECT(PluginProcessAudio((uintptr_t)&in.buffer, (uintptr_t)&out.buffer) == 0);
    EXPECT(PluginGetSpectrum(0, (uintptr_t)&live) == 0 && live.len > 100);
    EXPECT(PluginStopRealTimeProcessing() == 0);

    AudioBuffer inputs[2] = {in.buffer, in.buffer}, outputs[2] = {{0}, {0}};
    EXPECT(PluginProcessAudioParallel((uintptr_t)inputs, (uintptr_t)outputs, 2) == 0);
    EXPECT(memcmp(outputs[0].data[0], outputs[1].data[0], FRAMES * sizeof(float)) == 0);
    PluginReleaseAudio((uintptr_t)&outputs[0]);
    PluginReleaseAudio((uintptr_t)&outputs[1]);

    EXPECT(PluginUpdateConfig("{\"enhancer\": {\"bypass_all\": true}}") == 0);
    EXPECT(strstr(PluginGetConfig(), "\"bypass_all\":true") != NULL);
    EXPECT(PluginGetParameters()[0] == '[' && PluginGetSupportedFormats()[0] == '[');
    EXPECT(strstr(PluginGetMetrics(), "process_audio") != NULL);
    EXPECT(PluginSetAudioFormat(44100, 1) == 0);
    EXPECT(PluginProcessAudio((uintptr_t)&in.buffer, (uintptr_t)&out.buffer) == -1);
    EXPECT(strstr(PluginLastError(), "channel count mismatch") != NULL);
    EXPECT(PluginStop() == 0 && PluginGetStatus() == 3 && PluginStop() == -1);
    EXPECT(PluginStart() == 0 && PluginStop() == 0);
    EXPECT(PluginAbiVersion() == 1);
    PluginDestroy();
    PluginDestroy();
    EXPECT(PluginStart() == -1 && PluginGetStatus() == 0);
}

static void layer_2(void) {
    static Stereo in, out;
    EXPECT(enhancer_create("{\"sample_rate\": 1}") == NULL);
    Enhancer *first = enhancer_create(config), *second = enhancer_create(config);
    EXPECT(first != NULL && second != NULL && first != second);
    EXPECT(enhancer_start(first) == 0 && enhancer_start(second) == 0);
    EXPECT(enhancer_get_status(first) == 2 && enhancer_health_check(second) == 0);
    EXPECT(enhancer_latency_frames(first) > 0);

    /* Planar and interleaved processing give the same samples. */
    float *interleaved = malloc(2 * FRAMES * sizeof *interleaved);
    double *wide = malloc(2 * FRAMES * sizeof *wide);
    for (int block = 0; block < 4; block++) {
        sine(&in, block * FRAMES);
        sine(&out, 0);
        for (int n = 0; n < FRAMES; n++) {
            interleaved[2 * n] = in.left[n];
            interleaved[2 * n + 1] = in.right[n];
        }
        EXPECT(enhancer_process_audio(first, &in.buffer, &out.buffer) == 0);
        EXPECT(enhancer_process_interleaved_f32(second, interleaved, FRAMES, 2) == 0);
        for (int n = 0; n < FRAMES; n++)
            if (out.left[n] != interleaved[2 * n] || out.right[n] != interleaved[2 * n + 1]) {
                EXPECT(!"planar and interleaved samples are equal");
                break;
            }
    }
    EXPECT(enhancer_reset(first) == 0);
    memset(wide, 0, 2 * FRAMES * sizeof *wide);
    EXPECT(enhancer_process_interleaved_f64(first, wide, FRAMES, 2) == 0);
    for (int n = 0; n < 2 * FRAMES; n++) EXPECT(wide[n] == 0);
    EXPECT(enhancer_process_interleaved_f64(first, NULL, 0, 2) == 0);

    float *copy[2] = {out.left, out.right};
    AudioBuffer input = in.buffer, output = {copy, 0, 0, 0, 0};
    EXPECT(enhancer_process_batch("{}", &input, &output, 1, 2) == 0);
    EXPECT(fabs(rms(out.left) - rms(in.left)) < 0.05);

    enhancer_destroy(first);
    enhancer_destroy(first);
    EXPECT(enhancer_start(first) == -1 && enhancer_start(NULL) == -1);
    EXPECT(enhancer_stop(second) == 0);
    EXPECT(enhancer_initialize(second, config) == 0 && enhancer_start(second) == 0);
    enhancer_destroy(second);
    free(interleaved);
    free(wide);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: client FOLDER\n");
        return 2;
    }
    snprintf(config, sizeof config,
             "{\"sample_rate\": %d, \"channels\": 2, \"buffer_size\": %d, \"log_level\": \"debug\", \"preset_folder\": \"%s\"}",
             RATE, FRAMES, argv[1]);
    for (int life = 0; life < 2; life++) {
        layer_1();
        layer_2();
    }
    if (failures) fprintf(stderr, "%d failures\n", failures);
    return failures != 0;
}
