package audioenhancer

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"audioenhancer/api"
)

func TestParametersAreDescribed(t *testing.T) {
	enhancer := started(t, Settings{})
	byName := map[string]api.Parameter{}
	for _, parameter := range enhancer.GetParameters() {
		byName[parameter.Name] = parameter
		if parameter.DisplayName == "" || parameter.DisplayName == parameter.Name || parameter.Description == "" {
			t.Error(parameter)
		}
		if parameter.Type != "float" && (parameter.MinValue != nil || parameter.MaxValue != nil) {
			t.Error(parameter)
		}
	}
	gain, quality, bypass := byName["master_gain"], byName["processing_quality"], byName["bypass_all"]
	if gain.Type != "float" || gain.Unit != "dB" || gain.MinValue != -24.0 || gain.MaxValue != 24.0 || gain.DefaultValue != 0.0 {
		t.Error(gain)
	}
	if quality.Type != "choice" || !reflect.DeepEqual(quality.Choices, []string{"draft", "good", "best"}) || quality.Value != "good" {
		t.Error(quality)
	}
	if bypass.Type != "switch" || bypass.Value != false || bypass.DefaultValue != false || bypass.Choices != nil {
		t.Error(bypass)
	}
}

func TestSetParameterAcceptsEveryNumberType(t *testing.T) {
	enhancer := started(t, Settings{})
	for _, value := range []interface{}{-7.0, float32(-6), -5, int64(-4), json.Number("-3")} {
		if err := enhancer.SetParameter("master_gain", value); err != nil {
			t.Error(err)
		}
		expected := reflect.ValueOf(value)
		number := -3.0
		if expected.CanConvert(reflect.TypeOf(number)) {
			number = expected.Convert(reflect.TypeOf(number)).Float()
		}
		if got, err := enhancer.GetParameter("master_gain"); got != number || err != nil {
			t.Errorf("%T %v reads back as %v, %v", value, value, got, err)
		}
	}
	for _, value := range []bool{true, false} {
		if err := enhancer.SetParameter("bypass_all", value); err != nil {
			t.Error(err)
		}
		if got, err := enhancer.GetParameter("bypass_all"); got != value || err != nil {
			t.Error(got, err)
		}
	}
}

func TestMessagesNameTheValidValues(t *testing.T) {
	enhancer := started(t, Settings{})
	cyclic := api.Config{"enhancer": math.NaN()}
	for expected, call := range map[string]func() error{
		"`bypass_all` can't be on; pass true or false":                        func() error { return enhancer.SetParameter("bypass_all", "on") },
		"`master_gain` can't be true; pass a number":                          func() error { return enhancer.SetParameter("master_gain", true) },
		"`processing_quality` can't be better; pass one of draft, good, best": func() error { return enhancer.SetParameter("processing_quality", "better") },
		"SetParameter: a name can't contain a NUL":                            func() error { return enhancer.SetParameter("master_gain\x00", 1.0) },
		"GetParameter: a name can't contain a NUL":                            func() error { _, err := enhancer.GetParameter("master_gain\x00"); return err },
		"SavePreset: a name can't contain a NUL":                              func() error { return enhancer.SavePreset("mine\x00", silent(t)) },
		"LoadPreset: a name can't contain a NUL":                              func() error { return enhancer.LoadPreset("warm\x00") },
		"UpdateConfig: the config can't be encoded as JSON":                   func() error { return enhancer.UpdateConfig(cyclic) },
		"samples are float32; convert int16": func() error {
			return enhancer.SetAudioFormat(api.AudioFormat{SampleRate: 44100, Channels: 2, Format: "int16"})
		},
		"EnhanceAudio: a name can't contain a NUL":       func() error { _, err := enhancer.EnhanceAudio(sine(2, 10, 1), "warm\x00"); return err },
		"ProcessAudio: the buffer is nil":                func() error { _, err := enhancer.ProcessAudio(nil); return err },
		"AnalyzeAudio: the buffer is nil":                func() error { _, err := enhancer.AnalyzeAudio(nil); return err },
		"the output's channels differ from the input's":  func() error { return enhancer.ProcessInto(sine(2, 10, 1), nil) },
		"the output's channels differ from the input's;": func() error { return enhancer.ProcessInto(sine(2, 10, 1), sine(1, 10, 1)) },
		"channel 0 has 9 frames, but 10 are expected":    func() error { return enhancer.ProcessInto(sine(2, 10, 1), sine(2, 9, 1)) },
		"channel 0 has 11 frames, but 10 are expected":   func() error { return enhancer.ProcessInto(sine(2, 10, 1), sine(2, 11, 1)) },
		"the samples are not a whole number of frames":   func() error { return enhancer.ProcessInterleaved(make([]float32, 5), 2) },
		"the samples are not a whole number of frames;":  func() error { return enhancer.ProcessInterleaved(nil, 0) },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%v does not contain %q", err, expected)
		}
	}
	var failed *CallError
	if _, err := library(t).ProcessBatch(silent(t), []*api.AudioBuffer{sine(1, 10, 1)}, -1); !errors.As(err, &failed) || failed.Call != "ProcessBatch" {
		t.Error(err)
	}
	invalid := silent(t)
	invalid.MasterGain = math.Inf(1)
	if err := enhancer.SavePreset("mine", invalid); err == nil {
		t.Error("an infinite gain was saved")
	}
	if _, err := library(t).Start(Settings{Enhancer: &invalid}); err == nil {
		t.Error("an infinite gain was accepted")
	}
	if _, err := library(t).ProcessBatch(invalid, nil, 0); err == nil {
		t.Error("an infinite gain was accepted by a batch")
	}
}

