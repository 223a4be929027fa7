//go:build race

package beepenhancer

// The race detector allocates by itself.
const counting = false
