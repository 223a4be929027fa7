package audioenhancer

import (
	"math"
	"testing"

	"audioenhancer/api"
)

func TestAnalysisAndSpectrumOfASine(t *testing.T) {
	enhancer := started(t, Settings{})
	analysis, err := enhancer.AnalyzeAudio(sine(2, 44100, 1))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(analysis.RMS-math.Sqrt(0.5)) > 1e-4 || math.Abs(analysis.Peak-1) > 1e-4 || analysis.Features["crest_factor_db"] < 3 {
		t.Error(analysis.RMS, analysis.Peak, analysis.Features)
	}
	spectrum, err := enhancer.GetSpectrum(sine(1, 44100, 1))
	if err != nil {
		t.Fatal(err)
	}
	loudest := 0
	for bin, level := range spectrum.Magnitudes {
		if level > spectrum.Magnitudes[loudest] {
			loudest = bin
		}
	}
	// Between two bins the reading with the Hann window is up to 1.42 dB lower.
	if math.Abs(spectrum.Frequencies[loudest]-441) > 4 || spectrum.Magnitudes[loudest] > 0.1 || spectrum.Magnitudes[loudest] < -1.5 {
		t.Error(spectrum.Frequencies[loudest], spectrum.Magnitudes[loudest])
	}
	if len(spectrum.Magnitudes) != spectrum.FFTSize/2+1 || spectrum.SampleRate != 44100 {
		t.Error(spectrum.FFTSize)
	}
	if _, err := enhancer.GetSpectrum(nil); err == nil {
		t.Error("a live spectrum without real-time processing")
	}
	if err := enhancer.StartRealTimeProcessing(api.RealTimeConfig{BufferSize: 1000, Spectrum: true}); err != nil {
		t.Fatal(err)
	}
	for block := 0; block < 30; block++ {
		if _, err := enhancer.ProcessAudio(sine(2, 1000, 0.25)); err != nil {
			t.Fatal(err)
		}
	}
	live, err := enhancer.GetSpectrum(nil)
	if err != nil || live.SampleRate != 44100 {
		t.Fatal(err)
	}
	if enhancer.ProcessStereo(make([][2]float64, 1001)) == nil {
		t.Error("a block longer than BufferSize was accepted")
	}
	if enhancer.StopRealTimeProcessing() != nil || enhancer.StopRealTimeProcessing() == nil {
		t.Error("real-time processing stopped twice, or did not stop")
	}
	if err := enhancer.ProcessStereo(make([][2]float64, 1001)); err != nil {
		t.Error("audio failed after real-time processing:", err)
	}
}

func TestABatchKeepsTheOrderAndRemovesTheLatency(t *testing.T) {
	config := silent(t)
	config.MasterGain = -12
	var inputs []*api.AudioBuffer
	for n := 0; n < 20; n++ {
		inputs = append(inputs, sine(1+n%2, 50+300*n, 0.02*float64(n+1)))
	}
	outputs, err := library(t).ProcessBatch(config, inputs, 0)
	if err != nil {
		t.Fatal(err)
	}
	gain := math.Pow(10, -12.0/20)
	for index, output := range outputs {
		for channel := range output.Data {
			for n, sample := range output.Data[channel] {
				if expected := gain * float64(inputs[index].Data[channel][n]); math.Abs(float64(sample)-expected) > 1e-6 {
					t.Fatalf("buffer %d, channel %d, frame %d: %v, not %v", index, channel, n, sample, expected)
				}
			}
		}
	}
	if outputs, err := library(t).ProcessBatch(config, nil, 0); err != nil || len(outputs) != 0 {
		t.Error(err)
	}
	if _, err := library(t).ProcessBatch(config, []*api.AudioBuffer{sine(1, 10, 1), nil}, 0); err == nil {
		t.Error("a nil buffer was accepted")
	}
}
