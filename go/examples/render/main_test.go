package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"audioenhancer/internal/testlibrary"
)

// songs returns one song per format from the material of `cargo xtask test`.
func songs(t *testing.T) []string {
	t.Helper()
	folder := os.Getenv("AUDIO_ENHANCER_TEST_MATERIAL")
	if folder == "" {
		t.Skip("`cargo xtask test` provides the songs")
	}
	var all []string
	for _, pattern := range []string{"*.ogg", "*.mp3", "*.flac"} {
		found, err := filepath.Glob(filepath.Join(folder, "music", pattern))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) > 0 {
			all = append(all, found[0])
		}
	}
	if len(all) == 0 {
		t.Fatal("no songs in " + folder + "/music")
	}
	return all
}

func TestSongsAreRenderedCompletelyAndBelowTheCeiling(t *testing.T) {
	folder := alone(t)
	for index, from := range songs(t) {
		source, _, err := decode(from)
		if err != nil {
			t.Fatal(err)
		}
		frames := source.Len()
		source.Close()
		to := filepath.Join(folder, string(rune('a'+index))+".wav")
		if err := render(testlibrary.Path(t), "loudness", from, to); err != nil {
			t.Fatal(err)
		}
		wav, err := os.ReadFile(to)
		if err != nil || len(wav) != 44+6*frames {
			t.Fatalf("%s: %d bytes for %d frames, %v", from, len(wav), frames, err)
		}
		peak := int32(0)
		for at := 44; at < len(wav); at += 3 {
			sample := int32(binary.LittleEndian.Uint32(append([]byte{0}, wav[at:at+3]...))) >> 8
			peak = max(peak, sample, -sample)
		}
		// −1 dBFS of 2^23 is 7476330.
		if peak > 7_476_400 || peak < 1_000_000 {
			t.Errorf("%s: peak %d", from, peak)
		}
		if render(testlibrary.Path(t), "loudness", from, to) == nil {
			t.Error("a file was replaced")
		}
	}
}
