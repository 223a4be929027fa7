package audioenhancer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"audioenhancer/api"
)

// waiting returns an enhancer that is not initialized.
func waiting(t testing.TB) *Enhancer {
	t.Helper()
	enhancer, err := library(t).New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { enhancer.Close() })
	return enhancer
}

func TestAnEndedContextChangesNothing(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	enhancer := waiting(t)
	if err := enhancer.Initialize(ended, nil); !errors.Is(err, context.Canceled) || enhancer.Status() != api.StatusUnknown {
		t.Error(err, enhancer.Status())
	}
	if err := enhancer.Initialize(context.Background(), api.Config{"log_level": "off"}); err != nil {
		t.Fatal(err)
	}
	if err := enhancer.Start(ended); !errors.Is(err, context.Canceled) || enhancer.Status() != api.StatusInitializing {
		t.Error(err, enhancer.Status())
	}
}

func TestANilConfigMeansDefaults(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	enhancer := waiting(t)
	if err := enhancer.Initialize(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	before := marshal(t, enhancer.GetConfig())
	if err := enhancer.UpdateConfig(nil); err != nil || marshal(t, enhancer.GetConfig()) != before {
		t.Error(err, enhancer.GetConfig())
	}
}

func TestSettingsReachTheLibrary(t *testing.T) {
	enhancer := started(t, Settings{SampleRate: 96000, Channels: 1, BufferSize: 333, Preset: "rock"})
	config := enhancer.GetConfig()
	for name, expected := range map[string]float64{"sample_rate": 96000, "channels": 1, "buffer_size": 333} {
		if config[name] != expected {
			t.Errorf("%s is %v", name, config[name])
		}
	}
	if config["log_level"] != "off" {
		t.Error(config["log_level"])
	}
	folder := t.TempDir()
	other := started(t, Settings{})
	if err := other.UpdateConfig(api.Config{"preset_folder": folder}); err != nil {
		t.Fatal(err)
	}
	sound, err := enhancer.EnhancerConfig()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.SavePreset("mine", sound); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "mine.json")); err != nil {
		t.Error(err)
	}
	settings := Settings{LogLevel: "off", PresetFolder: folder, Preset: "mine"}
	third, err := library(t).Start(settings)
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	if again, err := third.EnhancerConfig(); err != nil || !equalConfigs(t, again, sound) {
		t.Error(again, err)
	}
}

func TestCallsBeforeInitializeFailWithAMessage(t *testing.T) {
	enhancer := waiting(t)
	for name, call := range map[string]func() error{
		"LatencyFrames":          func() error { _, err := enhancer.LatencyFrames(); return err },
		"GetParameters":          func() error { _, err := enhancer.Parameters(); return err },
		"GetParameter":           func() error { _, err := enhancer.GetParameter("master_gain"); return err },
		"SetParameter":           func() error { return enhancer.SetParameter("master_gain", 1.0) },
		"GetPresets":             func() error { _, err := enhancer.Presets(); return err },
		"EnhancerConfig":         func() error { _, err := enhancer.EnhancerConfig(); return err },
		"Reset":                  enhancer.Reset,
		"HealthCheck":            enhancer.HealthCheck,
		"ProcessStereo":          func() error { return enhancer.ProcessStereo(make([][2]float64, 1)) },
		"AnalyzeAudio":           func() error { _, err := enhancer.AnalyzeAudio(sine(1, 10, 1)); return err },
		"GetSpectrum":            func() error { _, err := enhancer.GetSpectrum(sine(1, 10, 1)); return err },
		"SetAudioFormat":         func() error { return enhancer.SetAudioFormat(api.AudioFormat{SampleRate: 44100, Channels: 2}) },
		"EnhanceAudio":           func() error { _, err := enhancer.EnhanceAudio(sine(2, 10, 1), "warm"); return err },
		"StopRealTimeProcessing": enhancer.StopRealTimeProcessing,
	} {
		var refused *CallError
		if err := call(); !errors.As(err, &refused) || refused.Call != name || len(refused.Message) < 15 || err.Error() != name+": "+refused.Message {
			t.Errorf("%s: %v", name, err)
		}
	}
	if enhancer.GetParameters() != nil || enhancer.GetPresets() != nil || enhancer.GetConfig() != nil {
		t.Error("an enhancer without a config returned values")
	}
}

