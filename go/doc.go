// Package audioenhancer makes audio sound better: equalizer, compressor, bass and treble with harmonics, stereo width and a
// true-peak limiter, in the Audio Enhancer's shared library, which it loads without cgo.
//
//	enhancer, err := audioenhancer.Start(audioenhancer.Settings{SampleRate: 44100, Preset: "warm"})
//	if err != nil {
//		return err
//	}
//	defer enhancer.Close()
//	err = enhancer.ProcessStereo(samples) // [][2]float64, in place
//
// An Enhancer is go-musicfox's api.AudioEnhancer, too. All methods may be called from any goroutine; one goroutine at a time
// gets audio through. Nothing that Go owns is kept by the library.
package audioenhancer
