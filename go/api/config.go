package api

import "encoding/json"

// EnhancerConfig is all that shapes the sound. Its zero value is not valid (a ratio of 0 is out of range): start from
// audioenhancer.DefaultConfig or from a preset's.
type EnhancerConfig struct {
	SchemaVersion     int                  `json:"schema_version,omitempty"`
	Equalizer         EqualizerConfig      `json:"equalizer"`
	Compressor        CompressorConfig     `json:"compressor"`
	Limiter           LimiterConfig        `json:"limiter"`
	StereoEnhancer    StereoEnhancerConfig `json:"stereo_enhancer"`
	BassBoost         BassBoostConfig      `json:"bass_boost"`
	TrebleBoost       TrebleBoostConfig    `json:"treble_boost"`
	MasterGain        float64              `json:"master_gain"` // dB
	BypassAll         bool                 `json:"bypass_all"`
	ProcessingQuality string               `json:"processing_quality"` // "draft", "good", "best"
}

// EqualizerConfig is the parametric equalizer: up to 16 bands.
type EqualizerConfig struct {
	Enabled bool     `json:"enabled"`
	Preamp  float64  `json:"preamp,omitempty"` // dB
	Bands   []EQBand `json:"bands"`
}

// MarshalJSON writes no bands as an empty list.
func (c EqualizerConfig) MarshalJSON() ([]byte, error) {
	type plain EqualizerConfig
	if c.Bands == nil {
		c.Bands = []EQBand{}
	}
	return json.Marshal(plain(c))
}

// EQBand is one band.
type EQBand struct {
	Frequency float64 `json:"frequency"`         // Hz
	Gain      float64 `json:"gain"`              // dB
	Q         float64 `json:"q"`                 // quality factor
	Type      string  `json:"type"`              // "peak", "lowpass", "highpass", "lowshelf", "highshelf", "notch", "bandpass", "tilt"
	Enabled   *bool   `json:"enabled,omitempty"` // on if nil
	Slope     int     `json:"slope,omitempty"`   // dB per octave of a lowpass or highpass: 6, 12, 24, 36, 48
	Channel   string  `json:"channel,omitempty"` // "stereo", "left", "right", "mid", "side"
}

// CompressorConfig is the compressor.
type CompressorConfig struct {
	Enabled           bool     `json:"enabled"`
	Threshold         float64  `json:"threshold"`   // dB
	Ratio             float64  `json:"ratio"`       // 1:ratio
	Attack            float64  `json:"attack"`      // ms
	Release           float64  `json:"release"`     // ms
	Knee              float64  `json:"knee"`        // dB
	MakeupGain        float64  `json:"makeup_gain"` // dB
	AutoMakeup        bool     `json:"auto_makeup,omitempty"`
	Detector          string   `json:"detector,omitempty"`           // "peak", "rms"
	SidechainHighpass float64  `json:"sidechain_highpass,omitempty"` // Hz, 0 is off
	Mix               *float64 `json:"mix,omitempty"`                // %, 100 if nil
}

// LimiterConfig is the true-peak limiter.
type LimiterConfig struct {
	Enabled bool    `json:"enabled"`
	Ceiling float64 `json:"ceiling"` // dBTP
	Release float64 `json:"release"` // ms
}

// StereoEnhancerConfig is the stereo enhancer.
type StereoEnhancerConfig struct {
	Enabled   bool    `json:"enabled"`
	Width     float64 `json:"width"`      // %, 100 leaves it
	MonoBelow float64 `json:"mono_below"` // Hz, 0 is off
	Balance   float64 `json:"balance"`    // %, left is negative
	Crossfeed float64 `json:"crossfeed"`  // %
}

// BassBoostConfig is the bass boost.
type BassBoostConfig struct {
	Enabled   bool    `json:"enabled"`
	Frequency float64 `json:"frequency"` // Hz
	Amount    float64 `json:"amount"`    // dB
	Harmonics float64 `json:"harmonics"` // %
}

// TrebleBoostConfig is the treble boost.
type TrebleBoostConfig struct {
	Enabled   bool    `json:"enabled"`
	Frequency float64 `json:"frequency"` // Hz
	Amount    float64 `json:"amount"`    // dB
	Harmonics float64 `json:"harmonics"` // %
}
