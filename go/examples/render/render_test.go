package main

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"audioenhancer"
	"audioenhancer/api"
	"audioenhancer/internal/testlibrary"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
)

const songRate = 48000

// song writes a stereo FLAC file with 24 bits and returns its samples.
func song(t *testing.T, path string, frames int) [][]float32 {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	info := &meta.StreamInfo{BlockSizeMin: 1000, BlockSizeMax: 1000, SampleRate: songRate, NChannels: 2, BitsPerSample: 24, NSamples: uint64(frames)}
	encoder, err := flac.NewEncoder(file, info)
	if err != nil {
		t.Fatal(err)
	}
	samples := [][]float32{make([]float32, frames), make([]float32, frames)}
	for start := 0; start < frames; start += 1000 {
		length := min(1000, frames-start)
		block := &frame.Frame{Header: frame.Header{
			HasFixedBlockSize: false, BlockSize: uint16(length), SampleRate: songRate, Channels: frame.ChannelsLR, BitsPerSample: 24, Num: uint64(start),
		}}
		for channel := range samples {
			whole := make([]int32, length)
			for n := range whole {
				at := float64(start + n)
				whole[n] = int32((1 << 22) * math.Sin(at*0.05*float64(1+channel)) * math.Exp(-at/20000))
				samples[channel][start+n] = float32(whole[n]) / (1 << 23)
			}
			block.Subframes = append(block.Subframes, &frame.Subframe{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, Samples: whole, NSamples: length})
		}
		if err := encoder.WriteFrame(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := encoder.Close(); err != nil {
		t.Fatal(err)
	}
	// The encoder may have closed the file.
	if err := file.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Fatal(err)
	}
	return samples
}

// alone returns a temporary folder for files, logs and presets.
func alone(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	t.Setenv("AUDIO_ENHANCER_DATA_DIR", folder)
	return folder
}

func TestARenderedFileMatchesTheLibrary(t *testing.T) {
	folder := alone(t)
	library, err := audioenhancer.Open(testlibrary.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, frames := range map[string]int{"long.flac": 30000, "shorter than the latency.FLAC": 16} {
		from, to := filepath.Join(folder, name), filepath.Join(folder, name+".wav")
		input := &api.AudioBuffer{Data: song(t, from, frames), SampleRate: songRate, Channels: 2, Frames: frames}
		if err := render(library.Path(), "rock", from, to); err != nil {
			t.Fatal(err)
		}
		expected, err := library.ProcessBatch(preset(t, library, "rock"), []*api.AudioBuffer{input}, 1)
		if err != nil {
			t.Fatal(err)
		}
		wav, err := os.ReadFile(to)
		if err != nil || len(wav) != 44+6*frames {
			t.Fatalf("%d bytes for %d frames, %v", len(wav), frames, err)
		}
		if binary.LittleEndian.Uint32(wav[24:]) != songRate || binary.LittleEndian.Uint16(wav[22:]) != 2 || binary.LittleEndian.Uint16(wav[34:]) != 24 {
			t.Error(wav[:44])
		}
		loudest := 0.0
		for n := 0; n < 2*frames; n++ {
			at := wav[44+3*n:]
			got := float64(int32(uint32(at[0])<<8|uint32(at[1])<<16|uint32(at[2])<<24)>>8) / (1 << 23)
			// Tolerance: half a step of 24 bits, and beep's full scale of 2^23 − 1.
			if wanted := float64(expected[0].Data[n%2][n/2]); math.Abs(got-wanted) > 3e-7 {
				t.Fatalf("%s: frame %d is %v, not %v", name, n/2, got, wanted)
			}
			loudest = math.Max(loudest, math.Abs(got))
		}
		if loudest < 0.01 {
			t.Errorf("%s: the largest sample is only %v", name, loudest)
		}
	}
}

func preset(t *testing.T, library *audioenhancer.Library, name string) api.EnhancerConfig {
	t.Helper()
	enhancer, err := library.Start(audioenhancer.Settings{Preset: name, LogLevel: "off"})
	if err != nil {
		t.Fatal(err)
	}
	defer enhancer.Close()
	config, err := enhancer.EnhancerConfig()
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func TestAFailureLeavesNoFile(t *testing.T) {
	folder := alone(t)
	in := func(name string) string { return filepath.Join(folder, name) }
	if err := os.WriteFile(in("text.mp3"), []byte("no song"), 0o600); err != nil {
		t.Fatal(err)
	}
	song(t, in("empty.flac"), 0)
	song(t, in("whole.flac"), 30000)
	whole, err := os.ReadFile(in("whole.flac"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in("broken.flac"), whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in("song.wav"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	before := openFiles(t)
	for _, name := range []string{"text.mp3", "missing.ogg", "", "empty.flac", "broken.flac", "song.wav"} {
		if err := render(testlibrary.Path(t), "flat", in(name), in("out.wav")); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := os.Stat(in("out.wav")); err == nil {
			t.Errorf("%q left a file behind", name)
			os.Remove(in("out.wav"))
		}
	}
	if render(testlibrary.Path(t), "no such preset", in("whole.flac"), in("out.wav")) == nil {
		t.Error("an unknown preset was accepted")
	}
	if render(testlibrary.Path(t), "flat", in("whole.flac"), in("no folder/out.wav")) == nil {
		t.Error("a file in a missing folder was accepted")
	}
	if after := openFiles(t); after != before {
		t.Errorf("%d files are open, not %d", after, before)
	}
}

// openFiles counts this process's open files in the folder for temporary files; 0 except on Linux.
func openFiles(t *testing.T) int {
	t.Helper()
	entries, _ := os.ReadDir("/proc/self/fd")
	count := 0
	for _, entry := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + entry.Name()); err == nil && strings.HasPrefix(target, os.TempDir()) && !strings.Contains(target, "go-musicfox") {
			count++
		}
	}
	return count
}

func TestTheProgramHasExitCodesAndMessages(t *testing.T) {
	folder := alone(t)
	program := filepath.Join(folder, "render")
	if output, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	from, to := filepath.Join(folder, "song.flac"), filepath.Join(folder, "out.wav")
	song(t, from, 5000)
	installed := testlibrary.Home(t, audioenhancer.FileName())
	run := func(words ...string) (string, int) {
		command := exec.Command(program, words...)
		output, err := command.CombinedOutput()
		if command.ProcessState == nil {
			t.Fatal(err)
		}
		return string(output), command.ProcessState.ExitCode()
	}
	for _, words := range [][]string{{}, {from}, {from, to, "another"}, {"-what", from, to}} {
		if output, code := run(words...); code != 2 || !strings.Contains(output, "usage: render [-preset NAME]") {
			t.Errorf("%v: %d, %s", words, code, output)
		}
	}
	// Without -library, the program uses the installed library.
	if output, code := run("-preset", "rock", from, to); code != 0 || !strings.Contains(output, to+": 100ms, preset rock") {
		t.Fatal(code, output)
	}
	if output, code := run(from, to); code != 1 || !strings.HasPrefix(output, "error: ") || !strings.Contains(output, to) {
		t.Error(code, output)
	}
	t.Setenv("HOME", folder)
	t.Setenv("USERPROFILE", folder)
	if output, code := run(from, to+"2"); code != 1 || !strings.Contains(output, "cargo xtask install musicfox") {
		t.Error(code, output)
	}
	if output, code := run("-library", installed, from, to+"3"); code != 0 || !strings.Contains(output, "preset warm") {
		t.Error(code, output)
	}
}
