package audioenhancer

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/ebitengine/purego"
)

// LibraryVariable is the name of the environment variable for the library's path. If set, it replaces the
// usual places.
const LibraryVariable = "AUDIO_ENHANCER_LIBRARY"

// abiVersion is the version of the C interface that this package needs.
const abiVersion = 1

// Library is the loaded shared library. It stays loaded until the program ends.
type Library struct {
	path      string
	functions functions
}

// functions holds the addresses of the library's functions. A function with a float argument needs a Go
// wrapper.
type functions struct {
	create, destroy, initialize, start, stop, getStatus, healthCheck   uintptr
	processAudio, enhanceAudio, processF32, processF64, reset, latency uintptr
	processBatch, analyzeAudio, getSpectrum, getPresets, loadPreset    uintptr
	savePreset, deletePreset, startRealTime, stopRealTime, getMetadata uintptr
	getConfig, updateConfig, getParameters, getParameter, getFormats   uintptr
	setFormat, getMetrics, lastError, version                          uintptr
	setParameter                                                       func(uintptr, *byte, float64) int32
}

var loaded = struct {
	sync.Mutex
	byPath map[string]*Library
}{byPath: map[string]*Library{}}

// Open loads the library at path. For an empty path, Open uses the path in $AUDIO_ENHANCER_LIBRARY; if that
// is not set, it searches go-musicfox's plugin folder and the program's folder.
//
// The error is a *NotFoundError or a *LoadError.
func Open(path string) (*Library, error) {
	if path == "" {
		found, err := find()
		if err != nil {
			return nil, err
		}
		path = found
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, &LoadError{path, err}
	}
	loaded.Lock()
	defer loaded.Unlock()
	if library := loaded.byPath[absolute]; library != nil {
		return library, nil
	}
	library, err := load(absolute)
	if err != nil {
		return nil, &LoadError{absolute, err}
	}
	loaded.byPath[absolute] = library
	return library, nil
}

// Path returns the absolute path of the loaded file.
func (l *Library) Path() string { return l.path }

// FileName returns the library's file name on this system: audio-enhancer.so, .dylib or .dll.
func FileName() string {
	switch runtime.GOOS {
	case "windows":
		return "audio-enhancer.dll"
	case "darwin":
		return "audio-enhancer.dylib"
	}
	return "audio-enhancer.so"
}

func find() (string, error) {
	if path := os.Getenv(LibraryVariable); path != "" {
		return path, nil
	}
	var tried []string
	if home, err := os.UserHomeDir(); err == nil {
		tried = append(tried, filepath.Join(home, ".go-musicfox", "plugins", "audio-enhancer", FileName()))
	}
	if program, err := os.Executable(); err == nil {
		tried = append(tried, filepath.Join(filepath.Dir(program), FileName()))
	}
	for _, path := range tried {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", &NotFoundError{tried}
}

func load(path string) (*Library, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	handle, err := openLibrary(path)
	if err != nil {
		return nil, err
	}
	library := &Library{path: path}
	f := &library.functions
	var setParameter uintptr
	for name, address := range map[string]*uintptr{
		"create": &f.create, "destroy": &f.destroy, "initialize": &f.initialize, "start": &f.start, "stop": &f.stop,
		"get_status": &f.getStatus, "health_check": &f.healthCheck, "process_audio": &f.processAudio,
		"enhance_audio": &f.enhanceAudio, "process_interleaved_f32": &f.processF32, "process_interleaved_f64": &f.processF64,
		"reset": &f.reset, "latency_frames": &f.latency, "process_batch": &f.processBatch, "analyze_audio": &f.analyzeAudio,
		"get_spectrum": &f.getSpectrum, "get_presets": &f.getPresets, "load_preset": &f.loadPreset,
		"save_preset": &f.savePreset, "delete_preset": &f.deletePreset, "start_real_time": &f.startRealTime,
		"stop_real_time": &f.stopRealTime, "get_metadata": &f.getMetadata, "get_config": &f.getConfig,
		"update_config": &f.updateConfig, "get_parameters": &f.getParameters, "set_parameter": &setParameter,
		"get_parameter": &f.getParameter, "get_supported_formats": &f.getFormats, "set_audio_format": &f.setFormat,
		"get_metrics": &f.getMetrics, "last_error": &f.lastError, "abi_version": &f.version,
	} {
		if *address, err = symbol(handle, "enhancer_"+name); err != nil {
			return nil, err
		}
	}
	if found, _, _ := purego.SyscallN(f.version); int32(found) != abiVersion {
		return nil, fmt.Errorf("its interface version is %d, but this package needs %d; install library and package of the same version", int32(found), abiVersion)
	}
	purego.RegisterFunc(&f.setParameter, setParameter)
	return library, nil
}
