// Package testlibrary locates the library for the tests.
package testlibrary

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Path returns the path in $AUDIO_ENHANCER_LIBRARY; if that is not set, the library that cargo built last.
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

// Home sets the user's home to a folder in which the library is installed, and clears
// $AUDIO_ENHANCER_LIBRARY. The home is that of `cargo xtask test`, or a new one with a copy of the library.
// Home returns the path of the installed library.
func Home(t testing.TB, name string) string {
	t.Helper()
	library := Path(t)
	home := os.Getenv("AUDIO_ENHANCER_TEST_HOME")
	if home == "" {
		home = t.TempDir()
		folder := filepath.Join(home, ".go-musicfox", "plugins", "audio-enhancer")
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(library)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("AUDIO_ENHANCER_LIBRARY", "")
	return filepath.Join(home, ".go-musicfox", "plugins", "audio-enhancer", name)
}
