package audioenhancer

import (
	"errors"
	"fmt"
	"strings"
)

// ErrClosed is the error of every method after Close or Cleanup.
var ErrClosed = errors.New("the enhancer is closed; create a new one")

// NotFoundError reports that no usual place has the library.
type NotFoundError struct {
	// Tried lists the paths without a library.
	Tried []string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("the Audio Enhancer's library is not at %s; install it with `cargo xtask install musicfox`, or set %s",
		strings.Join(e.Tried, ", "), LibraryVariable)
}

// LoadError reports that a file is not the library, or has another interface version.
type LoadError struct {
	Path string
	Err  error
}

func (e *LoadError) Error() string { return fmt.Sprintf("can't load %s: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *LoadError) Unwrap() error { return e.Err }

// CallError reports that a call failed.
type CallError struct {
	// Call is the name of the method.
	Call string
	// Message states the fact and the advice, in one line.
	Message string
}

func (e *CallError) Error() string { return e.Call + ": " + e.Message }

// BufferError reports that the data of an AudioBuffer differ from its Channels or Frames.
type BufferError struct {
	Channel          int // index of the channel; −1 if the number of channels is wrong
	Expected, Actual int
}

func (e *BufferError) Error() string {
	if e.Channel < 0 {
		return fmt.Sprintf("the buffer has %d channels, but Channels is %d; set Channels to len(Data), 1 to 8", e.Actual, e.Expected)
	}
	return fmt.Sprintf("channel %d has %d frames, but %d are expected; set Frames to len(Data[0]), 1 or more",
		e.Channel, e.Actual, e.Expected)
}
