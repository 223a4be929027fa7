package audioenhancer

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"audioenhancer/api"
)

// fieldAt returns the field of a config at a JSON path such as "equalizer.bands.0.gain", and its Go path.
func fieldAt(t *testing.T, path string) (field reflect.StructField, place string) {
	t.Helper()
	at := reflect.TypeOf(api.EnhancerConfig{})
	for _, name := range strings.Split(path, ".") {
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
		if kind.Kind() == reflect.Slice {
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
