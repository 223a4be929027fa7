// Package beepenhancer inserts an enhancer into a chain of github.com/gopxl/beep streamers. In go-musicfox
// its place is after resampling and before the volume.
//
// The package does not import beep. Its Streamer has the methods of a beep streamer of versions 1 and 2.
package beepenhancer

import "audioenhancer"

// Source has the methods of beep.Streamer.
type Source interface {
	Stream(samples [][2]float64) (n int, ok bool)
	Err() error
}

// SeekSource has the methods of beep.StreamSeeker.
type SeekSource interface {
	Source
	Len() int
	Position() int
	Seek(p int) error
}

// Streamer plays its source through an enhancer. The output lags the source by the enhancer's latency, some
// milliseconds. When the source is drained, the Streamer adds the last frames from the enhancer. As with
// every beep streamer, one goroutine at a time may use it.
type Streamer struct {
	source   Source
	enhancer *audioenhancer.Enhancer
	// played is true while the enhancer holds audio of the source.
	played bool
	// draining is true after the end of the source. rest is the number of frames that the enhancer still holds.
	draining bool
	rest     int
	failure  error
}

// New returns a Streamer that plays source through a started enhancer with two channels and the source's
// sample rate. New keeps the enhancer's state: a player may build a new chain within a song, and tracks may
// follow each other without a gap. Call Reset before unrelated audio.
func New(source Source, enhancer *audioenhancer.Enhancer) *Streamer {
	return &Streamer{source: source, enhancer: enhancer}
}

// Stream fills samples from the source and processes them in place. If the enhancer fails, Stream passes the
// source's samples unchanged, so that the music continues; Failure returns the reason.
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

// enhance processes samples in place and updates failure.
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

// Err returns the source's error.
func (s *Streamer) Err() error { return s.source.Err() }

// Failure returns the reason why the latest samples passed unprocessed; nil if they were processed.
func (s *Streamer) Failure() error { return s.failure }

// Reset clears the enhancer's state. Call it after seeking in a source of New.
func (s *Streamer) Reset() {
	s.failure = s.enhancer.Reset()
	s.played, s.draining, s.rest = false, false, 0
}

// SeekStreamer is a Streamer whose source can seek.
type SeekStreamer struct {
	Streamer
	source SeekSource
}

// NewSeeker returns a SeekStreamer; see New.
func NewSeeker(source SeekSource, enhancer *audioenhancer.Enhancer) *SeekStreamer {
	return &SeekStreamer{*New(source, enhancer), source}
}

// Len returns the source's length in frames.
func (s *SeekStreamer) Len() int { return s.source.Len() }

// Position returns the source's position in frames. The output lags it by the latency.
func (s *SeekStreamer) Position() int { return s.source.Position() }

// Seek moves the source to frame p and clears the enhancer's state. On an error the position stays unchanged.
func (s *SeekStreamer) Seek(p int) error {
	if err := s.source.Seek(p); err != nil {
		return err
	}
	s.Reset()
	return nil
}

// Close closes the source if it has a Close method. The enhancer stays open.
func (s *SeekStreamer) Close() error {
	if closer, ok := s.source.(interface{ Close() error }); ok {
		return closer.Close()
	}
	return nil
}
