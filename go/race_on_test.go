//go:build race

package audioenhancer

// The race detector allocates memory, so allocations can't be counted.
const counting = false
