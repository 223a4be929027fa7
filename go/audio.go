package audioenhancer

import (
	"context"
	"encoding/json"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"audioenhancer/api"

	"github.com/ebitengine/purego"
)

const maxChannels = 8

// cBuffer is the library's AudioBuffer.
type cBuffer struct {
	data                                    *[maxChannels]unsafe.Pointer
	sampleRate, channels, frames, timestamp int64
}

// scratch is what a call with planar audio needs; kept for the next one, so that calls allocate nothing.
type scratch struct {
	in, out                 cBuffer
	inChannels, outChannels [maxChannels]unsafe.Pointer
	pinner                  runtime.Pinner
}

var scratches = sync.Pool{New: func() interface{} { return new(scratch) }}

// fill points to the audio and pins it, as memory with pointers that is handed to C must be.
func (s *scratch) fill(buffer *cBuffer, channels *[maxChannels]unsafe.Pointer, audio *api.AudioBuffer) {
	for channel, samples := range audio.Data {
		channels[channel] = unsafe.Pointer(unsafe.SliceData(samples))
		// In place, the input's pin holds the output, too.
		if channels == &s.inChannels || channels[channel] != s.inChannels[channel] {
			s.pinner.Pin(channels[channel])
		}
	}
	if channels == &s.inChannels {
		s.pinner.Pin(s)
	}
	*buffer = cBuffer{channels, int64(audio.SampleRate), int64(audio.Channels), int64(audio.Frames), unixNano(audio.Timestamp)}
}

func (s *scratch) done() {
	s.pinner.Unpin()
	s.inChannels, s.outChannels = [maxChannels]unsafe.Pointer{}, [maxChannels]unsafe.Pointer{}
	scratches.Put(s)
}

func unixNano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// check sees that the buffer has what it says.
func check(audio *api.AudioBuffer) error {
	if audio == nil {
		return &CallError{"ProcessAudio", "the buffer is nil; pass one"}
	}
	if len(audio.Data) != audio.Channels || audio.Channels < 1 || audio.Channels > maxChannels {
		return &BufferError{-1, audio.Channels, len(audio.Data)}
	}
	for channel, samples := range audio.Data {
		if len(samples) != audio.Frames || audio.Frames < 1 {
			return &BufferError{channel, audio.Frames, len(samples)}
		}
	}
	return nil
}

// ProcessInto processes a block into the output's buffers, which have the input's shape or are the input's own. For
// up to two channels it allocates nothing.
func (e *Enhancer) ProcessInto(input, output *api.AudioBuffer) error {
	return e.processInto("ProcessAudio", e.library.functions.processAudio, input, nil, output)
}

func (e *Enhancer) processInto(call string, function uintptr, input *api.AudioBuffer, preset *byte, output *api.AudioBuffer) error {
	if err := check(input); err != nil {
		return err
	}
	if output == nil || len(output.Data) != len(input.Data) {
		return &CallError{call, "the output has not the input's channels; give it buffers of the same shape"}
	}
	for channel, samples := range output.Data {
		if len(samples) != input.Frames {
			return &BufferError{channel, input.Frames, len(samples)}
		}
	}
	output.SampleRate, output.Channels, output.Frames = input.SampleRate, input.Channels, input.Frames
	output.Timestamp = input.Timestamp
	s := scratches.Get().(*scratch)
	defer s.done()
	s.fill(&s.in, &s.inChannels, input)
	s.fill(&s.out, &s.outChannels, output)
	if function == e.library.functions.enhanceAudio {
		return e.call(call, function, uintptr(unsafe.Pointer(&s.in)), uintptr(unsafe.Pointer(preset)), uintptr(unsafe.Pointer(&s.out)))
	}
	return e.call(call, function, uintptr(unsafe.Pointer(&s.in)), uintptr(unsafe.Pointer(&s.out)), 0)
}

// ProcessAudio processes a block and returns a new one. It lags the input by LatencyFrames.
func (e *Enhancer) ProcessAudio(input *api.AudioBuffer) (*api.AudioBuffer, error) {
	if err := check(input); err != nil {
		return nil, err
	}
	output := shaped(input)
	if err := e.ProcessInto(input, output); err != nil {
		return nil, err
	}
	return output, nil
}

