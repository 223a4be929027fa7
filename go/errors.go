package audioenhancer

import (
	"errors"
	"fmt"
	"strings"
)

// ErrClosed is what an Enhancer answers after Close or Cleanup.
var ErrClosed = errors.New("the enhancer is closed; make a new one")

// NotFoundError tells that the library is at none of the usual places.
type NotFoundError struct {
	// Tried are the files that were looked for.
	Tried []string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("the Audio Enhancer's library is not at %s; install it with `cargo xtask install musicfox`, or set %s",
		strings.Join(e.Tried, ", "), LibraryVariable)
}

// LoadError tells that a file is no such library, or one of another version.
type LoadError struct {
	Path string
	Err  error
}

func (e *LoadError) Error() string { return fmt.Sprintf("can't load %s: %v", e.Path, e.Err) }

// Unwrap gives what the system said.
func (e *LoadError) Unwrap() error { return e.Err }

// CallError is what the library answered.
type CallError struct {
	// Call is the method.
	Call string
	// Message says what is wrong and what to do.
	Message string
}

func (e *CallError) Error() string { return e.Call + ": " + e.Message }

// BufferError tells that an AudioBuffer does not have the channels and frames that it says.
type BufferError struct {
	Channel          int // −1 where the number of channels is wrong
	Expected, Actual int
}

func (e *BufferError) Error() string {
	if e.Channel < 0 {
		return fmt.Sprintf("the buffer has %d channels, but says %d; set Channels to len(Data)", e.Actual, e.Expected)
	}
	return fmt.Sprintf("channel %d has %d frames, but the buffer says %d; set Frames to len(Data[0])",
		e.Channel, e.Actual, e.Expected)
}
