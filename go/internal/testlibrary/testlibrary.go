// Package testlibrary finds the library that tests use.
package testlibrary

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Path is what $AUDIO_ENHANCER_LIBRARY says, or else the library that cargo built last.
func Path(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("AUDIO_ENHANCER_LIBRARY"); path != "" {
		return path
	}
	_, source, _, _ := runtime.Caller(0)
	target := filepath.Join(filepath.Dir(source), "..", "..", "..", "target")
	var newest time.Time
	var path string
	for _, profile := range []string{"debug", "release"} {
		for _, name := range []string{"libenhancer_musicfox.so", "libenhancer_musicfox.dylib", "enhancer_musicfox.dll"} {
			file := filepath.Join(target, profile, name)
			if info, err := os.Stat(file); err == nil && info.ModTime().After(newest) {
				path, newest = file, info.ModTime()
			}
		}
	}
	if path == "" {
		t.Fatal("no library: run `cargo build -p enhancer-musicfox` first")
	}
	return path
}
