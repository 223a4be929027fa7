// Package api has the types and interfaces of go-musicfox's plugin guide, with its names and JSON tags, so that host and
// plugin speak of the same things. Fields beyond the guide's are optional: left out, they take the library's defaults.
package api

import "time"

// PluginStatus is where a plugin stands.
type PluginStatus int

const (
	// StatusUnknown is a plugin that is created, but not initialized.
	StatusUnknown PluginStatus = iota
	// StatusInitializing is a plugin that is ready to start.
	StatusInitializing
	// StatusRunning is a plugin that takes audio.
	StatusRunning
	// StatusStopped is a plugin that can be started again.
	StatusStopped
	// StatusError is a plugin that met an internal error and wants to be initialized again.
	StatusError
)

func (s PluginStatus) String() string {
	switch s {
	case StatusInitializing:
		return "initializing"
	case StatusRunning:
		return "running"
	case StatusStopped:
		return "stopped"
	case StatusError:
		return "error"
	}
	return "unknown"
}

// Config is what a host configures a plugin with: sample_rate, channels, buffer_size, enhancer or preset, log_level and
// preset_folder, all optional.
type Config map[string]interface{}

// PluginMetadata is what a plugin says of itself.
type PluginMetadata struct {
	ID           string                 `json:"id"`
	Name         string                 `json:"name"`
	Version      string                 `json:"version"`
	Description  string                 `json:"description"`
	Author       string                 `json:"author"`
	License      string                 `json:"license"`
	Tags         []string               `json:"tags"`
	Capabilities []string               `json:"capabilities"`
	Metadata     map[string]interface{} `json:"metadata"`
}

// AudioBuffer is a block of audio: Data[channel][frame], full scale 1.
type AudioBuffer struct {
	Data       [][]float32 `json:"data"`
	SampleRate int         `json:"sample_rate"` // Hz
	Channels   int         `json:"channels"`
	Frames     int         `json:"frames"`
	Timestamp  time.Time   `json:"timestamp"` // of the first frame
}

// AudioFormat is a format of audio.
type AudioFormat struct {
	SampleRate int    `json:"sample_rate"` // Hz
	Channels   int    `json:"channels"`
	BitDepth   int    `json:"bit_depth"`
	Format     string `json:"format"` // "float32"
}

// Parameter is one thing to set. A value is a float64, of a "switch" a bool, of a "choice" one of Choices.
type Parameter struct {
	Name         string      `json:"name"`
	DisplayName  string      `json:"display_name"`
	Type         string      `json:"type"` // "float", "switch", "choice"
	Value        interface{} `json:"value"`
	MinValue     interface{} `json:"min_value,omitempty"`
	MaxValue     interface{} `json:"max_value,omitempty"`
	DefaultValue interface{} `json:"default_value"`
	Description  string      `json:"description"`
	Unit         string      `json:"unit,omitempty"`
	Choices      []string    `json:"choices,omitempty"`
}

// PresetInfo is a preset.
type PresetInfo struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Category    string         `json:"category"`
	Tags        []string       `json:"tags"`
	Config      EnhancerConfig `json:"config"`
}

// RealTimeConfig is what real-time processing is started with.
type RealTimeConfig struct {
	// BufferSize is the most frames of a block; 0 is the plugin's own buffer size.
	BufferSize int `json:"buffer_size,omitempty"`
	// Spectrum keeps the latest output for GetSpectrum(nil).
	Spectrum bool `json:"spectrum"`
}

// AudioAnalysis is what a block of audio measures. Levels are linear; what silence leaves undefined is 0 or absent.
type AudioAnalysis struct {
	RMS          float64            `json:"rms"`
	Peak         float64            `json:"peak"`
	DynamicRange float64            `json:"dynamic_range"` // dB
	Spectrum     []float64          `json:"spectrum"`      // dBFS, bins from 0 Hz to half the sample rate
	Features     map[string]float64 `json:"features"`
	Timestamp    time.Time          `json:"timestamp"`
}

// SpectrumData is a spectrum.
type SpectrumData struct {
	Frequencies []float64 `json:"frequencies"` // Hz
	Magnitudes  []float64 `json:"magnitudes"`  // dBFS: a full-scale sine reads 0
	SampleRate  int       `json:"sample_rate"` // Hz
	FFTSize     int       `json:"fft_size"`
	Timestamp   time.Time `json:"timestamp"`
}
