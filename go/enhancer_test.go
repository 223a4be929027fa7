package audioenhancer

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"audioenhancer/api"
	"audioenhancer/internal/testlibrary"
)

func library(t testing.TB) *Library {
	t.Helper()
	library, err := Open(testlibrary.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// started returns a running enhancer.
func started(t testing.TB, settings Settings) *Enhancer {
	t.Helper()
	settings.LogLevel = "off"
	settings.PresetFolder = t.TempDir()
	enhancer, err := library(t).Start(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { enhancer.Close() })
	return enhancer
}

// silent returns a config with every stage off.
func silent(t testing.TB) api.EnhancerConfig {
	t.Helper()
	config, err := library(t).DefaultConfig()
	if err != nil {
		t.Fatal(err)
	}
	config.Equalizer.Enabled, config.Limiter.Enabled = false, false
	return config
}

func sine(channels, frames int, amplitude float64) *api.AudioBuffer {
	buffer := &api.AudioBuffer{SampleRate: 44100, Channels: channels, Frames: frames, Timestamp: time.Unix(7, 0)}
	for channel := 0; channel < channels; channel++ {
		samples := make([]float32, frames)
		for n := range samples {
			samples[n] = float32(amplitude * math.Sin(2*math.Pi*441*float64(n)/44100))
		}
		buffer.Data = append(buffer.Data, samples)
	}
	return buffer
}

func TestAnImpulseIsDelayedByTheLatency(t *testing.T) {
	config := silent(t)
	config.MasterGain = -6
	enhancer := started(t, Settings{Enhancer: &config})
	latency, err := enhancer.LatencyFrames()
	if err != nil || latency <= 0 {
		t.Fatal(latency, err)
	}
	samples := make([][2]float64, 2*latency)
	samples[0] = [2]float64{0.5, -0.25}
	if err := enhancer.ProcessStereo(samples); err != nil {
		t.Fatal(err)
	}
	gain := math.Pow(10, -6.0/20)
	for n, frame := range samples {
		expected := [2]float64{}
		if n == latency {
			expected = [2]float64{0.5 * gain, -0.25 * gain}
		}
		if math.Abs(frame[0]-expected[0]) > 1e-7 || math.Abs(frame[1]-expected[1]) > 1e-7 {
			t.Fatalf("frame %d is %v, not %v", n, frame, expected)
		}
	}
}

func TestPlanarAndInterleavedProcessingGiveTheSameSamples(t *testing.T) {
	planar, interleaved := started(t, Settings{Preset: "rock"}), started(t, Settings{Preset: "rock"})
	inPlace := started(t, Settings{Preset: "rock"})
	for block := 0; block < 5; block++ {
		input := sine(2, 300+block, 0.8)
		samples := make([]float32, 0, 2*input.Frames)
		for n := range input.Data[0] {
			samples = append(samples, input.Data[0][n], input.Data[1][n])
		}
		output, err := planar.ProcessAudio(input)
		if err != nil {
			t.Fatal(err)
		}
		if err := interleaved.ProcessInterleaved(samples, 2); err != nil {
			t.Fatal(err)
		}
		if err := inPlace.ProcessInto(input, input); err != nil {
			t.Fatal(err)
		}
		for n := range output.Data[0] {
			if output.Data[0][n] != samples[2*n] || output.Data[1][n] != samples[2*n+1] || input.Data[0][n] != samples[2*n] {
				t.Fatalf("block %d differs at frame %d", block, n)
			}
		}
		if output.SampleRate != 44100 || output.Frames != input.Frames || !output.Timestamp.Equal(input.Timestamp) {
			t.Fatal(output)
		}
	}
}

func TestTheLifeOfAPluginFollowsTheGuide(t *testing.T) {
	ctx := context.Background()
	enhancer, err := library(t).New()
	if err != nil {
		t.Fatal(err)
	}
	var plugin api.AudioEnhancer = enhancer
	if plugin.ID() != "audio-enhancer" || plugin.Name() == "" || plugin.Version() == "" || plugin.Description() == "" {
		t.Error(plugin.GetMetadata())
	}
	if plugin.Status() != api.StatusUnknown || plugin.Start(ctx) == nil || plugin.GetConfig() != nil {
		t.Error("the plugin started before Initialize")
	}
	folder := t.TempDir()
	config := api.Config{"sample_rate": 48000, "channels": 1, "preset_folder": folder, "log_level": "off", "preset": "warm"}
	if err := plugin.Initialize(ctx, config); err != nil {
		t.Fatal(err)
	}
	if plugin.Status() != api.StatusInitializing || plugin.HealthCheck() == nil {
		t.Error("the plugin runs before Start")
	}
	if err := plugin.Start(ctx); err != nil || plugin.Status() != api.StatusRunning || plugin.HealthCheck() != nil {
		t.Fatal(err)
	}
	var call *CallError
	if _, err := plugin.ProcessAudio(sine(2, 10, 1)); !errors.As(err, &call) || !strings.Contains(call.Message, "channel count mismatch") {
		t.Error(err)
	}
	if err := plugin.SetAudioFormat(api.AudioFormat{SampleRate: 44100, Channels: 2}); err != nil {
		t.Fatal(err)
	}
	output, err := plugin.EnhanceAudio(sine(2, 1000, 0.5), "flat")
	if err != nil || output.Frames != 1000 {
		t.Fatal(err)
	}
	if _, err := plugin.EnhanceAudio(sine(2, 10, 0.5), "no such"); err == nil {
		t.Error("an unknown preset was accepted")
	}
	read := plugin.GetConfig()
	if read["sample_rate"] != 44100.0 || plugin.UpdateConfig(read) != nil {
		t.Error(read)
	}
	if err := plugin.UpdateConfig(api.Config{"sample_rate": 96000}); err == nil {
		t.Error("UpdateConfig changed the sample rate")
	}
	if len(plugin.GetSupportedFormats()) < 50 {
		t.Error("fewer than 50 formats")
	}
	if err := plugin.Stop(ctx); err != nil || plugin.Stop(ctx) == nil || plugin.Status() != api.StatusStopped {
		t.Error(err)
	}
	if plugin.Start(ctx) != nil || plugin.Cleanup() != nil || plugin.Cleanup() != nil {
		t.Error("the plugin did not start again, or Cleanup failed")
	}
	if plugin.Status() != api.StatusUnknown || !errors.Is(plugin.Start(ctx), ErrClosed) || plugin.GetPresets() != nil {
		t.Error("the plugin works after Cleanup")
	}
	if _, err := plugin.ProcessAudio(sine(2, 10, 1)); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestAStreamEndsWithItsInputOrStop(t *testing.T) {
	enhancer := started(t, Settings{})
	input, output := make(chan *api.AudioBuffer), make(chan *api.AudioBuffer)
	result := make(chan error)
	go func() { result <- enhancer.ProcessAudioStream(input, output) }()
	for n := 1; n < 4; n++ {
		input <- sine(2, 100*n, 0.1)
		if got := <-output; got.Frames != 100*n {
			t.Error(got.Frames)
		}
	}
	close(input)
	if err := <-result; err != nil {
		t.Error(err)
	}
	if err := enhancer.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := enhancer.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	go func() { result <- enhancer.ProcessAudioStream(make(chan *api.AudioBuffer), output) }()
	time.Sleep(10 * time.Millisecond)
	if err := enhancer.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestPresetsAreListedSavedAndDeleted(t *testing.T) {
	enhancer := started(t, Settings{})
	presets, err := enhancer.Presets()
	if err != nil || len(presets) < 24 || presets[0].Name != "flat" || len(presets[1].Tags) == 0 {
		t.Fatal(presets, err)
	}
	for _, preset := range presets {
		if err := enhancer.LoadPreset(preset.Name); err != nil {
			t.Error(err)
		}
		if err := enhancer.SavePreset("copy of "+preset.Name, preset.Config); err != nil {
			t.Error(err)
		}
	}
	again, _ := enhancer.Presets()
	if len(again) != 2*len(presets) {
		t.Error(len(again))
	}
	for index, preset := range presets {
		copied := again[len(presets):]
		found := false
		for _, other := range copied {
			found = found || other.Name == "copy of "+preset.Name && equalConfigs(t, other.Config, preset.Config)
		}
		if !found {
			t.Errorf("%d: %s changed when it was saved", index, preset.Name)
		}
	}
	if err := enhancer.DeletePreset("copy of warm"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"copy of warm", "../x", "/etc/passwd", "", "flat\x00", strings.Repeat("x", 10000), "\xff"} {
		if enhancer.LoadPreset(name) == nil || enhancer.DeletePreset(name) == nil {
			t.Errorf("%q was accepted", name)
		}
	}
	if err := enhancer.SavePreset("flat", presets[1].Config); err == nil {
		t.Error("a factory preset was replaced")
	}
}

func TestParametersHaveGoTypes(t *testing.T) {
	enhancer := started(t, Settings{})
	for _, parameter := range enhancer.GetParameters() {
		value, err := enhancer.GetParameter(parameter.Name)
		if err != nil || value != parameter.Value {
			t.Error(parameter.Name, value, parameter.Value, err)
		}
		if err := enhancer.SetParameter(parameter.Name, parameter.DefaultValue); err != nil {
			t.Error(err)
		}
	}
	for name, value := range map[string]interface{}{
		"master_gain": -3.5, "compressor.enabled": true, "processing_quality": "best", "equalizer.bands.3.type": "highshelf",
	} {
		if err := enhancer.SetParameter(name, value); err != nil {
			t.Error(err)
		}
		if got, err := enhancer.GetParameter(name); got != value {
			t.Error(name, got, err)
		}
	}
	for name, value := range map[string]interface{}{
		"master_gain": 25.0, "compressor.enabled": "on", "processing_quality": "better", "equalizer.bands.16.gain": 0.0,
		"limiter.ceiling": math.NaN(), "compressor.ratio": math.Inf(1), "compressor.knee": "soft", "no": 1, "a\x00": 1,
		"compressor.detector": 0.5, "equalizer.enabled": nil,
	} {
		if enhancer.SetParameter(name, value) == nil {
			t.Errorf("%s accepted %v", name, value)
		}
	}
}

func TestRejectsBuffersThatDifferFromTheirFields(t *testing.T) {
	enhancer := started(t, Settings{})
	short := sine(2, 100, 1)
	short.Data[1] = short.Data[1][:99]
	one := sine(2, 100, 1)
	one.Data = one.Data[:1]
	empty := sine(2, 0, 1)
	for name, buffer := range map[string]*api.AudioBuffer{"nil": nil, "short": short, "one channel": one, "empty": empty} {
		if _, err := enhancer.ProcessAudio(buffer); err == nil {
			t.Error(name)
		}
		if _, err := enhancer.AnalyzeAudio(buffer); err == nil {
			t.Error(name)
		}
	}
	var wrong *BufferError
	if _, err := enhancer.ProcessAudio(short); !errors.As(err, &wrong) || wrong.Channel != 1 || wrong.Actual != 99 {
		t.Error(wrong)
	}
	if enhancer.ProcessInterleaved(make([]float32, 5), 2) == nil || enhancer.ProcessInterleaved(nil, 0) == nil {
		t.Error("an incomplete frame was accepted")
	}
	if enhancer.ProcessStereo(nil) != nil {
		t.Error("zero frames are valid")
	}
}

func equalConfigs(t *testing.T, a, b api.EnhancerConfig) bool {
	t.Helper()
	return marshal(t, a) == marshal(t, b)
}
