package beepenhancer

import (
	"context"
	"errors"
	"math"
	"testing"

	"audioenhancer"
	"audioenhancer/internal/testlibrary"

	"github.com/gopxl/beep"
	"github.com/gopxl/beep/effects"
)

// The types implement beep's interfaces, and beep's types implement the package's interfaces.
var (
	_ beep.Streamer         = (*Streamer)(nil)
	_ beep.StreamSeekCloser = (*SeekStreamer)(nil)
	_ Source                = beep.Streamer(nil)
	_ SeekSource            = beep.StreamSeeker(nil)
)

// track is a source like a decoder: it has an end and a position, and may return fewer frames than requested.
type track struct {
	frames   [][2]float64
	position int
	most     int // most frames per call; 0 means no limit
	err      error
}

func (s *track) Stream(samples [][2]float64) (int, bool) {
	if s.err != nil || s.position == len(s.frames) {
		return 0, false
	}
	if s.most > 0 && len(samples) > s.most {
		samples = samples[:s.most]
	}
	n := copy(samples, s.frames[s.position:])
	s.position += n
	return n, true
}

func (s *track) Err() error    { return s.err }
func (s *track) Len() int      { return len(s.frames) }
func (s *track) Position() int { return s.position }
func (s *track) Close() error  { return errors.New("closed") }
func (s *track) Seek(p int) error {
	if p < 0 || p > len(s.frames) {
		return errors.New("beyond the end")
	}
	s.position = p
	return nil
}

func tone(frames int, step float64) *track {
	s := &track{}
	for n := 0; n < frames; n++ {
		value := 0.4 * math.Sin(float64(n)*step)
		s.frames = append(s.frames, [2]float64{value, -0.5 * value})
	}
	return s
}

