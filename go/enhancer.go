package audioenhancer

import (
	"encoding/json"
	"runtime"
	"sync/atomic"
	"unsafe"

	"audioenhancer/api"

	"github.com/ebitengine/purego"
)

var _ api.AudioEnhancer = (*Enhancer)(nil)

// Settings configure a new enhancer. A zero field takes the library's default.
type Settings struct {
	// SampleRate is in Hz, 8000 to 384000. Default 44100.
	SampleRate int `json:"sample_rate,omitempty"`
	// Channels is 1 to 8. Default 2.
	Channels int `json:"channels,omitempty"`
	// BufferSize is the number of frames for which buffers are prepared, 1 to 1048576. Default 1024.
	BufferSize int `json:"buffer_size,omitempty"`
	// Preset is the name of the preset to load. Set Preset or Enhancer, not both.
	Preset string `json:"preset,omitempty"`
	// Enhancer is the config of the sound. Nil means the default config.
	Enhancer *api.EnhancerConfig `json:"enhancer,omitempty"`
	// LogLevel is "off", "error", "warn", "info" or "debug". Default "info".
	LogLevel string `json:"log_level,omitempty"`
	// PresetFolder is the folder of the user's presets. Default the one that all programs of the Audio Enhancer
	// share.
	PresetFolder string `json:"preset_folder,omitempty"`
}

// Enhancer is one chain for one stream of audio. Close releases its memory; without Close, the garbage
// collector does so later.
type Enhancer struct {
	library  *Library
	handle   atomic.Uintptr
	life     life
	describe description
}

// New creates an enhancer without a config. Call Initialize and Start next, in the order of go-musicfox's
// plugin guide.
func (l *Library) New() (*Enhancer, error) {
	return l.create(0)
}

// Start creates an enhancer and starts it.
func (l *Library) Start(settings Settings) (*Enhancer, error) {
	text, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	enhancer, err := l.create(uintptr(unsafe.Pointer(cString(text))))
	if err != nil {
		return nil, err
	}
	if err := enhancer.call("Start", l.functions.start, 0, 0, 0); err != nil {
		enhancer.Close()
		return nil, err
	}
	return enhancer, nil
}

// New loads the library from its usual place and creates an enhancer without a config, see Library.New.
func New() (*Enhancer, error) {
	library, err := Open("")
	if err != nil {
		return nil, err
	}
	return library.New()
}

// Start loads the library from its usual place, creates an enhancer and starts it.
func Start(settings Settings) (*Enhancer, error) {
	library, err := Open("")
	if err != nil {
		return nil, err
	}
	return library.Start(settings)
}

// Close releases the library's memory after the calls in progress have returned. Later calls return
// ErrClosed. Calling Close twice is valid. The error is always nil.
func (e *Enhancer) Close() error {
	if handle := e.handle.Swap(0); handle != 0 {
		runtime.SetFinalizer(e, nil)
		purego.SyscallN(e.library.functions.destroy, handle)
	}
	return nil
}

// Reset clears the chain's state before the next block, for example after a seek.
func (e *Enhancer) Reset() error {
	return e.call("Reset", e.library.functions.reset, 0, 0, 0)
}

// LatencyFrames returns the delay of the output in frames.
func (e *Enhancer) LatencyFrames() (int, error) {
	handle := e.handle.Load()
	if handle == 0 {
		return 0, ErrClosed
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	frames, _, _ := purego.SyscallN(e.library.functions.latency, handle)
	runtime.KeepAlive(e)
	if int64(frames) < 0 {
		return 0, e.library.failure("LatencyFrames")
	}
	return int(frames), nil
}
