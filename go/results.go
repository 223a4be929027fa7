package audioenhancer

import (
	"encoding/json"
	"runtime"
	"time"
	"unsafe"

	"audioenhancer/api"
)

// These types have the layout of the library's structs; addresses of its memory are integers.
type (
	cAnalysis struct {
		rms, peak, dynamicRange float64
		spectrum                uintptr
		spectrumLen             int64
		features                uintptr
		timestamp               int64
	}
	cSpectrum struct {
		frequencies, magnitudes             uintptr
		len, sampleRate, fftSize, timestamp int64
	}
	cPreset struct {
		name, description, category, tags, config uintptr
	}
	cMetadata struct {
		id, name, version, description, author, license, tags, capabilities, metadata uintptr
	}
)

// copied copies numbers from the library's memory.
func copied(address uintptr, length int64) []float64 {
	numbers := make([]float64, length)
	copy(numbers, unsafe.Slice(pointer[float64](address), length))
	return numbers
}

// onThread runs work on a locked thread: the results of a call belong to its thread.
func onThread(work func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return work()
}

// AnalyzeAudio measures a block of audio. Its format may differ from the enhancer's.
func (e *Enhancer) AnalyzeAudio(input *api.AudioBuffer) (*api.AudioAnalysis, error) {
	if err := checkBuffer("AnalyzeAudio", input); err != nil {
		return nil, err
	}
	s := scratches.Get().(*scratch)
	defer s.done()
	s.fill(&s.in, &s.inChannels, input)
	analysis := &api.AudioAnalysis{Timestamp: input.Timestamp}
	err := onThread(func() error {
		c := new(cAnalysis)
		err := e.call("AnalyzeAudio", e.library.functions.analyzeAudio, uintptr(unsafe.Pointer(&s.in)), uintptr(unsafe.Pointer(c)), 0)
		if err != nil {
			return err
		}
		analysis.RMS, analysis.Peak, analysis.DynamicRange = c.rms, c.peak, c.dynamicRange
		analysis.Spectrum = copied(c.spectrum, c.spectrumLen)
		return json.Unmarshal([]byte(goString(c.features)), &analysis.Features)
	})
	if err != nil {
		return nil, err
	}
	return analysis, nil
}

// GetSpectrum computes the spectrum of a block of audio. Its format may differ from the enhancer's. For a nil
// input, it returns the live spectrum, that of the latest output, which RealTimeConfig.Spectrum enables.
func (e *Enhancer) GetSpectrum(input *api.AudioBuffer) (*api.SpectrumData, error) {
	s := scratches.Get().(*scratch)
	defer s.done()
	spectrum := &api.SpectrumData{}
	var buffer *cBuffer
	if input != nil {
		if err := checkBuffer("GetSpectrum", input); err != nil {
			return nil, err
		}
		s.fill(&s.in, &s.inChannels, input)
		buffer = &s.in
		spectrum.Timestamp = input.Timestamp
	} else {
		spectrum.Timestamp = time.Now()
	}
	err := onThread(func() error {
		c := new(cSpectrum)
		err := e.call("GetSpectrum", e.library.functions.getSpectrum, uintptr(unsafe.Pointer(buffer)), uintptr(unsafe.Pointer(c)), 0)
		if err != nil {
			return err
		}
		spectrum.Frequencies, spectrum.Magnitudes = copied(c.frequencies, c.len), copied(c.magnitudes, c.len)
		spectrum.SampleRate, spectrum.FFTSize = int(c.sampleRate), int(c.fftSize)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return spectrum, nil
}

// Presets returns all presets: those of the factory, then those of the user.
func (e *Enhancer) Presets() ([]api.PresetInfo, error) {
	var presets []api.PresetInfo
	err := onThread(func() error {
		address, count := new(uintptr), new(int32)
		err := e.call("GetPresets", e.library.functions.getPresets, uintptr(unsafe.Pointer(address)), uintptr(unsafe.Pointer(count)), 0)
		if err != nil {
			return err
		}
		for _, c := range unsafe.Slice(pointer[cPreset](*address), *count) {
			preset := api.PresetInfo{Name: goString(c.name), Description: goString(c.description), Category: goString(c.category)}
			if err := json.Unmarshal([]byte(goString(c.tags)), &preset.Tags); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(goString(c.config)), &preset.Config); err != nil {
				return err
			}
			presets = append(presets, preset)
		}
		return nil
	})
	return presets, err
}

// GetPresets returns all presets; nil before Initialize and after Close.
func (e *Enhancer) GetPresets() []api.PresetInfo {
	presets, err := e.Presets()
	if err != nil {
		return nil
	}
	return presets
}

// LoadPreset loads a preset; the sound glides to it.
func (e *Enhancer) LoadPreset(name string) error {
	return e.nameCall("LoadPreset", e.library.functions.loadPreset, name)
}

// DeletePreset deletes a preset of the user. A factory preset's name is an error.
func (e *Enhancer) DeletePreset(name string) error {
	return e.nameCall("DeletePreset", e.library.functions.deletePreset, name)
}

// SavePreset saves a config as a preset of the user, for all programs of the Audio Enhancer. It replaces the
// user's preset of that name. A factory preset's name is an error.
func (e *Enhancer) SavePreset(name string, config api.EnhancerConfig) error {
	text, err := json.Marshal(config)
	if err != nil {
		return err
	}
	if err := checkName("SavePreset", name); err != nil {
		return err
	}
	nameText := cString([]byte(name))
	return e.call("SavePreset", e.library.functions.savePreset, uintptr(unsafe.Pointer(nameText)), uintptr(unsafe.Pointer(cString(text))), 0)
}

// GetMetadata describes the library and the enhancer's format; the result is empty after Close.
func (e *Enhancer) GetMetadata() api.PluginMetadata {
	var metadata api.PluginMetadata
	_ = onThread(func() error {
		c := new(cMetadata)
		if err := e.call("GetMetadata", e.library.functions.getMetadata, uintptr(unsafe.Pointer(c)), 0, 0); err != nil {
			return err
		}
		metadata = api.PluginMetadata{
			ID: goString(c.id), Name: goString(c.name), Version: goString(c.version), Description: goString(c.description),
			Author: goString(c.author), License: goString(c.license),
		}
		for text, into := range map[uintptr]interface{}{
			c.tags: &metadata.Tags, c.capabilities: &metadata.Capabilities, c.metadata: &metadata.Metadata,
		} {
			if err := json.Unmarshal([]byte(goString(text)), into); err != nil {
				return err
			}
		}
		return nil
	})
	return metadata
}