// halving returns an enhancer that only reduces the level by 6 dB, so that the expected output is half the
// input.
func halving(t testing.TB) *audioenhancer.Enhancer {
	t.Helper()
	library, err := audioenhancer.Open(testlibrary.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	config, err := library.DefaultConfig()
	if err != nil {
		t.Fatal(err)
	}
	config.Equalizer.Enabled, config.Limiter.Enabled = false, false
	config.MasterGain = 20 * math.Log10(0.5)
	enhancer, err := library.Start(audioenhancer.Settings{Enhancer: &config, LogLevel: "off"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { enhancer.Close() })
	return enhancer
}

func latency(t testing.TB, enhancer *audioenhancer.Enhancer) int {
	t.Helper()
	frames, err := enhancer.LatencyFrames()
	if err != nil {
		t.Fatal(err)
	}
	return frames
}

// drain plays to the end, in blocks of these lengths in rotation.
func drain(t testing.TB, s beep.Streamer, blocks ...int) [][2]float64 {
	t.Helper()
	var all [][2]float64
	for round := 0; ; round++ {
		length := blocks[round%len(blocks)]
		guard := make([][2]float64, length+1)
		guard[length] = [2]float64{7, 7}
		block := guard[:length]
		for index := range block {
			// These values must not appear in the output.
			block[index] = [2]float64{9, 9}
		}
		n, ok := s.Stream(block)
		if guard[length] != [2]float64{7, 7} {
			t.Fatal("Stream wrote beyond its slice")
		}
		all = append(all, block[:n]...)
		if !ok {
			if n != 0 {
				t.Fatal("frames after the end")
			}
			return all
		}
		if n == 0 && length > 0 {
			t.Fatal("neither frames nor the end")
		}
	}
}

func expectHalved(t *testing.T, got, source [][2]float64, latency int) {
	t.Helper()
	if len(got) != len(source)+latency {
		t.Fatalf("%d frames out of %d and %d of latency", len(got), len(source), latency)
	}
	for n, frame := range got {
		expected := [2]float64{}
		if n >= latency {
			expected = source[n-latency]
		}
		if math.Abs(frame[0]-0.5*expected[0]) > 1e-6 || math.Abs(frame[1]-0.5*expected[1]) > 1e-6 {
			t.Fatalf("frame %d is %v, not half of %v", n, frame, expected)
		}
	}
}

func TestEveryFrameIsPlayedForAnyBlockLengths(t *testing.T) {
	enhancer := halving(t)
	for _, most := range []int{0, 1, 100, 333} {
		for _, blocks := range [][]int{{512}, {1}, {8820}, {3, 500, 0, 77}} {
			source := tone(3000, 0.05)
			source.most = most
			got := drain(t, New(source, enhancer), blocks...)
			expectHalved(t, got, source.frames, latency(t, enhancer))
		}
	}
}

func TestAStreamerWorksInABeepChain(t *testing.T) {
	// The chain of go-musicfox: a control, a volume around it, and a callback at the end.
	enhancer := halving(t)
	source := tone(2000, 0.03)
	called := 0
	ctrl := &beep.Ctrl{Streamer: beep.Seq(New(source, enhancer), beep.Callback(func() { called++ }))}
	volume := &effects.Volume{Streamer: ctrl, Base: 2, Volume: 1}
	got := drain(t, volume, 512)
	for index := range got {
		got[index] = [2]float64{got[index][0] / 2, got[index][1] / 2}
	}
	// beep's sequence fills the last block with silence.
	expectHalved(t, got[:len(source.frames)+latency(t, enhancer)], source.frames, latency(t, enhancer))
	if called != 1 {
		t.Errorf("the callback at the end was called %d times", called)
	}
}

// gapless continues with the next track within a block, like go-musicfox's player.
type gapless struct{ tracks []*track }

func (s *gapless) Stream(samples [][2]float64) (int, bool) {
	filled := 0
	for filled < len(samples) && len(s.tracks) > 0 {
		n, ok := s.tracks[0].Stream(samples[filled:])
		filled += n
		if !ok {
			s.tracks = s.tracks[1:]
		}
	}
	return filled, filled > 0
}

func (s *gapless) Err() error { return nil }

func TestAGaplessSwitchIsOneStream(t *testing.T) {
	enhancer := halving(t)
	whole := tone(3000, 0.05).frames
	source := &gapless{[]*track{{frames: whole[:1234]}, {frames: whole[1234:]}}}
	expectHalved(t, drain(t, New(source, enhancer), 500), whole, latency(t, enhancer))
}

func TestANewChainWithinASongContinuesTheStream(t *testing.T) {
	// go-musicfox builds a new chain when a download ends.
	enhancer := halving(t)
	source := tone(3000, 0.05)
	first := make([][2]float64, 1234)
	if n, ok := New(source, enhancer).Stream(first); n != len(first) || !ok {
		t.Fatal(n, ok)
	}
	expectHalved(t, append(first, drain(t, New(source, enhancer), 500)...), source.frames, latency(t, enhancer))
}

// ragged returns the last frames and the end in one call, like go-musicfox's player.
type ragged struct {
	*track
	over bool
}

func (s *ragged) Stream(samples [][2]float64) (int, bool) {
	if s.over {
		panic("Stream was called after the end")
	}
	n, _ := s.track.Stream(samples)
	s.over = n < len(samples)
	return n, !s.over
}

func TestFramesReturnedWithTheEndAreKept(t *testing.T) {
	enhancer := halving(t)
	source := tone(3000, 0.05)
	expectHalved(t, drain(t, New(&ragged{track: source}, enhancer), 512), source.frames, latency(t, enhancer))
}

func TestASeekClearsTheState(t *testing.T) {
	enhancer := halving(t)
	source := tone(5000, 0.05)
	s := NewSeeker(source, enhancer)
	block := make([][2]float64, 1000)
	if n, ok := s.Stream(block); n != 1000 || !ok || s.Position() != 1000 || s.Len() != 5000 {
		t.Fatal(n, ok)
	}
	if err := s.Seek(6000); err == nil || s.Position() != 1000 {
		t.Fatal("the position moved beyond the end")
	}
	if n, ok := s.Stream(block); n != 1000 || !ok || math.Abs(block[0][0]-0.5*source.frames[1000-latency(t, enhancer)][0]) > 1e-6 {
		t.Fatal("a failed seek changed the stream", n, ok, block[0])
	}
	if err := s.Seek(3000); err != nil || s.Position() != 3000 {
		t.Fatal(err)
	}
	expectHalved(t, drain(t, s, 512), source.frames[3000:], latency(t, enhancer))
	// Seeking back works after the end.
	if err := s.Seek(4000); err != nil {
		t.Fatal(err)
	}
	expectHalved(t, drain(t, s, 512), source.frames[4000:], latency(t, enhancer))
	if s.Close() == nil {
		t.Error("the source was not closed")
	}
}

func TestASourcesErrorEndsTheStream(t *testing.T) {
	source := tone(5000, 0.05)
	s := New(source, halving(t))
	block := make([][2]float64, 512)
	s.Stream(block)
	source.err = errors.New("lost")
	if n, ok := s.Stream(block); n != 0 || ok || s.Err() != source.err {
		t.Error(n, ok, s.Err())
	}
}

func TestTheMusicContinuesWithoutTheEnhancer(t *testing.T) {
	enhancer := halving(t)
	source := tone(1000, 0.05)
	s := New(source, enhancer)
	enhancer.Close()
	got := drain(t, s, 300)
	if len(got) != 1000 || got[500] != source.frames[500] || !errors.Is(s.Failure(), audioenhancer.ErrClosed) || s.Err() != nil {
		t.Error(len(got), s.Failure())
	}
}

func TestThereAreNoLastFramesWithoutProcessedAudio(t *testing.T) {
	if got := drain(t, New(tone(0, 0), halving(t)), 300); len(got) != 0 {
		t.Errorf("%d frames from an empty source", len(got))
	}
	// A stopped enhancer returns its latency, but rejects audio.
	enhancer, source := halving(t), tone(1000, 0.05)
	s := New(source, enhancer)
	if n, ok := s.Stream(make([][2]float64, 100)); n != 100 || !ok {
		t.Fatal(n, ok)
	}
	if err := enhancer.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := drain(t, s, 300)
	if len(got) != 900 || got[0] != source.frames[100] || s.Failure() == nil {
		t.Error(len(got), got[0], s.Failure())
	}
}

func TestFailureIsSetUntilTheNextSuccess(t *testing.T) {
	enhancer, source := halving(t), tone(3000, 0.05)
	s := New(source, enhancer)
	block := make([][2]float64, 100)
	if err := enhancer.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n, ok := s.Stream(block); n != 100 || !ok || s.Failure() == nil {
		t.Fatal(n, ok, s.Failure())
	}
	if err := enhancer.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n, ok := s.Stream(block); n != 100 || !ok || s.Failure() != nil {
		t.Fatal(n, ok, s.Failure())
	}
	enhancer.Close()
	if s.Reset(); !errors.Is(s.Failure(), audioenhancer.ErrClosed) {
		t.Error(s.Failure())
	}
}

func TestThereAreNoLastFramesAfterASeekToTheEnd(t *testing.T) {
	s := NewSeeker(tone(1000, 0.05), halving(t))
	// Play to the end, then into the middle of the last frames from the enhancer.
	if n, ok := s.Stream(make([][2]float64, 1000)); n != 1000 || !ok {
		t.Fatal(n, ok)
	}
	for round := 0; round < 2; round++ {
		if n, ok := s.Stream(make([][2]float64, 10)); n != 10 || !ok {
			t.Fatal(n, ok)
		}
		if err := s.Seek(1000); err != nil {
			t.Fatal(err)
		}
		if got := drain(t, s, 64); len(got) != 0 {
			t.Errorf("%d frames after a seek to the end", len(got))
		}
		// In the second round, seek from the middle of the song.
		if err := s.Seek(500); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStreamDoesNotAllocate(t *testing.T) {
	if !counting {
		t.Skip("the race detector allocates memory")
	}
	source := tone(1000000, 0.05)
	s := New(source, halving(t))
	block := make([][2]float64, 512)
	if allocations := testing.AllocsPerRun(200, func() { s.Stream(block) }); allocations != 0 {
		t.Errorf("%v allocations per block", allocations)
	}
}