// EnhanceAudio is ProcessAudio with a preset, which is loaded unless it is in force already.
func (e *Enhancer) EnhanceAudio(input *api.AudioBuffer, preset string) (*api.AudioBuffer, error) {
	if err := check(input); err != nil {
		return nil, err
	}
	output := shaped(input)
	name := cString([]byte(preset))
	err := e.processInto("EnhanceAudio", e.library.functions.enhanceAudio, input, name, output)
	runtime.KeepAlive(name)
	if err != nil {
		return nil, err
	}
	return output, nil
}

func shaped(input *api.AudioBuffer) *api.AudioBuffer {
	samples := make([]float32, input.Channels*input.Frames)
	output := &api.AudioBuffer{Data: make([][]float32, input.Channels)}
	for channel := range output.Data {
		output.Data[channel] = samples[channel*input.Frames : (channel+1)*input.Frames : (channel+1)*input.Frames]
	}
	return output
}

// ProcessAudioStream processes what comes until the input is closed, or the enhancer stopped.
func (e *Enhancer) ProcessAudioStream(input <-chan *api.AudioBuffer, output chan<- *api.AudioBuffer) error {
	done := e.life.done()
	for {
		select {
		case <-done:
			return context.Canceled
		case block, ok := <-input:
			if !ok {
				return nil
			}
			processed, err := e.ProcessAudio(block)
			if err != nil {
				return err
			}
			select {
			case output <- processed:
			case <-done:
				return context.Canceled
			}
		}
	}
}

// ProcessStereo processes interleaved stereo in place, as beep has it. Any length; it allocates nothing.
func (e *Enhancer) ProcessStereo(samples [][2]float64) error {
	return e.call("ProcessStereo", e.library.functions.processF64, uintptr(unsafe.Pointer(unsafe.SliceData(samples))), uintptr(len(samples)), 2)
}

// ProcessInterleaved processes interleaved audio in place: len(samples)/channels frames. It allocates nothing.
func (e *Enhancer) ProcessInterleaved(samples []float32, channels int) error {
	if channels < 1 || len(samples)%channels != 0 {
		return &CallError{"ProcessInterleaved", "the samples are no whole number of frames; check `channels`"}
	}
	frames := len(samples) / channels
	return e.call("ProcessInterleaved", e.library.functions.processF32, uintptr(unsafe.Pointer(unsafe.SliceData(samples))), uintptr(frames), uintptr(channels))
}

// ProcessBatch processes independent recordings in parallel, each a stream of its own, and takes the latency off. Results stand
// in the order of the inputs. workers 0 is as many as there are processors.
func (l *Library) ProcessBatch(config api.EnhancerConfig, inputs []*api.AudioBuffer, workers int) ([]*api.AudioBuffer, error) {
	text, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	var pinner runtime.Pinner
	defer pinner.Unpin()
	outputs := make([]*api.AudioBuffer, len(inputs))
	all := make([]cBuffer, 2*len(inputs)+1)
	for index, input := range inputs {
		if err := check(input); err != nil {
			return nil, err
		}
		output := shaped(input)
		output.SampleRate, output.Channels, output.Frames = input.SampleRate, input.Channels, input.Frames
		output.Timestamp = input.Timestamp
		outputs[index] = output
		for place, audio := range map[int]*api.AudioBuffer{index: input, len(inputs) + index: output} {
			channels := new([maxChannels]unsafe.Pointer)
			for channel, samples := range audio.Data {
				channels[channel] = unsafe.Pointer(unsafe.SliceData(samples))
				pinner.Pin(channels[channel])
			}
			pinner.Pin(channels)
			all[place] = cBuffer{channels, int64(audio.SampleRate), int64(audio.Channels), int64(audio.Frames), unixNano(audio.Timestamp)}
		}
	}
	name := cString(text)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	result, _, _ := purego.SyscallN(l.functions.processBatch, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&all[0])),
		uintptr(unsafe.Pointer(&all[len(inputs)])), uintptr(len(inputs)), uintptr(workers))
	if int32(result) != 0 {
		return nil, l.failure("ProcessBatch")
	}
	return outputs, nil
}
