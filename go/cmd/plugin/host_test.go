//go:build linux || darwin

package main_test

import (
	"os/exec"
	"path/filepath"
	"plugin"
	"testing"

	"context"

	"audioenhancer"
	"audioenhancer/api"
	"audioenhancer/internal/testlibrary"
)

// TestAHostLoadsThePlugin acts as a host of go-musicfox's plugin guide: plugin.Open, Lookup and the
// interface.
func TestAHostLoadsThePlugin(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audio-enhancer-plugin.so")
	words := append([]string{"build", "-buildmode=plugin"}, buildFlags...)
	build := exec.Command("go", append(words, "-o", file, ".")...)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	library := testlibrary.Path(t)
	t.Setenv("AUDIO_ENHANCER_LIBRARY", filepath.Join(t.TempDir(), "not here.so"))
	loaded, err := plugin.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	find := func(name string) plugin.Symbol {
		symbol, err := loaded.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		return symbol
	}
	create, destroy := find("PluginCreate").(func() interface{}), find("PluginDestroy").(func())
	failure := find("PluginError").(func() error)
	if create() != nil || failure() == nil {
		t.Fatal("PluginCreate succeeded without the library")
	}
	for life := 0; life < 3; life++ {
		if life < 2 {
			t.Setenv("AUDIO_ENHANCER_LIBRARY", library)
		} else {
			testlibrary.Home(t, audioenhancer.FileName())
		}
		enhancer, ok := create().(api.AudioEnhancer)
		if !ok || create() != interface{}(enhancer) || *find("PluginInstance").(*api.AudioEnhancer) != enhancer {
			t.Fatal(failure())
		}
		use(t, enhancer)
		destroy()
		if enhancer.Status() != api.StatusUnknown || failure() != nil {
			t.Error("the plugin exists after PluginDestroy")
		}
	}
}

func use(t *testing.T, enhancer api.AudioEnhancer) {
	t.Helper()
	ctx := context.Background()
	config := api.Config{"sample_rate": 48000, "preset": "loudness", "log_level": "off", "preset_folder": t.TempDir()}
	if err := enhancer.Initialize(ctx, config); err != nil {
		t.Fatal(err)
	}
	if err := enhancer.Start(ctx); err != nil {
		t.Fatal(err)
	}
	input := &api.AudioBuffer{Data: [][]float32{make([]float32, 4800), make([]float32, 4800)}, SampleRate: 48000, Channels: 2, Frames: 4800}
	input.Data[0][0], input.Data[1][0] = 0.5, 0.5
	output, err := enhancer.ProcessAudio(input)
	if err != nil {
		t.Fatal(err)
	}
	var energy float32
	for _, sample := range output.Data[0] {
		energy += sample * sample
	}
	if energy < 0.1 || output.Data[0][0] != 0 {
		t.Errorf("energy %v, first sample %v", energy, output.Data[0][0])
	}
}
