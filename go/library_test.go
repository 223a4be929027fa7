package audioenhancer

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"audioenhancer/api"
	"audioenhancer/internal/testlibrary"
)

func marshal(t testing.TB, value interface{}) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAMissingLibraryErrorListsTheUsualPlaces(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv(LibraryVariable, "")
	// A folder with the library's name does not count.
	installed := filepath.Join(home, ".go-musicfox", "plugins", "audio-enhancer", FileName())
	if err := os.MkdirAll(installed, 0o755); err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tried := []string{installed, filepath.Join(filepath.Dir(program), FileName())}
	for _, open := range []func() (*Enhancer, error){New, func() (*Enhancer, error) { return Start(Settings{}) }} {
		var missing *NotFoundError
		if enhancer, err := open(); enhancer != nil || !errors.As(err, &missing) || !reflect.DeepEqual(missing.Tried, tried) {
			t.Fatal(err)
		}
		for _, part := range append(tried, "cargo xtask install musicfox", LibraryVariable) {
			if !strings.Contains(missing.Error(), part) {
				t.Errorf("%q is not in %q", part, missing)
			}
		}
	}
}

func TestOpenFindsTheInstalledLibrary(t *testing.T) {
	installed := testlibrary.Home(t, FileName())
	enhancer, err := Start(Settings{LogLevel: "off"})
	if err != nil {
		t.Fatal(err)
	}
	defer enhancer.Close()
	waiting, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer waiting.Close()
	if enhancer.library.Path() != installed || waiting.library != enhancer.library {
		t.Error(enhancer.library.Path(), installed)
	}
	if enhancer.Status() != api.StatusRunning || waiting.Status() != api.StatusUnknown {
		t.Error(enhancer.Status(), waiting.Status())
	}
}

func TestOpenFindsTheLibraryOfTheVariableAndBesideTheProgram(t *testing.T) {
	source := library(t).Path()
	t.Setenv(LibraryVariable, source)
	if path, err := find(); path != source || err != nil {
		t.Error(path, err)
	}
	// The variable's path is used even if the file does not exist.
	t.Setenv(LibraryVariable, filepath.Join(t.TempDir(), "missing.so"))
	var failed *LoadError
	if _, err := New(); !errors.As(err, &failed) || !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv(LibraryVariable, "")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(filepath.Dir(program), FileName())
	if err := os.WriteFile(beside, nil, 0o600); err != nil {
		t.Skip("the test's own folder can't be written:", err)
	}
	defer os.Remove(beside)
	if path, err := find(); path != beside || err != nil {
		t.Error(path, err)
	}
}

func TestOpenLoadsALibraryOnce(t *testing.T) {
	first := library(t)
	path := first.Path()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(folder, path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Open(relative)
	if err != nil || again != first || again.Path() != path || library(t) != first {
		t.Error(again, err)
	}
}

func TestOpenRejectsOtherFiles(t *testing.T) {
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

func TestStartRejectsInvalidSettings(t *testing.T) {
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

func TestOpenRejectsALibraryOfAnotherVersion(t *testing.T) {
	compiler, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("needs a C compiler")
	}
	header, err := os.ReadFile(filepath.Join("..", "crates", "enhancer-musicfox", "include", "audio_enhancer.h"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, found := range regexp.MustCompile(`\b(enhancer_\w+)\(`).FindAllSubmatch(header, -1) {
		names[string(found[1])] = true
	}
	for missing, expected := range map[string]string{
		"": "its interface version is 7, but this package needs 1", "enhancer_get_spectrum": "enhancer_get_spectrum",
	} {
		source, file := filepath.Join(t.TempDir(), "other.c"), filepath.Join(t.TempDir(), FileName())
		text := ""
		for name := range names {
			if name != missing {
				text += "int " + name + "(void) { return 7; }\n"
			}
		}
		if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if output, err := exec.Command(compiler, "-shared", "-fPIC", "-o", file, source).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		var refused *LoadError
		if _, err := Open(file); !errors.As(err, &refused) || !strings.Contains(refused.Error(), expected) {
			t.Errorf("without %q: %v", missing, err)
		}
	}
}
