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

// Settings are what an enhancer starts with. What is left out takes the library's default: 44100 Hz, two channels, 1024 frames.
type Settings struct {
	SampleRate   int                 `json:"sample_rate,omitempty"` // Hz
	Channels     int                 `json:"channels,omitempty"`
	BufferSize   int                 `json:"buffer_size,omitempty"`   // frames
	Preset       string              `json:"preset,omitempty"`        // a preset's name, or
	Enhancer     *api.EnhancerConfig `json:"enhancer,omitempty"`      // a config
	LogLevel     string              `json:"log_level,omitempty"`     // "off", "error", "warn", "info", "debug"
	PresetFolder string              `json:"preset_folder,omitempty"` // instead of the user's own
}

// Enhancer is one chain for one stream. Close it when it is no longer needed; the garbage collector does so, too, but late.
type Enhancer struct {
	library  *Library
	handle   atomic.Uintptr
	life     life
	describe description
}

// New makes an enhancer that waits for Initialize, as go-musicfox's plugin guide has it.
func (l *Library) New() (*Enhancer, error) {
	return l.create(0)
}

// Start makes an enhancer that takes audio at once.
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

// New loads the library from its usual place and makes an enhancer that waits for Initialize.
func New() (*Enhancer, error) {
	library, err := Open("")
	if err != nil {
		return nil, err
	}
	return library.New()
}

// Start loads the library from its usual place and makes an enhancer that takes audio at once.
func Start(settings Settings) (*Enhancer, error) {
	library, err := Open("")
	if err != nil {
		return nil, err
	}
	return library.Start(settings)
}

// Close gives the library's memory back, after the calls under way. Further calls answer ErrClosed; closing twice is fine.
func (e *Enhancer) Close() error {
	if handle := e.handle.Swap(0); handle != 0 {
		runtime.SetFinalizer(e, nil)
		purego.SyscallN(e.library.functions.destroy, handle)
	}
	return nil
}

// Reset forgets the audio of the past before the next block, as after a seek.
func (e *Enhancer) Reset() error {
	return e.call("Reset", e.library.functions.reset, 0, 0, 0)
}

// LatencyFrames is by how much the output lags the input.
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
