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

// cBuffer has the layout of the library's AudioBuffer.
type cBuffer struct {
	data                                    *[maxChannels]unsafe.Pointer
	sampleRate, channels, frames, timestamp int64
}

// scratch holds the C structs of a call with planar audio. A pool keeps it for later calls, so that calls
// allocate nothing.
type scratch struct {
	in, out                 cBuffer
	inChannels, outChannels [maxChannels]unsafe.Pointer
	pinner                  runtime.Pinner
}

var scratches = sync.Pool{New: func() interface{} { return new(scratch) }}

// fill makes the C struct point to the audio, and pins the memory, because cgo's rules require it for
// pointers in memory that C reads.
func (s *scratch) fill(buffer *cBuffer, channels *[maxChannels]unsafe.Pointer, audio *api.AudioBuffer) {
	for channel, samples := range audio.Data {
		channels[channel] = unsafe.Pointer(unsafe.SliceData(samples))
		// When processing in place, the input's pin covers the output as well.
		if channels == &s.inChannels || channels[channel] != s.inChannels[channel] {
			s.pinner.Pin(channels[channel])
		}
	}
	if channels == &s.inChannels {
		s.pinner.Pin(s)
	}
	rate, count, frames := int64(audio.SampleRate), int64(audio.Channels), int64(audio.Frames)
	*buffer = cBuffer{channels, rate, count, frames, unixNano(audio.Timestamp)}
}

// done unpins the memory and returns the scratch to the pool.
func (s *scratch) done() {
	s.pinner.Unpin()
	s.inChannels, s.outChannels = [maxChannels]unsafe.Pointer{}, [maxChannels]unsafe.Pointer{}
	scratches.Put(s)
}

// unixNano returns nanoseconds since 1970 UTC, and 0 for the zero time.
func unixNano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// checkBuffer returns an error unless the data have the buffer's channels and frames.
func checkBuffer(call string, audio *api.AudioBuffer) error {
	if audio == nil {
		return &CallError{call, "the buffer is nil; pass one"}
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

// ProcessInto processes a block into the output's Data, which must have the input's channels and frames.
// Input and output may be the same buffer. ProcessInto sets the output's other fields to those of the input.
// For up to two channels it does not allocate.
func (e *Enhancer) ProcessInto(input, output *api.AudioBuffer) error {
	return e.processInto("ProcessAudio", e.library.functions.processAudio, input, nil, output)
}

// processInto calls a function that processes planar audio. Only enhanceAudio receives the preset.
func (e *Enhancer) processInto(call string, function uintptr, input *api.AudioBuffer, preset *byte, output *api.AudioBuffer) error {
	if err := checkBuffer(call, input); err != nil {
		return err
	}
	if output == nil || len(output.Data) != len(input.Data) {
		return &CallError{call, "the output's channels differ from the input's; pass an output of the same shape"}
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

// ProcessAudio processes a block and returns the result in a new buffer. The output lags the input by
// LatencyFrames.
func (e *Enhancer) ProcessAudio(input *api.AudioBuffer) (*api.AudioBuffer, error) {
	if err := checkBuffer("ProcessAudio", input); err != nil {
		return nil, err
	}
	output := shaped(input)
	if err := e.ProcessInto(input, output); err != nil {
		return nil, err
	}
	return output, nil
}

// EnhanceAudio processes a block like ProcessAudio, after loading a preset unless it is loaded already. An
// empty name keeps the present config.
func (e *Enhancer) EnhanceAudio(input *api.AudioBuffer, preset string) (*api.AudioBuffer, error) {
	if err := checkBuffer("EnhanceAudio", input); err != nil {
		return nil, err
	}
	if err := checkName("EnhanceAudio", preset); err != nil {
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

// shaped returns an output for the input: new channels of the same length.
func shaped(input *api.AudioBuffer) *api.AudioBuffer {
	samples := make([]float32, input.Channels*input.Frames)
	output := &api.AudioBuffer{Data: make([][]float32, input.Channels)}
	for channel := range output.Data {
		output.Data[channel] = samples[channel*input.Frames : (channel+1)*input.Frames : (channel+1)*input.Frames]
	}
	return output
}

// ProcessAudioStream processes the blocks of input and sends the results to output. It returns nil when input
// is closed, context.Canceled when the enhancer stops or the context of Start ends, and the error of a block
// that fails.
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

// ProcessStereo processes stereo samples in beep's layout in place. Any length is valid. It does not
// allocate.
func (e *Enhancer) ProcessStereo(samples [][2]float64) error {
	return e.call("ProcessStereo", e.library.functions.processF64, uintptr(unsafe.Pointer(unsafe.SliceData(samples))), uintptr(len(samples)), 2)
}

// ProcessInterleaved processes len(samples)/channels frames of interleaved audio in place. It does not
// allocate.
func (e *Enhancer) ProcessInterleaved(samples []float32, channels int) error {
	if channels < 1 || len(samples)%channels != 0 {
		return &CallError{"ProcessInterleaved", "the samples are not a whole number of frames; check `channels`"}
	}
	frames := len(samples) / channels
	return e.call("ProcessInterleaved", e.library.functions.processF32, uintptr(unsafe.Pointer(unsafe.SliceData(samples))), uintptr(frames), uintptr(channels))
}

// ProcessBatch processes independent recordings in parallel, each as a separate stream, and removes the
// latency. The results are in the order of the inputs. workers is the number of threads, 0 to 256; 0 means
// one per processor.
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
		if err := checkBuffer("ProcessBatch", input); err != nil {
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