func TestSetAudioFormatAcceptsTheListedFormats(t *testing.T) {
	enhancer := started(t, Settings{})
	for _, format := range enhancer.GetSupportedFormats() {
		if err := enhancer.SetAudioFormat(format); err != nil {
			t.Error(format, err)
		}
		config := enhancer.GetConfig()
		if config["sample_rate"] != float64(format.SampleRate) || config["channels"] != float64(format.Channels) || format.BitDepth != 32 {
			t.Error(format, config["sample_rate"], config["channels"])
		}
	}
	if err := enhancer.SetAudioFormat(api.AudioFormat{SampleRate: 44100, Channels: 2, Format: "float32"}); err != nil {
		t.Error(err)
	}
	const wrapped = 1 << 32
	for _, format := range []api.AudioFormat{
		{SampleRate: wrapped + 44100, Channels: 2}, {SampleRate: 44100 - wrapped, Channels: 2},
		{SampleRate: 44100, Channels: wrapped + 2}, {SampleRate: 44100, Channels: 2 - wrapped},
		{SampleRate: 0, Channels: 2}, {SampleRate: 44100},
	} {
		if enhancer.SetAudioFormat(format) == nil {
			t.Error(format, "was accepted")
		}
	}
}

func TestRejectsBuffersWithTooManyFramesOrChannels(t *testing.T) {
	enhancer := started(t, Settings{})
	long := sine(2, 100, 1)
	long.Frames = 99
	var wrong *BufferError
	if _, err := enhancer.ProcessAudio(long); !errors.As(err, &wrong) || *wrong != (BufferError{0, 99, 100}) {
		t.Error(err)
	}
	if _, err := enhancer.ProcessAudio(sine(9, 10, 1)); !errors.As(err, &wrong) || *wrong != (BufferError{-1, 9, 9}) {
		t.Error(err)
	}
	one := sine(2, 10, 1)
	one.Channels = 1
	if _, err := enhancer.ProcessAudio(one); !errors.As(err, &wrong) || !strings.Contains(wrong.Error(), "has 2 channels, but Channels is 1") {
		t.Error(err)
	}
	if _, err := enhancer.ProcessAudio(sine(2, 0, 1)); !errors.As(err, &wrong) {
		t.Error(err)
	}
	if _, err := enhancer.GetSpectrum(one); !errors.As(err, &wrong) {
		t.Error(err)
	}
}

func TestChannelsOfANewBufferDoNotShareMemory(t *testing.T) {
	output, err := started(t, Settings{}).ProcessAudio(sine(2, 100, 0.5))
	if err != nil {
		t.Fatal(err)
	}
	right := append([]float32(nil), output.Data[1]...)
	_ = append(output.Data[0], 7)
	if !reflect.DeepEqual(output.Data[1], right) {
		t.Error("a sample appended to one channel was written into the other")
	}
}

