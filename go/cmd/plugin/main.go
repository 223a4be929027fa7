// Command plugin is the Audio Enhancer as a Go plugin, for hosts that load Go plugins with plugin.Open
// according to go-musicfox's plugin guide. Build it with
//
//	go build -buildmode=plugin ./cmd/plugin
//
// A Go plugin works only in a host that was built with the same version of Go and of all shared packages.
package main

import (
	"sync"

	"audioenhancer"
	"audioenhancer/api"
)

// PluginInstance is the plugin; nil before PluginCreate and after PluginDestroy.
var PluginInstance api.AudioEnhancer

var (
	mutex   sync.Mutex
	failure error
)

// PluginCreate creates the plugin, an api.AudioEnhancer, or returns the existing one. It returns nil if the
// library can't be loaded; PluginError returns the reason.
func PluginCreate() interface{} {
	mutex.Lock()
	defer mutex.Unlock()
	if PluginInstance != nil {
		return PluginInstance
	}
	enhancer, err := audioenhancer.New()
	failure = err
	if err != nil {
		return nil
	}
	PluginInstance = enhancer
	return enhancer
}

// PluginDestroy closes the plugin and releases its memory.
func PluginDestroy() {
	mutex.Lock()
	defer mutex.Unlock()
	if PluginInstance != nil {
		failure = PluginInstance.Cleanup()
		PluginInstance = nil
	}
}

// PluginError returns the error of the latest PluginCreate or PluginDestroy.
func PluginError() error {
	mutex.Lock()
	defer mutex.Unlock()
	return failure
}

func main() {}
