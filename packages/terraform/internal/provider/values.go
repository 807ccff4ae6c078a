package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/table"
)

// values are the attributes of an object by name.
type values map[string]tftypes.Value

// valuesOf returns the attributes of a whole object, or nil if there is none.
func valuesOf(raw tftypes.Value) values {
	if raw.IsNull() || !raw.IsKnown() {
		return nil
	}
	found := values{}
	if raw.As((*map[string]tftypes.Value)(&found)) != nil {
		return nil
	}
	return found
}

// typeOf returns the type of a kind of attributes.
func typeOf(kind string) tftypes.Type {
	switch kind {
	case "int":
		return tftypes.Number
	case "bool":
		return tftypes.Bool
	case "set":
		return tftypes.Set{ElementType: tftypes.String}
	case "list":
		return tftypes.List{ElementType: tftypes.String}
	case "map":
		return tftypes.Map{ElementType: tftypes.String}
	}
	return tftypes.String
}

func null(kind string) tftypes.Value { return tftypes.NewValue(typeOf(kind), nil) }

func unknown(kind string) tftypes.Value { return tftypes.NewValue(typeOf(kind), tftypes.UnknownValue) }

func isSet(value tftypes.Value) bool { return value.IsKnown() && !value.IsNull() }

// stored returns a JSON value of the API as an attribute of this kind. A value of another type is an error: the API is another release.
func stored(kind string, value any) (tftypes.Value, error) {
	if value == nil {
		return null(kind), nil
	}
	switch kind {
	case "json":
		text, err := json.Marshal(value)
		return tftypes.NewValue(tftypes.String, string(text)), err
	case "int":
		number, ok := new(big.Float).SetString(fmt.Sprint(value))
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%v is no number", value)
		}
		return tftypes.NewValue(tftypes.Number, number), nil
	case "set", "list":
		entries, ok := value.([]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("a list was expected")
		}
		var found []tftypes.Value
		for _, each := range entries {
			text, ok := each.(string)
			if !ok {
				return tftypes.Value{}, fmt.Errorf("a list of texts was expected")
			}
			found = append(found, tftypes.NewValue(tftypes.String, text))
		}
		if found == nil {
			found = []tftypes.Value{}
		}
		return tftypes.NewValue(typeOf(kind), found), nil
	case "map":
		members, ok := value.(map[string]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("an object was expected")
		}
		found := map[string]tftypes.Value{}
		for name, each := range members {
			found[name] = tftypes.NewValue(tftypes.String, fmt.Sprint(each))
		}
		return tftypes.NewValue(typeOf(kind), found), nil
	}
	if err := tftypes.ValidateValue(typeOf(kind), value); err != nil {
		return tftypes.Value{}, fmt.Errorf("a %s was expected", kind)
	}
	return tftypes.NewValue(typeOf(kind), value), nil
}

// sent returns an attribute as a JSON value for the API.
func sent(kind string, value tftypes.Value) (any, error) {
	if !isSet(value) {
		return nil, nil
	}
	switch kind {
	case "int":
		var number big.Float
		err := value.As(&number)
		return json.Number(number.Text('f', -1)), err
	case "bool":
		var is bool
		err := value.As(&is)
		return is, err
	case "set", "list":
		var entries []tftypes.Value
		if err := value.As(&entries); err != nil {
			return nil, err
		}
		found := []any{}
		for _, each := range entries {
			found = append(found, textOf(each))
		}
		return found, nil
	case "map":
		var members map[string]tftypes.Value
		if err := value.As(&members); err != nil {
			return nil, err
		}
		found := map[string]any{}
		for name, each := range members {
			found[name] = textOf(each)
		}
		return found, nil
	case "json":
		var found any
		decoder := json.NewDecoder(strings.NewReader(textOf(value)))
		decoder.UseNumber()
		if err := decoder.Decode(&found); err != nil || decoder.More() {
			return nil, fmt.Errorf("it is no JSON: write jsonencode({…})")
		}
		return found, nil
	}
	return textOf(value), nil
}

func textOf(value tftypes.Value) string {
	var text string
	if !isSet(value) || value.As(&text) != nil {
		return ""
	}
	return text
}

// isSame tells whether two JSON values mean the same to the API: empty is absent, sets have no order, an object may have more members that
// are empty.
func isSame(attribute table.Attribute, mine, theirs any) bool {
	if attribute.Free {
		return isEqual(mine, theirs)
	}
	mine = withDefaults(mine, attribute.Entry)
	if isEmpty(mine) && isEmpty(theirs) {
		return true
	}
	switch {
	case attribute.Kind == "json":
		return covers(mine, theirs)
	case attribute.Kind == "set":
		return slices.Equal(sorted(mine), sorted(theirs))
	case attribute.Name == "scope":
		return slices.Equal(words(mine), words(theirs))
	}
	one, _ := json.Marshal(mine)
	two, _ := json.Marshal(theirs)
	return string(one) == string(two)
}

// isEqual tells whether two objects of your own have the same members. One that is null is absent, and no object is one without members.
func isEqual(mine, theirs any) bool {
	one, isObject := mine.(map[string]any)
	two, areBoth := theirs.(map[string]any)
	if !(isObject || mine == nil) || !(areBoth || theirs == nil) {
		a, _ := json.Marshal(mine)
		b, _ := json.Marshal(theirs)
		return string(a) == string(b)
	}
	for name, each := range one {
		if (each == nil) != (two[name] == nil) || !isEqual(each, two[name]) {
			return false
		}
	}
	for name, each := range two {
		if each != nil && one[name] == nil {
			return false
		}
	}
	return true
}

// withDefaults returns an object whose members have these defaults. Without any it is as before.
func withDefaults(value any, entry map[string]any) any {
	members, ok := value.(map[string]any)
	if !ok || entry == nil {
		return value
	}
	found := map[string]any{}
	for name, each := range members {
		own, isObject := each.(map[string]any)
		if !isObject && each != nil {
			found[name] = each
			continue
		}
		full := maps.Clone(entry)
		maps.Copy(full, own)
		found[name] = full
	}
	return found
}

func isEmpty(value any) bool {
	switch it := value.(type) {
	case nil:
		return true
	case string:
		return it == ""
	case []any:
		return len(it) == 0
	case map[string]any:
		for _, each := range it {
			if !isEmpty(each) && each != false {
				return false
			}
		}
		return true
	}
	return false
}

// covers tells whether theirs has what mine has. What it has beside it is empty or false.
func covers(mine, theirs any) bool {
	one, isObject := mine.(map[string]any)
	two, areBoth := theirs.(map[string]any)
	if !isObject || !areBoth {
		if isEmpty(mine) && isEmpty(theirs) {
			return true
		}
		a, _ := json.Marshal(mine)
		b, _ := json.Marshal(theirs)
		return string(a) == string(b)
	}
	for name, each := range one {
		if !covers(each, two[name]) {
			return false
		}
	}
	for name, each := range two {
		if _, ok := one[name]; !ok && !isEmpty(each) && each != false {
			return false
		}
	}
	return true
}

func sorted(value any) []string {
	entries, _ := value.([]any)
	var found []string
	for _, each := range entries {
		found = append(found, fmt.Sprint(each))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func words(value any) []string {
	text, _ := value.(string)
	found := strings.Fields(text)
	slices.Sort(found)
	return slices.Compact(found)
}