func TestCallsAfterCloseReturnErrClosed(t *testing.T) {
	enhancer := started(t, Settings{})
	enhancer.Close()
	for name, call := range map[string]func() error{
		"LatencyFrames": func() error { _, err := enhancer.LatencyFrames(); return err },
		"Parameters":    func() error { _, err := enhancer.Parameters(); return err },
		"GetParameter":  func() error { _, err := enhancer.GetParameter("master_gain"); return err },
		"SetParameter":  func() error { return enhancer.SetParameter("master_gain", 1.0) },
		"Presets":       func() error { _, err := enhancer.Presets(); return err },
		"Metrics":       func() error { _, err := enhancer.Metrics(); return err },
		"Reset":         enhancer.Reset,
		"ProcessStereo": func() error { return enhancer.ProcessStereo(make([][2]float64, 1)) },
	} {
		if err := call(); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if enhancer.GetMetadata().ID != "" || enhancer.GetSupportedFormats() != nil || enhancer.Status() != api.StatusUnknown {
		t.Error("a closed enhancer returned values")
	}
}

// ending returns the error with which a stream ends.
func ending(t *testing.T, result <-chan error) error {
	t.Helper()
	select {
	case err := <-result:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("the stream did not end")
		return nil
	}
}

func TestAStreamEndsWithTheContextOrTheEnhancer(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, end := range map[string]func(*Enhancer){
		"the context": func(*Enhancer) { cancel() },
		"Stop":        func(e *Enhancer) { e.Stop(context.Background()) },
		"Cleanup":     func(e *Enhancer) { e.Cleanup() },
	} {
		for _, blocked := range []bool{false, true} {
			ctx, cancel = context.WithCancel(context.Background())
			enhancer := waiting(t)
			if err := errors.Join(enhancer.Initialize(ctx, api.Config{"log_level": "off"}), enhancer.Start(ctx)); err != nil {
				t.Fatal(err)
			}
			input, result := make(chan *api.AudioBuffer), make(chan error, 1)
			go func() { result <- enhancer.ProcessAudioStream(input, make(chan *api.AudioBuffer)) }()
			if blocked {
				// No goroutine receives the output of this block.
				input <- sine(2, 100, 0.1)
			}
			time.Sleep(5 * time.Millisecond)
			end(enhancer)
			if err := ending(t, result); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, blocked %v: %v", name, blocked, err)
			}
			cancel()
		}
	}
}

func TestAStreamEndsWithAnInvalidBlock(t *testing.T) {
	enhancer := started(t, Settings{})
	input, result := make(chan *api.AudioBuffer, 1), make(chan error, 1)
	input <- sine(1, 100, 0.1)
	go func() { result <- enhancer.ProcessAudioStream(input, make(chan *api.AudioBuffer)) }()
	var refused *CallError
	if err := ending(t, result); !errors.As(err, &refused) {
		t.Error(err)
	}
}

func TestBuffersAreFreedAfterACall(t *testing.T) {
	enhancer := started(t, Settings{})
	freed := make(chan string, 8)
	watched := func(name string) *api.AudioBuffer {
		buffer := sine(2, 4096, 0.1)
		runtime.SetFinalizer(&buffer.Data[1][0], func(*float32) { freed <- name })
		return buffer
	}
	calls := map[string]func(){
		"ProcessInto":  func() { _ = enhancer.ProcessInto(watched("ProcessInto"), watched("ProcessInto, output")) },
		"AnalyzeAudio": func() { _, _ = enhancer.AnalyzeAudio(watched("AnalyzeAudio")) },
		"GetSpectrum":  func() { _, _ = enhancer.GetSpectrum(watched("GetSpectrum")) },
		"ProcessBatch": func() {
			_, _ = library(t).ProcessBatch(silent(t), []*api.AudioBuffer{watched("ProcessBatch")}, 0)
		},
	}
	for _, call := range calls {
		call()
	}
	missing := len(calls) + 1
	for end := time.Now().Add(10 * time.Second); missing > 0; {
		runtime.GC()
		select {
		case <-freed:
			missing--
		case <-time.After(10 * time.Millisecond):
			if time.Now().After(end) {
				t.Fatalf("%d buffers were not freed", missing)
			}
		}
	}
}
