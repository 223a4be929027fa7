package audioenhancer

import (
	"context"
	"encoding/json"
	"sync"
	"unsafe"

	"audioenhancer/api"

	"github.com/ebitengine/purego"
)

// life holds the context of the time between Start and Stop.
type life struct {
	mutex  sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
}

func (l *life) begin(ctx context.Context) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.cancel != nil {
		l.cancel()
	}
	l.ctx, l.cancel = context.WithCancel(ctx)
}

func (l *life) end() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.cancel != nil {
		l.cancel()
	}
}

func (l *life) done() <-chan struct{} {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.ctx == nil {
		return nil
	}
	return l.ctx.Done()
}

// ID returns "audio-enhancer"; an empty string after Close.
func (e *Enhancer) ID() string { return e.GetMetadata().ID }

// Name returns the display name; an empty string after Close.
func (e *Enhancer) Name() string { return e.GetMetadata().Name }

// Version returns the version of the library; an empty string after Close.
func (e *Enhancer) Version() string { return e.GetMetadata().Version }

// Description returns a summary of the processing; an empty string after Close.
func (e *Enhancer) Description() string { return e.GetMetadata().Description }

// Initialize creates the chain. A nil config means defaults. If ctx has ended, Initialize returns its error
// and changes nothing.
func (e *Enhancer) Initialize(ctx context.Context, config api.Config) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.jsonCall("Initialize", e.library.functions.initialize, orEmpty(config))
}

// Start enables the audio methods. Streams end when ctx ends.
func (e *Enhancer) Start(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := e.call("Start", e.library.functions.start, 0, 0, 0); err != nil {
		return err
	}
	e.life.begin(ctx)
	return nil
}

// Stop disables the audio methods, and ends streams and real-time processing.
func (e *Enhancer) Stop(ctx context.Context) error {
	if err := e.call("Stop", e.library.functions.stop, 0, 0, 0); err != nil {
		return err
	}
	e.life.end()
	return nil
}

// Cleanup ends streams and closes the enhancer. Calling it twice is valid.
func (e *Enhancer) Cleanup() error {
	e.life.end()
	return e.Close()
}

// Status returns the status of the enhancer; StatusUnknown after Close.
func (e *Enhancer) Status() api.PluginStatus {
	handle := e.handle.Load()
	if handle == 0 {
		return api.StatusUnknown
	}
	status, _, _ := purego.SyscallN(e.library.functions.getStatus, handle)
	return api.PluginStatus(int32(status))
}

// HealthCheck returns nil while the enhancer runs.
func (e *Enhancer) HealthCheck() error {
	return e.call("HealthCheck", e.library.functions.healthCheck, 0, 0, 0)
}

// GetConfig returns the config in the form that UpdateConfig accepts; nil before Initialize and after Close.
func (e *Enhancer) GetConfig() api.Config {
	var config api.Config
	if e.object("GetConfig", e.library.functions.getConfig, &config) != nil {
		return nil
	}
	return config
}

// EnhancerConfig returns the config of the sound.
func (e *Enhancer) EnhancerConfig() (api.EnhancerConfig, error) {
	var config struct {
		Enhancer api.EnhancerConfig `json:"enhancer"`
	}
	err := e.object("EnhancerConfig", e.library.functions.getConfig, &config)
	return config.Enhancer, err
}

// UpdateConfig changes the config; the sound glides to it. A field absent from "enhancer" takes its default.
// Format and buffer size must be absent or unchanged.
func (e *Enhancer) UpdateConfig(config api.Config) error {
	return e.jsonCall("UpdateConfig", e.library.functions.updateConfig, orEmpty(config))
}

// SetEnhancerConfig changes the config of the sound, which glides to it.
func (e *Enhancer) SetEnhancerConfig(config api.EnhancerConfig) error {
	return e.UpdateConfig(api.Config{"enhancer": config})
}

// DefaultConfig returns the library's default config of the sound.
func (l *Library) DefaultConfig() (api.EnhancerConfig, error) {
	enhancer, err := l.create(uintptr(unsafe.Pointer(cString([]byte(`{"log_level": "off"}`)))))
	if err != nil {
		return api.EnhancerConfig{}, err
	}
	defer enhancer.Close()
	return enhancer.EnhancerConfig()
}

// StartRealTimeProcessing starts real-time processing: inside the library, audio calls do not allocate, wait
// for locks or make system calls. Blocks longer than config.BufferSize frames are an error.
func (e *Enhancer) StartRealTimeProcessing(config api.RealTimeConfig) error {
	return e.jsonCall("StartRealTimeProcessing", e.library.functions.startRealTime, config)
}

// StopRealTimeProcessing ends real-time processing. The enhancer keeps running.
func (e *Enhancer) StopRealTimeProcessing() error {
	return e.call("StopRealTimeProcessing", e.library.functions.stopRealTime, 0, 0, 0)
}

func orEmpty(config api.Config) api.Config {
	if config == nil {
		return api.Config{}
	}
	return config
}

func (e *Enhancer) jsonCall(call string, function uintptr, value interface{}) error {
	text, err := json.Marshal(value)
	if err != nil {
		return &CallError{call, "the config can't be encoded as JSON: " + err.Error()}
	}
	return e.call(call, function, uintptr(unsafe.Pointer(cString(text))), 0, 0)
}
