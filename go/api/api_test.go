package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestJSONNamesMatchTheGuide compares the JSON names of the types with those in the plugin guide.
func TestJSONNamesMatchTheGuide(t *testing.T) {
	for _, row := range []struct {
		value interface{}
		names string
	}{
		{PluginMetadata{}, "id name version description author license tags capabilities metadata"},
		{AudioBuffer{}, "data sample_rate channels frames timestamp"},
		{AudioFormat{}, "sample_rate channels bit_depth format"},
		{Parameter{}, "name display_name type value min_value max_value default_value description unit choices"},
		{PresetInfo{}, "name description category tags config"},
		{RealTimeConfig{}, "buffer_size spectrum"},
		{AudioAnalysis{}, "rms peak dynamic_range spectrum features timestamp"},
		{SpectrumData{}, "frequencies magnitudes sample_rate fft_size timestamp"},
	} {
		var names []string
		kind := reflect.TypeOf(row.value)
		for n := 0; n < kind.NumField(); n++ {
			name, _, _ := strings.Cut(kind.Field(n).Tag.Get("json"), ",")
			names = append(names, name)
		}
		if got := strings.Join(names, " "); got != row.names {
			t.Errorf("%T has %s, not %s", row.value, got, row.names)
		}
	}
}

func TestStatusNamesAndNumbersMatchTheGuide(t *testing.T) {
	for number, name := range []string{"unknown", "initializing", "running", "stopped", "error"} {
		if PluginStatus(number).String() != name {
			t.Error(number, PluginStatus(number), name)
		}
	}
	if StatusUnknown != 0 || StatusInitializing != 1 || StatusRunning != 2 || StatusStopped != 3 || StatusError != 4 || PluginStatus(9).String() != "unknown" {
		t.Error("the numbers differ from the guide")
	}
}

func TestNilBandsAreWrittenAsAnEmptyList(t *testing.T) {
	text, err := json.Marshal(EqualizerConfig{Enabled: true})
	if err != nil || string(text) != `{"enabled":true,"bands":[]}` {
		t.Error(string(text), err)
	}
}

func TestABufferKeepsItsTimestampInJSON(t *testing.T) {
	buffer := AudioBuffer{Data: [][]float32{{0.5}}, SampleRate: 44100, Channels: 1, Frames: 1, Timestamp: time.Unix(7, 5).UTC()}
	text, err := json.Marshal(buffer)
	if err != nil {
		t.Fatal(err)
	}
	var again AudioBuffer
	if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, buffer) {
		t.Error(string(text), again, err)
	}
}
