// Package beepenhancer puts an enhancer into a chain of github.com/gopxl/beep streamers, after resampling and before the
// volume: where go-musicfox plays through beep.
//
// It needs nothing of beep: its Streamer has beep's methods, of version 1 and 2 alike.
package beepenhancer

import "audioenhancer"

// Source is what beep calls a Streamer.
type Source interface {
	Stream(samples [][2]float64) (n int, ok bool)
	Err() error
}

// SeekSource is what beep calls a StreamSeeker.
type SeekSource interface {
	Source
	Len() int
	Position() int
	Seek(p int) error
}

// Streamer plays its source through an enhancer. What comes out lags by the enhancer's latency, some milliseconds; when the
// source is drained, the rest follows. As with every beep streamer, one goroutine at a time uses it.
type Streamer struct {
	source   Source
	enhancer *audioenhancer.Enhancer
	// played tells that the enhancer holds audio of the source.
	played bool
	// draining tells that the source is drained, and rest how many frames the enhancer still holds.
	draining bool
	rest     int
	failure  error
}

// New plays source, whose sample rate is the enhancer's, through an enhancer that is started and has two channels. What the
// enhancer did last lives on, so that a player may build its chain anew within a song, and tracks may follow each other
// without a gap; where something else starts, call Reset.
func New(source Source, enhancer *audioenhancer.Enhancer) *Streamer {
	return &Streamer{source: source, enhancer: enhancer}
}

// Stream fills samples from the source and enhances them in place. Audio that the enhancer refuses passes as it is: the music
// goes on, and Failure tells why.
func (s *Streamer) Stream(samples [][2]float64) (n int, ok bool) {
	if !s.draining {
		n, ok = s.source.Stream(samples)
		s.enhance(samples[:n])
		if ok {
			return n, true
		}
		s.draining = true
		if s.played && s.failure == nil && s.source.Err() == nil {
			s.rest, _ = s.enhancer.LatencyFrames()
		}
	}
	tail := samples[n:]
	if len(tail) > s.rest {
		tail = tail[:s.rest]
	}
	for index := range tail {
		tail[index] = [2]float64{}
	}
	s.enhance(tail)
	s.rest -= len(tail)
	n += len(tail)
	return n, n > 0 || s.rest > 0
}

func (s *Streamer) enhance(samples [][2]float64) {
	if len(samples) == 0 {
		return
	}
	if err := s.enhancer.ProcessStereo(samples); err != nil {
		s.failure = err
		return
	}
	s.failure = nil
	s.played = true
}

// Err is the source's error.
func (s *Streamer) Err() error { return s.source.Err() }

// Failure is why the latest audio passed unenhanced; nil while all is well.
func (s *Streamer) Failure() error { return s.failure }

// Reset forgets the audio of the past. Call it after seeking in a source that is wrapped by New.
func (s *Streamer) Reset() {
	s.failure = s.enhancer.Reset()
	s.played, s.draining, s.rest = false, false, 0
}

// SeekStreamer is a Streamer that can seek.
type SeekStreamer struct {
	Streamer
	source SeekSource
}

// NewSeeker is New for a source that can seek.
func NewSeeker(source SeekSource, enhancer *audioenhancer.Enhancer) *SeekStreamer {
	return &SeekStreamer{*New(source, enhancer), source}
}

// Len is the source's length.
func (s *SeekStreamer) Len() int { return s.source.Len() }

// Position is the source's position, some milliseconds ahead of what is heard.
func (s *SeekStreamer) Position() int { return s.source.Position() }

// Seek moves the source and forgets the audio of the past. After an error nothing has moved.
func (s *SeekStreamer) Seek(p int) error {
	if err := s.source.Seek(p); err != nil {
		return err
	}
	s.Reset()
	return nil
}

// Close closes a source that can be closed; the enhancer stays open.
func (s *SeekStreamer) Close() error {
	if closer, ok := s.source.(interface{ Close() error }); ok {
		return closer.Close()
	}
	return nil
}
