//go:build race

package main_test

// Host and plugin need the same build flags.
var buildFlags = []string{"-race"}
