package audioenhancer

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestManyGoroutinesUseOneEnhancer(t *testing.T) {
	enhancer := started(t, Settings{})
	var stop atomic.Bool
	var group sync.WaitGroup
	for _, work := range []func() error{
		func() error { return enhancer.SetParameter("master_gain", -1) },
		func() error { return enhancer.LoadPreset("rock") },
		func() error { _, err := enhancer.Presets(); return err },
		func() error { _, err := enhancer.Metrics(); return err },
		func() error { _, err := enhancer.EnhancerConfig(); return err },
		func() error { _, err := enhancer.GetParameter("limiter.ceiling"); return err },
		func() error { _, err := enhancer.GetSpectrum(sine(1, 512, 1)); return err },
		func() error {
			if enhancer.LoadPreset("no such").Error() != "LoadPreset: no preset has the name `no such`; choose a name from the list of presets" {
				return errors.New("another call's message")
			}
			return nil
		},
		func() error { _, err := enhancer.ProcessAudio(sine(2, 256, 0.5)); return err },
	} {
		group.Add(1)
		go func(work func() error) {
			defer group.Done()
			for !stop.Load() {
				if err := work(); err != nil {
					t.Error(err)
					return
				}
			}
		}(work)
	}
	time.Sleep(time.Second)
	stop.Store(true)
	group.Wait()
}

func TestCloseDuringCalls(t *testing.T) {
	for round := 0; round < 50; round++ {
		enhancer := started(t, Settings{})
		var group sync.WaitGroup
		for n := 0; n < 3; n++ {
			group.Add(1)
			go func(n int) {
				defer group.Done()
				for {
					if n == 0 && enhancer.ProcessStereo(make([][2]float64, 64)) != nil {
						return
					}
					if n > 0 && enhancer.GetConfig() == nil {
						return
					}
				}
			}(n)
		}
		time.Sleep(time.Millisecond)
		enhancer.Close()
		group.Wait()
		if !errors.Is(enhancer.Reset(), ErrClosed) {
			t.Error("the enhancer is not closed")
		}
	}
}

func TestTheGarbageCollectorClosesAnUnusedEnhancer(t *testing.T) {
	closed := make(chan uintptr, 1)
	var handle uintptr
	func() {
		enhancer, err := library(t).New()
		if err != nil {
			t.Fatal(err)
		}
		handle = enhancer.handle.Load()
	}()
	go func() {
		for {
			runtime.GC()
			// A second Enhancer with the same handle has metadata while the instance exists.
			probe := &Enhancer{library: library(t)}
			probe.handle.Store(handle)
			if probe.GetMetadata().ID == "" {
				closed <- handle
				return
			}
			time.Sleep(time.Millisecond)
		}
	}()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("the library still has the instance")
	}
}
