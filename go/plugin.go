package audioenhancer

import (
	"context"
	"encoding/json"
	"sync"
	"unsafe"

	"audioenhancer/api"

	"github.com/ebitengine/purego"
)

// life is the time between Start and Stop.
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

// ID is "audio-enhancer".
func (e *Enhancer) ID() string { return e.GetMetadata().ID }

// Name is the name to show.
func (e *Enhancer) Name() string { return e.GetMetadata().Name }

// Version is the library's.
func (e *Enhancer) Version() string { return e.GetMetadata().Version }

// Description says what it does.
func (e *Enhancer) Description() string { return e.GetMetadata().Description }

// Initialize makes the chain. See api.Config; a context that has ended stops it.
func (e *Enhancer) Initialize(ctx context.Context, config api.Config) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.jsonCall("Initialize", e.library.functions.initialize, orEmpty(config))
}

// Start lets audio in. Streams end with the context.
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

// Stop lets no more audio in, and ends streams and real-time processing.
func (e *Enhancer) Stop(ctx context.Context) error {
	if err := e.call("Stop", e.library.functions.stop, 0, 0, 0); err != nil {
		return err
	}
	e.life.end()
	return nil
}

// Cleanup closes the enhancer.
func (e *Enhancer) Cleanup() error {
	e.life.end()
	return e.Close()
}

// Status tells where the enhancer stands; unknown once it is closed.
func (e *Enhancer) Status() api.PluginStatus {
	handle := e.handle.Load()
	if handle == 0 {
		return api.StatusUnknown
	}
	status, _, _ := purego.SyscallN(e.library.functions.getStatus, handle)
	return api.PluginStatus(int32(status))
}

// HealthCheck is nil while the enhancer runs.
func (e *Enhancer) HealthCheck() error {
	return e.call("HealthCheck", e.library.functions.healthCheck, 0, 0, 0)
}

// GetConfig is the config, as UpdateConfig takes it; nil before Initialize and after Close.
func (e *Enhancer) GetConfig() api.Config {
	var config api.Config
	if e.object("GetConfig", e.library.functions.getConfig, &config) != nil {
		return nil
	}
	return config
}

// EnhancerConfig is how it sounds.
func (e *Enhancer) EnhancerConfig() (api.EnhancerConfig, error) {
	var config struct {
		Enhancer api.EnhancerConfig `json:"enhancer"`
	}
	err := e.object("EnhancerConfig", e.library.functions.getConfig, &config)
	return config.Enhancer, err
}

// UpdateConfig takes over a config, which glides in. What is left out of "enhancer" takes its default; the format must be
// what it is.
func (e *Enhancer) UpdateConfig(config api.Config) error {
	return e.jsonCall("UpdateConfig", e.library.functions.updateConfig, orEmpty(config))
}

// SetEnhancerConfig takes over how it shall sound, which glides in.
func (e *Enhancer) SetEnhancerConfig(config api.EnhancerConfig) error {
	return e.UpdateConfig(api.Config{"enhancer": config})
}

// DefaultConfig is the library's default config.
func (l *Library) DefaultConfig() (api.EnhancerConfig, error) {
	enhancer, err := l.create(uintptr(unsafe.Pointer(cString([]byte(`{"log_level": "off"}`)))))
	if err != nil {
		return api.EnhancerConfig{}, err
	}
	defer enhancer.Close()
	return enhancer.EnhancerConfig()
}

// StartRealTimeProcessing makes the audio calls keep from allocating, locking and calling the system inside the library, for blocks
// of up to config.BufferSize frames.
func (e *Enhancer) StartRealTimeProcessing(config api.RealTimeConfig) error {
	return e.jsonCall("StartRealTimeProcessing", e.library.functions.startRealTime, config)
}

// StopRealTimeProcessing ends what StartRealTimeProcessing began.
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
		return &CallError{call, "the config can't be written as JSON: " + err.Error()}
	}
	return e.call(call, function, uintptr(unsafe.Pointer(cString(text))), 0, 0)
}
