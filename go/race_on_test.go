//go:build race

package audioenhancer

// The race detector allocates by itself.
const counting = false
