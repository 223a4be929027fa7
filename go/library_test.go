package audioenhancer

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func marshal(t testing.TB, value interface{}) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheLibraryIsFoundWhereItIsInstalled(t *testing.T) {
	source := library(t).Path()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv(LibraryVariable, "")
	var missing *NotFoundError
	if _, err := New(); !errors.As(err, &missing) || len(missing.Tried) != 2 || !strings.Contains(err.Error(), home) {
		t.Fatal(err)
	}
	folder := filepath.Join(home, ".go-musicfox", "plugins", "audio-enhancer")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, FileName()), content, 0o644); err != nil {
		t.Fatal(err)
	}
	enhancer, err := Start(Settings{LogLevel: "off"})
	if err != nil {
		t.Fatal(err)
	}
	defer enhancer.Close()
	if enhancer.library.Path() != filepath.Join(folder, FileName()) {
		t.Error(enhancer.library.Path())
	}
}

func TestFilesThatAreNoLibrary(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text.so")
	if err := os.WriteFile(text, []byte("no library"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, filepath.Join(t.TempDir(), "missing.so"), t.TempDir()} {
		var failed *LoadError
		if _, err := Open(path); !errors.As(err, &failed) || failed.Path != path {
			t.Error(path, err)
		}
	}
}

func TestStartRefusesWhatTheLibraryRefuses(t *testing.T) {
	for _, settings := range []Settings{
		{SampleRate: 1}, {Channels: 9}, {BufferSize: -1}, {Preset: "no such"}, {LogLevel: "loud"}, {Preset: "../../x"},
	} {
		if settings.LogLevel == "" {
			settings.LogLevel = "off"
		}
		enhancer, err := library(t).Start(settings)
		var call *CallError
		if !errors.As(err, &call) || call.Message == "" || enhancer != nil {
			t.Error(settings, err)
		}
	}
}
