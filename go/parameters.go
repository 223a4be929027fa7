package audioenhancer

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"audioenhancer/api"
)

// description caches the description of each parameter, which never changes.
type description struct {
	mutex  sync.Mutex
	byName map[string]row
}

// row is a parameter in the library's JSON.
type row struct {
	Name        string   `json:"name"`
	DisplayName string   `json:"display_name"`
	Type        string   `json:"type"`
	Value       float64  `json:"value"`
	Min         float64  `json:"min"`
	Max         float64  `json:"max"`
	Default     float64  `json:"default"`
	Unit        string   `json:"unit"`
	Description string   `json:"description"`
	Choices     []string `json:"choices"`
}

// value converts the library's number: a bool for a switch, a label for a choice, else the number.
func (r row) value(number float64) interface{} {
	switch r.Type {
	case "switch":
		return number != 0
	case "choice":
		if index := int(number); index >= 0 && index < len(r.Choices) {
			return r.Choices[index]
		}
	}
	return number
}

// number converts a value to the library's number.
func (r row) number(value interface{}) (float64, error) {
	switch value := value.(type) {
	case bool:
		if r.Type == "switch" {
			if value {
				return 1, nil
			}
			return 0, nil
		}
	case string:
		for index, choice := range r.Choices {
			if choice == value {
				return float64(index), nil
			}
		}
	case float64:
		return value, nil
	case float32:
		return float64(value), nil
	case int:
		return float64(value), nil
	case int64:
		return float64(value), nil
	case json.Number:
		return value.Float64()
	}
	expected := "a number"
	if r.Type == "switch" {
		expected = "true or false"
	} else if len(r.Choices) > 0 {
		expected = "one of " + strings.Join(r.Choices, ", ")
	}
	return 0, &CallError{"SetParameter", fmt.Sprintf("`%s` can't be %v; pass %s", r.Name, value, expected)}
}

// Parameters returns all parameters with their present values.
func (e *Enhancer) Parameters() ([]api.Parameter, error) {
	var rows []row
	if err := e.object("GetParameters", e.library.functions.getParameters, &rows); err != nil {
		return nil, err
	}
	parameters := make([]api.Parameter, len(rows))
	for index, row := range rows {
		parameters[index] = api.Parameter{
			Name: row.Name, DisplayName: row.DisplayName, Type: row.Type, Value: row.value(row.Value),
			DefaultValue: row.value(row.Default), Description: row.Description, Unit: row.Unit, Choices: row.Choices,
		}
		if row.Type == "float" {
			parameters[index].MinValue, parameters[index].MaxValue = row.Min, row.Max
		}
	}
	return parameters, nil
}

// GetParameters returns all parameters with their present values; nil before Initialize and after Close.
func (e *Enhancer) GetParameters() []api.Parameter {
	parameters, err := e.Parameters()
	if err != nil {
		return nil
	}
	return parameters
}

// row returns the description of a parameter. For an unknown name it returns a float row, and the library
// reports the error.
func (e *Enhancer) row(name string) row {
	e.describe.mutex.Lock()
	defer e.describe.mutex.Unlock()
	if e.describe.byName == nil {
		var rows []row
		if e.object("GetParameters", e.library.functions.getParameters, &rows) == nil {
			e.describe.byName = make(map[string]row, len(rows))
			for _, row := range rows {
				e.describe.byName[row.Name] = row
			}
		}
	}
	if row, ok := e.describe.byName[name]; ok {
		return row
	}
	return row{Name: name, Type: "float"}
}

// SetParameter sets a parameter such as "limiter.ceiling". The value is a number, a bool for a switch, or one
// of its choices for a choice.
func (e *Enhancer) SetParameter(name string, value interface{}) error {
	if err := checkName("SetParameter", name); err != nil {
		return err
	}
	number, err := e.row(name).number(value)
	if err != nil {
		return err
	}
	handle := e.handle.Load()
	if handle == 0 {
		return ErrClosed
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	result := e.library.functions.setParameter(handle, cString([]byte(name)), number)
	runtime.KeepAlive(e)
	if result != 0 {
		return e.library.failure("SetParameter")
	}
	return nil
}

// GetParameter returns the value of a parameter: a float64, a bool for a switch, a string for a choice.
func (e *Enhancer) GetParameter(name string) (interface{}, error) {
	if err := checkName("GetParameter", name); err != nil {
		return nil, err
	}
	value := new(float64)
	text := cString([]byte(name))
	err := e.call("GetParameter", e.library.functions.getParameter, uintptr(unsafe.Pointer(text)), uintptr(unsafe.Pointer(value)), 0)
	if err != nil {
		return nil, err
	}
	return e.row(name).value(*value), nil
}

// GetSupportedFormats returns common formats; nil after Close. Every sample rate from 8 to 384 kHz is
// supported, listed or not.
func (e *Enhancer) GetSupportedFormats() []api.AudioFormat {
	var formats []api.AudioFormat
	if e.object("GetSupportedFormats", e.library.functions.getFormats, &formats) != nil {
		return nil
	}
	return formats
}

// SetAudioFormat changes sample rate and number of channels, and clears the chain's state.
func (e *Enhancer) SetAudioFormat(format api.AudioFormat) error {
	if format.Format != "" && format.Format != "float32" {
		return &CallError{"SetAudioFormat", "samples are float32; convert " + format.Format}
	}
	const most = 1<<31 - 1
	if format.SampleRate < 0 || format.SampleRate > most || format.Channels < 0 || format.Channels > most {
		return &CallError{"SetAudioFormat", "sample rate and channels are out of range; see GetSupportedFormats"}
	}
	return e.call("SetAudioFormat", e.library.functions.setFormat, uintptr(format.SampleRate), uintptr(format.Channels), 0)
}

// Metrics returns times per operation, and counts of frames, errors and memory.
func (e *Enhancer) Metrics() (map[string]interface{}, error) {
	var metrics map[string]interface{}
	err := e.object("Metrics", e.library.functions.getMetrics, &metrics)
	return metrics, err
}
