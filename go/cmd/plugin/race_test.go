//go:build race

package main_test

// Host and plugin must be built alike.
var buildFlags = []string{"-race"}