func TestOutputsHaveTheFormatAndTimeOfTheInput(t *testing.T) {
	enhancer := started(t, Settings{})
	input, output := sine(2, 100, 0.5), sine(2, 100, 0)
	output.Timestamp, output.SampleRate, output.Channels, output.Frames = time.Time{}, 1, 1, 1
	if err := enhancer.ProcessInto(input, output); err != nil {
		t.Fatal(err)
	}
	outputs, err := library(t).ProcessBatch(silent(t), []*api.AudioBuffer{input}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range append(outputs, output) {
		if got.SampleRate != 44100 || got.Channels != 2 || got.Frames != 100 || !got.Timestamp.Equal(input.Timestamp) {
			t.Error(got)
		}
	}
	if unixNano(time.Time{}) != 0 || unixNano(time.Unix(7, 5)) != 7_000_000_005 {
		t.Error("unixNano is wrong")
	}
}

func TestResultsDoNotChangeAfterLaterCalls(t *testing.T) {
	enhancer := started(t, Settings{})
	first, err := enhancer.AnalyzeAudio(sine(2, 44100, 1))
	if err != nil {
		t.Fatal(err)
	}
	spectrum, err := enhancer.GetSpectrum(sine(2, 44100, 1))
	if err != nil {
		t.Fatal(err)
	}
	kept := marshal(t, first) + marshal(t, spectrum)
	for round := 0; round < 20; round++ {
		other, err := enhancer.AnalyzeAudio(sine(1, 5000+10*round, 0.001))
		if err != nil || other.Peak > 0.0011 {
			t.Fatal(other, err)
		}
		if _, err := enhancer.GetSpectrum(sine(1, 5000, 0.001)); err != nil {
			t.Fatal(err)
		}
	}
	if marshal(t, first)+marshal(t, spectrum) != kept {
		t.Error("a result changed after the next call")
	}
	if !first.Timestamp.Equal(time.Unix(7, 0)) || !spectrum.Timestamp.Equal(time.Unix(7, 0)) {
		t.Error(first.Timestamp, spectrum.Timestamp)
	}
	last := len(spectrum.Frequencies) - 1
	if spectrum.Frequencies[0] != 0 || spectrum.Frequencies[last] != 22050 || len(first.Spectrum) < 1000 {
		t.Error(spectrum.Frequencies[0], spectrum.Frequencies[last], len(first.Spectrum))
	}
	// The dynamic range of a sine is 0 dB. With peaks 20 dB above the sine it is 20 dB.
	clicking := sine(1, 20*44100, 0.1)
	for n := 0; n < 20; n++ {
		clicking.Data[0][n*44100] = 1
	}
	if analysis, err := enhancer.AnalyzeAudio(clicking); err != nil || math.Abs(analysis.DynamicRange-20) > 1 {
		t.Error(analysis.DynamicRange, err)
	}
	if err := enhancer.StartRealTimeProcessing(api.RealTimeConfig{Spectrum: true}); err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	live, err := enhancer.GetSpectrum(nil)
	if err != nil || live.Timestamp.Before(before) || live.Timestamp.After(time.Now()) {
		t.Error(live, err)
	}
}

func TestMetricsCountFramesAndCalls(t *testing.T) {
	enhancer := started(t, Settings{})
	for n := 0; n < 3; n++ {
		if err := enhancer.ProcessStereo(make([][2]float64, 100)); err != nil {
			t.Fatal(err)
		}
	}
	metrics, err := enhancer.Metrics()
	if err != nil {
		t.Fatal(err)
	}
	times := metrics["operations"].(map[string]interface{})["process_interleaved"].(map[string]interface{})
	if metrics["frames"] != 300.0 || times["count"] != 3.0 {
		t.Error(metrics)
	}
}

// repository decodes a JSON file of this repository.
func repository(t *testing.T, path string, into interface{}) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", path))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func TestThePresetsMatchTheirFiles(t *testing.T) {
	for _, preset := range started(t, Settings{}).GetPresets() {
		var file api.PresetInfo
		repository(t, filepath.Join("presets", preset.Name+".json"), &file)
		if preset.Name != file.Name || preset.Description != file.Description || preset.Category != file.Category || !reflect.DeepEqual(preset.Tags, file.Tags) {
			t.Error(preset, file)
		}
		if preset.Config.MasterGain != file.Config.MasterGain || preset.Config.ProcessingQuality == "" {
			t.Error(preset.Config)
		}
	}
}

func TestTheMetadataMatchTheManifest(t *testing.T) {
	enhancer := waiting(t)
	var manifest api.PluginMetadata
	repository(t, "crates/enhancer-musicfox/plugin.json", &manifest)
	got := enhancer.GetMetadata()
	manifest.Capabilities, manifest.Metadata = got.Capabilities, got.Metadata
	if !reflect.DeepEqual(got, manifest) || !reflect.DeepEqual(got.Capabilities[:3], []string{"audio-processing", "real-time", "presets"}) || got.Metadata["max_channels"] != 8.0 {
		t.Error(got)
	}
	if enhancer.ID() != got.ID || enhancer.Name() != got.Name || enhancer.Version() != got.Version || enhancer.Description() != got.Description {
		t.Error(enhancer.ID(), enhancer.Name(), enhancer.Version(), enhancer.Description())
	}
}
