package api

import "context"

// Plugin is the interface of every plugin.
type Plugin interface {
	ID() string
	Name() string
	Version() string
	Description() string

	Initialize(ctx context.Context, config Config) error
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	Cleanup() error

	Status() PluginStatus
	HealthCheck() error

	GetConfig() Config
	UpdateConfig(config Config) error

	GetMetadata() PluginMetadata
}

// AudioProcessor is a plugin that processes audio.
type AudioProcessor interface {
	Plugin

	ProcessAudio(input *AudioBuffer) (*AudioBuffer, error)
	ProcessAudioStream(input <-chan *AudioBuffer, output chan<- *AudioBuffer) error

	GetParameters() []Parameter
	SetParameter(name string, value interface{}) error
	GetParameter(name string) (interface{}, error)

	GetSupportedFormats() []AudioFormat
	SetAudioFormat(format AudioFormat) error
}

// AudioEnhancer is an audio processor with presets, analysis and real-time processing.
type AudioEnhancer interface {
	Plugin
	AudioProcessor

	EnhanceAudio(input *AudioBuffer, preset string) (*AudioBuffer, error)
	GetPresets() []PresetInfo
	LoadPreset(name string) error
	SavePreset(name string, config EnhancerConfig) error

	StartRealTimeProcessing(config RealTimeConfig) error
	StopRealTimeProcessing() error

	AnalyzeAudio(input *AudioBuffer) (*AudioAnalysis, error)
	GetSpectrum(input *AudioBuffer) (*SpectrumData, error)
}
