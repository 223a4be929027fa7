package audioenhancer

import (
	"encoding/json"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// create creates an instance from the address of a config's C string, or without a config from 0.
//
//go:uintptrescapes
func (l *Library) create(config uintptr) (*Enhancer, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	handle, _, _ := purego.SyscallN(l.functions.create, config)
	if handle == 0 {
		return nil, l.failure("Start")
	}
	enhancer := &Enhancer{library: l}
	enhancer.handle.Store(handle)
	// The finalizer is a fallback for a missing Close.
	runtime.SetFinalizer(enhancer, func(e *Enhancer) { e.Close() })
	return enhancer, nil
}

// arguments holds the arguments of a call. A pool keeps it for later calls, so that calls allocate nothing.
type arguments [4]uintptr

var argumentPool = sync.Pool{New: func() interface{} { return new(arguments) }}

// call calls a function of the library that takes the instance and up to three more arguments and returns 0
// or −1. A function ignores arguments that it does not declare. The message of a failure belongs to the
// thread, so call locks the goroutine to its thread. The memory that the arguments point to stays alive and
// in place until call returns.
//
//go:uintptrescapes
func (e *Enhancer) call(name string, function, a, b, c uintptr) error {
	handle := e.handle.Load()
	if handle == 0 {
		return ErrClosed
	}
	all := argumentPool.Get().(*arguments)
	*all = arguments{handle, a, b, c}
	runtime.LockOSThread()
	result, _, _ := purego.SyscallN(function, all[:]...)
	argumentPool.Put(all)
	var err error
	if int32(result) != 0 {
		err = e.library.failure(name)
	}
	runtime.UnlockOSThread()
	runtime.KeepAlive(e)
	return err
}

// failure returns the error of the latest failed call on this thread.
func (l *Library) failure(call string) error {
	text, _, _ := purego.SyscallN(l.functions.lastError)
	return &CallError{Call: call, Message: goString(text)}
}

// text calls a function that returns a C string, and copies the string.
func (e *Enhancer) text(name string, function uintptr) (string, error) {
	handle := e.handle.Load()
	if handle == 0 {
		return "", ErrClosed
	}
	// The string belongs to the thread, and is valid until the thread's next call of this function.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	text, _, _ := purego.SyscallN(function, handle)
	runtime.KeepAlive(e)
	if text == 0 {
		return "", e.library.failure(name)
	}
	return goString(text), nil
}

// object decodes the JSON that a function returns.
func (e *Enhancer) object(name string, function uintptr, into interface{}) error {
	text, err := e.text(name, function)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// checkName returns an error if the name contains a NUL, which would end the C string early.
func checkName(call, name string) error {
	if strings.IndexByte(name, 0) >= 0 {
		return &CallError{Call: call, Message: "a name can't contain a NUL; remove it"}
	}
	return nil
}

// nameCall calls a function that takes a name.
func (e *Enhancer) nameCall(call string, function uintptr, name string) error {
	if err := checkName(call, name); err != nil {
		return err
	}
	return e.call(call, function, uintptr(unsafe.Pointer(cString([]byte(name)))), 0, 0)
}

// cString copies a text and appends a NUL.
func cString(text []byte) *byte {
	ended := make([]byte, len(text)+1)
	copy(ended, text)
	return &ended[0]
}

// goString copies a C string of the library. Address 0 gives an empty string.
func goString(address uintptr) string {
	if address == 0 {
		return ""
	}
	start := pointer[byte](address)
	length := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(start), length)) != 0 {
		length++
	}
	return string(unsafe.Slice(start, length))
}

// pointer converts an address of the library's memory to a pointer. The garbage collector does not manage
// that memory.
func pointer[T any](address uintptr) *T {
	return *(**T)(unsafe.Pointer(&address))
}
