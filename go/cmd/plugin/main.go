// The Audio Enhancer as a Go plugin: `go build -buildmode=plugin ./cmd/plugin`, for hosts that load Go plugins with plugin.Open, as
// go-musicfox's plugin guide has it.
//
// A Go plugin works only in a host that was built with the same Go and the same versions of the packages that both use.
package main

import (
	"sync"

	"audioenhancer"
	"audioenhancer/api"
)

// PluginInstance is the plugin after PluginCreate, and nil after PluginDestroy.
var PluginInstance api.AudioEnhancer

var (
	mutex   sync.Mutex
	failure error
)

// PluginCreate makes the plugin, an api.AudioEnhancer, or returns the one there is. It returns nil where the library can't be
// loaded; PluginError then tells why.
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

// PluginDestroy gives the plugin's memory back.
func PluginDestroy() {
	mutex.Lock()
	defer mutex.Unlock()
	if PluginInstance != nil {
		failure = PluginInstance.Cleanup()
		PluginInstance = nil
	}
}

// PluginError is why the latest PluginCreate or PluginDestroy failed.
func PluginError() error {
	mutex.Lock()
	defer mutex.Unlock()
	return failure
}

func main() {}
