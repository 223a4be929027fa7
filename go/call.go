package audioenhancer

import (
	"encoding/json"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// create makes an instance of a config's text, or of none.
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
	// Only a net: Close is the rule.
	runtime.SetFinalizer(enhancer, func(e *Enhancer) { e.Close() })
	return enhancer, nil
}

// arguments are kept from call to call, so that calls allocate nothing.
type arguments [4]uintptr

var argumentPool = sync.Pool{New: func() interface{} { return new(arguments) }}

// call calls a function of the instance that answers 0 or −1, with up to three more arguments; those it does not have do not
// matter to it. The message of a failure belongs to the thread, so the goroutine stays on it meanwhile. What the arguments
// point to stays in place and alive until the call returns.
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

// failure is what the latest failed call on this thread met.
func (l *Library) failure(call string) error {
	text, _, _ := purego.SyscallN(l.functions.lastError)
	return &CallError{Call: call, Message: goString(text)}
}

// text calls a function that returns a text of the library's.
func (e *Enhancer) text(name string, function uintptr) (string, error) {
	handle := e.handle.Load()
	if handle == 0 {
		return "", ErrClosed
	}
	// The text belongs to the thread until this function is called on it again.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	text, _, _ := purego.SyscallN(function, handle)
	runtime.KeepAlive(e)
	if text == 0 {
		return "", e.library.failure(name)
	}
	return goString(text), nil
}

// object reads what a function returns as JSON.
func (e *Enhancer) object(name string, function uintptr, into interface{}) error {
	text, err := e.text(name, function)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), into)
}

// nameCall calls a function that takes a name, which must not end before its end.
func (e *Enhancer) nameCall(call string, function uintptr, name string) error {
	if strings.IndexByte(name, 0) >= 0 {
		return &CallError{Call: call, Message: "a name can't hold a NUL; leave it out"}
	}
	return e.call(call, function, uintptr(unsafe.Pointer(cString([]byte(name)))), 0, 0)
}

// cString ends a text with a NUL.
func cString(text []byte) *byte {
	ended := make([]byte, len(text)+1)
	copy(ended, text)
	return &ended[0]
}

// goString copies a text of the library's.
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

// pointer turns an address of the library's memory, which Go's collector does not know, into a pointer.
func pointer[T any](address uintptr) *T {
	return *(**T)(unsafe.Pointer(&address))
}
