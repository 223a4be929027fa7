//go:build !race

package audioenhancer

const counting = true
