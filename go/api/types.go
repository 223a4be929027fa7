// Package api declares the types and interfaces of go-musicfox's plugin guide, with the guide's names and
// JSON tags.
//
// # Config values
//
// The zero value of EnhancerConfig is invalid: a ratio of 0, for example, is out of range. Start from
// audioenhancer.DefaultConfig or from the config of a preset.
//
// Fields that the guide does not have are optional. A program that does not set them gets the library's
// defaults. Such a field is a pointer if its zero value is a valid setting other than the default.
package api

import "time"

// PluginStatus is the stage of a plugin's life.
type PluginStatus int

const (
	// StatusUnknown means created, not initialized; also closed.
	StatusUnknown PluginStatus = iota
	// StatusInitializing means initialized, ready to start.
	StatusInitializing
	// StatusRunning means that the plugin accepts audio.
	StatusRunning
	// StatusStopped means that the plugin can start again.
	StatusStopped
	// StatusError means that an internal error occurred; only Initialize leaves this status.
	StatusError
)

// String returns the status in lower case, such as "running"; "unknown" for any other number.
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

// Config is the configuration that a host passes to a plugin. All keys are optional: sample_rate, channels,
// buffer_size, enhancer or preset, log_level and preset_folder. See audioenhancer.Settings for their meaning.
type Config map[string]interface{}

// PluginMetadata describes a plugin.
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

// AudioBuffer is a block of planar audio. Full scale is 1.
type AudioBuffer struct {
	Data       [][]float32 `json:"data"`        // Data[channel][frame]
	SampleRate int         `json:"sample_rate"` // Hz
	Channels   int         `json:"channels"`    // len(Data), 1 to 8
	Frames     int         `json:"frames"`      // length of each channel, 1 or more
	Timestamp  time.Time   `json:"timestamp"`   // time of the first frame
}

// AudioFormat is a sample format.
type AudioFormat struct {
	SampleRate int    `json:"sample_rate"` // Hz
	Channels   int    `json:"channels"`
	BitDepth   int    `json:"bit_depth"` // 32
	Format     string `json:"format"`    // "float32"
}

// Parameter describes a parameter and its present value. Values are a float64 for the type "float", a bool
// for "switch" and one of Choices for "choice".
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

// PresetInfo describes a preset of the factory or the user.
type PresetInfo struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Category    string         `json:"category"`
	Tags        []string       `json:"tags"`
	Config      EnhancerConfig `json:"config"`
}

// RealTimeConfig configures real-time processing.
type RealTimeConfig struct {
	// BufferSize is the most frames of a block. Zero means the plugin's own buffer size.
	BufferSize int `json:"buffer_size,omitempty"`
	// Spectrum enables the live spectrum, GetSpectrum(nil).
	Spectrum bool `json:"spectrum"`
}

// AudioAnalysis holds the measurements of a block of audio. A value that silence leaves undefined is 0, or
// absent from Features.
type AudioAnalysis struct {
	RMS          float64            `json:"rms"`           // over all channels, linear
	Peak         float64            `json:"peak"`          // largest magnitude, linear
	DynamicRange float64            `json:"dynamic_range"` // dB, by the TT Dynamic Range Meter's method
	Spectrum     []float64          `json:"spectrum"`      // dBFS, bins from 0 Hz to half the sample rate
	Features     map[string]float64 `json:"features"`      // "lufs_integrated", "true_peak_dbtp" and others
	Timestamp    time.Time          `json:"timestamp"`
}

// SpectrumData is a spectrum: one frequency and one level per bin.
type SpectrumData struct {
	Frequencies []float64 `json:"frequencies"` // Hz
	Magnitudes  []float64 `json:"magnitudes"`  // dBFS: a full-scale sine reads 0
	SampleRate  int       `json:"sample_rate"` // Hz
	FFTSize     int       `json:"fft_size"`    // length of the analysis window, frames
	Timestamp   time.Time `json:"timestamp"`
}
