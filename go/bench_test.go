package audioenhancer

import (
	"math"
	"strings"
	"testing"
	"unsafe"
)

func TestAudioCallsDoNotAllocate(t *testing.T) {
	if !counting {
		t.Skip("the race detector allocates memory")
	}
	enhancer := started(t, Settings{Preset: "rock"})
	stereo, samples := make([][2]float64, 512), make([]float32, 1024)
	block := sine(2, 512, 0.5)
	for name, work := range map[string]func() error{
		"ProcessStereo":      func() error { return enhancer.ProcessStereo(stereo) },
		"ProcessInterleaved": func() error { return enhancer.ProcessInterleaved(samples, 2) },
		"ProcessInto":        func() error { return enhancer.ProcessInto(block, block) },
		"Reset":              enhancer.Reset,
	} {
		var err error
		if allocations := testing.AllocsPerRun(200, func() { err = work() }); allocations != 0 || err != nil {
			t.Errorf("%s allocates %v times per call, %v", name, allocations, err)
		}
	}
}

func BenchmarkProcessStereo512(b *testing.B) {
	enhancer := started(b, Settings{Preset: "rock"})
	samples := make([][2]float64, 512)
	for n := range samples {
		samples[n][0] = 0.3 * math.Sin(float64(n)/10)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n++ {
		if err := enhancer.ProcessStereo(samples); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(512*b.N), "ns/frame")
}

func BenchmarkProcessInto512(b *testing.B) {
	enhancer := started(b, Settings{Preset: "rock"})
	input, output := sine(2, 512, 0.3), sine(2, 512, 0)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n++ {
		if err := enhancer.ProcessInto(input, output); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzConfig passes random texts to UpdateConfig. An error must change nothing; an accepted config must be
// read back unchanged.
func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"enhancer": {"master_gain": -3}}`, `{"enhancer": {"equalizer": {"bands": [{"frequency": 100, "gain": 3}]}}}`,
		`{"preset": "warm"}`, `{"sample_rate": 48000}`, `[1]`, `{"enhancer": [[[[`, "\xff", `{"log_level": "off"}`,
		`{"enhancer": {"compressor": {"ratio": 1e99}}}`, strings.Repeat(`{"a":`, 200),
	} {
		f.Add([]byte(seed))
	}
	enhancer := started(f, Settings{})
	stereo := make([][2]float64, 64)
	f.Fuzz(func(t *testing.T, text []byte) {
		before := marshal(t, enhancer.GetConfig())
		err := enhancer.call("UpdateConfig", enhancer.library.functions.updateConfig, uintptr(unsafe.Pointer(cString(text))), 0, 0)
		after := enhancer.GetConfig()
		if err != nil && (err.(*CallError).Message == "" || marshal(t, after) != before) {
			t.Fatalf("%q changed %s to %s: %v", text, before, marshal(t, after), err)
		}
		after["log_level"] = "off"
		if err := enhancer.UpdateConfig(after); err != nil {
			t.Fatalf("%q: the config that was read is rejected: %v", text, err)
		}
		if marshal(t, enhancer.GetConfig()) != marshal(t, after) {
			t.Fatalf("%q: %s is read back as %s", text, marshal(t, after), marshal(t, enhancer.GetConfig()))
		}
		if err := enhancer.ProcessStereo(stereo); err != nil {
			t.Fatal(err)
		}
		for _, frame := range stereo {
			if math.IsNaN(frame[0]) || math.IsInf(frame[1], 0) {
				t.Fatal(frame)
			}
		}
	})
}
