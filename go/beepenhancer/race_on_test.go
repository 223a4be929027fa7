//go:build race

package beepenhancer

// The race detector allocates memory, so allocations can't be counted.
const counting = false
