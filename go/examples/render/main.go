// Command render plays a song through the enhancer into a WAV file. go-musicfox uses the same chain for the
// speaker.
//
//	go run ./examples/render -preset warm song.mp3 song.warm.wav
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"audioenhancer"
	"audioenhancer/beepenhancer"

	"github.com/gopxl/beep"
	"github.com/gopxl/beep/flac"
	"github.com/gopxl/beep/mp3"
	"github.com/gopxl/beep/vorbis"
	"github.com/gopxl/beep/wav"
)

func main() {
	preset := flag.String("preset", "warm", "name of the preset")
	library := flag.String("library", "", "path of the Audio Enhancer's library (default: the usual places)")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: render [-preset NAME] [-library FILE] SONG OUT.wav")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 2 {
		flag.Usage()
		os.Exit(2)
	}
	if err := render(*library, *preset, flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func render(libraryPath, preset, from, to string) error {
	library, err := audioenhancer.Open(libraryPath)
	if err != nil {
		return err
	}
	song, format, err := decode(from)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	defer song.Close()
	enhancer, err := library.Start(audioenhancer.Settings{SampleRate: int(format.SampleRate), Preset: preset})
	if err != nil {
		return err
	}
	defer enhancer.Close()
	enhanced := beepenhancer.New(song, enhancer)
	// In a file the latency can be removed: skip that many frames.
	latency, err := enhancer.LatencyFrames()
	if err != nil {
		return err
	}
	for head := make([][2]float64, latency); len(head) > 0; {
		n, ok := enhanced.Stream(head)
		if !ok {
			return fmt.Errorf("%s: %w", from, errors.Join(errors.New("the file contains no audio"), song.Err()))
		}
		head = head[n:]
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	target := beep.Format{SampleRate: format.SampleRate, NumChannels: 2, Precision: 3}
	err = wav.Encode(out, enhanced, target)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = enhanced.Failure()
	}
	if err == nil && song.Err() != nil {
		err = fmt.Errorf("%s: %w", from, song.Err())
	}
	if err != nil {
		os.Remove(to)
		return err
	}
	fmt.Printf("%s: %s, preset %s\n", to, format.SampleRate.D(song.Len()).Round(1e7), preset)
	return nil
}

func decode(path string) (beep.StreamSeekCloser, beep.Format, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, beep.Format{}, err
	}
	var song beep.StreamSeekCloser
	var format beep.Format
	switch strings.ToLower(filepath.Ext(path)) {
	case ".mp3":
		song, format, err = mp3.Decode(file)
	case ".ogg":
		song, format, err = vorbis.Decode(file)
	case ".flac":
		song, format, err = flac.Decode(file)
	default:
		// WAV is excluded: this version of beep reads it at half its level.
		err = fmt.Errorf("the format is not supported; convert it to .mp3, .ogg or .flac")
	}
	if err != nil {
		file.Close()
		return nil, beep.Format{}, err
	}
	return song, format, nil
}
