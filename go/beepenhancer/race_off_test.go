//go:build !race

package beepenhancer

const counting = true
