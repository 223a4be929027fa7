// Package audioenhancer processes audio with the Audio Enhancer: equalizer, compressor, bass and treble boost
// with harmonics, stereo width and a true-peak limiter. It loads the Audio Enhancer's shared library without
// cgo.
//
//	enhancer, err := audioenhancer.Start(audioenhancer.Settings{SampleRate: 44100, Preset: "warm"})
//	if err != nil {
//		return err
//	}
//	defer enhancer.Close()
//	err = enhancer.ProcessStereo(samples) // [][2]float64, in place
//
// An Enhancer implements api.AudioEnhancer of go-musicfox's plugin guide. Any goroutine may call any method;
// one goroutine at a time processes audio. The library keeps no pointer to Go memory after a call.
package audioenhancer
