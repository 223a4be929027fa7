package audioenhancer

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"audioenhancer/api"
)

// fieldAt returns the field of a config at a JSON path such as "equalizer.bands.0.gain", and its Go path.
func fieldAt(t *testing.T, path string) (field reflect.StructField, place string) {
	t.Helper()
	at := reflect.TypeOf(api.EnhancerConfig{})
	for _, name := range strings.Split(path, ".") {
		if at.Kind() == reflect.Pointer {
			at = at.Elem()
		}
		if at.Kind() == reflect.Slice {
			at = at.Elem()
			continue
		}
		found := false
		for n := 0; n < at.NumField() && !found; n++ {
			tag, _, _ := strings.Cut(at.Field(n).Tag.Get("json"), ",")
			if found = tag == name; found {
				field, place = at.Field(n), at.Name()+"."+at.Field(n).Name
			}
		}
		if !found {
			t.Fatalf("%s: %s has no field %q", path, at.Name(), name)
		}
		at = field.Type
	}
	return field, place
}

// leaves returns the Go paths of all fields that are not structs or lists.
func leaves(at reflect.Type) (all []string) {
	for n := 0; n < at.NumField(); n++ {
		kind := at.Field(n).Type
		if kind.Kind() == reflect.Slice || kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		if kind.Kind() == reflect.Struct {
			all = append(all, leaves(kind)...)
		} else {
			all = append(all, at.Name()+"."+at.Field(n).Name)
		}
	}
	return all
}

// goName returns the Go name of a JSON name: "mono_below" gives "MonoBelow".
func goName(name string) string {
	var all string
	for _, word := range strings.Split(name, "_") {
		all += strings.ToUpper(word[:1]) + word[1:]
	}
	return all
}

func TestConfigAndParametersHaveTheSameFields(t *testing.T) {
	// The schema version is no parameter.
	places := map[string]bool{"EnhancerConfig.SchemaVersion": true}
	for _, parameter := range started(t, Settings{}).GetParameters() {
		field, place := fieldAt(t, parameter.Name)
		places[place] = true
		if name := parameter.Name[strings.LastIndex(parameter.Name, ".")+1:]; field.Name != goName(name) {
			t.Errorf("%s is the field %s, not %s", parameter.Name, place, goName(name))
		}
		kind := field.Type
		if kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		kinds := map[string][]reflect.Kind{"float": {reflect.Float64}, "switch": {reflect.Bool}, "choice": {reflect.String, reflect.Int}}
		if !slices.Contains(kinds[parameter.Type], kind.Kind()) {
			t.Errorf("%s is a %s, %s a %v", parameter.Name, parameter.Type, place, kind)
		}
	}
	if all := leaves(reflect.TypeOf(api.EnhancerConfig{})); len(all) != len(places) {
		t.Errorf("%v are not the fields of the parameters, %v", all, places)
	}
}

func TestAnOmittedFieldTakesTheDefault(t *testing.T) {
	for _, parameter := range started(t, Settings{}).GetParameters() {
		field, place := fieldAt(t, parameter.Name)
		if !strings.HasSuffix(field.Tag.Get("json"), ",omitempty") {
			if field.Type.Kind() == reflect.Pointer {
				t.Errorf("%s is a pointer, but not omitted if nil", place)
			}
			continue
		}
		// A pointer distinguishes an omitted field from a valid zero that is not the default.
		zero := false
		switch parameter.Type {
		case "float":
			zero = parameter.MinValue.(float64) <= 0 && parameter.MaxValue.(float64) >= 0 && parameter.DefaultValue != 0.0
		case "switch":
			zero = parameter.DefaultValue == true
		}
		if pointer := field.Type.Kind() == reflect.Pointer; pointer != zero {
			t.Errorf("%s: pointer is %v, but a valid zero other than the default %v is %v", place, pointer, parameter.DefaultValue, zero)
		}
	}
}

// settable returns the field of a config at a JSON path. It adds the bands and optional values on the way.
func settable(t *testing.T, config *api.EnhancerConfig, path string) reflect.Value {
	t.Helper()
	at := reflect.ValueOf(config).Elem()
	for _, name := range strings.Split(path, ".") {
		if index, err := strconv.Atoi(name); err == nil {
			for at.Len() <= index {
				at.Set(reflect.Append(at, reflect.Zero(at.Type().Elem())))
			}
			at = at.Index(index)
			continue
		}
		at = at.FieldByName(goName(name))
		if !at.IsValid() {
			t.Fatalf("%s: no field %s", path, goName(name))
		}
		if at.Kind() == reflect.Pointer {
			if at.IsNil() {
				at.Set(reflect.New(at.Type().Elem()))
			}
			at = at.Elem()
		}
	}
	return at
}

// setAnother sets a parameter's field to a valid value other than the default.
func setAnother(t *testing.T, config *api.EnhancerConfig, parameter api.Parameter) {
	t.Helper()
	field := settable(t, config, parameter.Name)
	switch parameter.Type {
	case "float":
		low, high := parameter.MinValue.(float64), parameter.MaxValue.(float64)
		value := low + 0.75*(high-low)
		if value == parameter.DefaultValue {
			value = low
		}
		field.SetFloat(value)
	case "switch":
		field.SetBool(parameter.DefaultValue != true)
	case "choice":
		place := slices.Index(parameter.Choices, parameter.DefaultValue.(string))
		label := parameter.Choices[(place+1)%len(parameter.Choices)]
		if field.Kind() == reflect.Int {
			number, err := strconv.Atoi(label)
			if err != nil {
				t.Fatal(parameter.Name, err)
			}
			field.SetInt(int64(number))
		} else {
			field.SetString(label)
		}
	}
}

func TestEveryFieldReadsBackFromTheLibrary(t *testing.T) {
	enhancer := started(t, Settings{})
	config := silent(t)
	for _, parameter := range enhancer.GetParameters() {
		setAnother(t, &config, parameter)
	}
	if err := enhancer.SetEnhancerConfig(config); err != nil {
		t.Fatal(err)
	}
	if got, err := enhancer.EnhancerConfig(); err != nil || !reflect.DeepEqual(got, config) {
		t.Errorf("%s\nreads back as\n%s\n%v", marshal(t, config), marshal(t, got), err)
	}
	// The JSON of both has the same fields.
	if read := marshal(t, enhancer.GetConfig()["enhancer"]); !sameJSON(t, read, marshal(t, config)) {
		t.Errorf("%s\nis not\n%s", read, marshal(t, config))
	}
	config.Equalizer.Bands = nil
	if text := marshal(t, config); !strings.Contains(text, `"bands":[]`) {
		t.Error(text)
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var left, right interface{}
	if err := errors.Join(json.Unmarshal([]byte(a), &left), json.Unmarshal([]byte(b), &right)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(left, right)
}
