package provider

import (
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/table"
)

// newBody returns the members of a new object, and those that only a change can write. Defaults are left to the API.
func (o *object) newBody(config values, diags *diag.Diagnostics) (map[string]any, map[string]any, bool) {
	body, later := map[string]any{}, map[string]any{}
	for _, a := range o.table.Attributes {
		if a.Local || !isSet(config[a.Name]) {
			continue
		}
		value, ok := o.toSend(a, config[a.Name], diags)
		switch {
		case !ok:
		case a.New:
			body[a.Name] = value
		case a.Change:
			later[a.Name] = value
		}
	}
	return body, later, !diags.HasError()
}

// changes returns the method and the members of a change: what the plan changes, or, if the object is replaced, all members.
func (o *object) changes(plan, config, state values, diags *diag.Diagnostics) (string, map[string]any, bool) {
	body := o.changed(plan, config, state, diags)
	if !o.table.Replaced || len(body) == 0 {
		return http.MethodPatch, body, !diags.HasError()
	}
	for _, a := range o.table.Attributes {
		if a.New && isSet(plan[a.Name]) {
			body[a.Name], _ = o.toSend(a, plan[a.Name], diags)
		}
	}
	return http.MethodPut, body, !diags.HasError()
}

// changed returns the members that the plan changes. null resets a member that the configuration does not have any more.
func (o *object) changed(plan, config, state values, diags *diag.Diagnostics) map[string]any {
	body := map[string]any{}
	for _, a := range o.table.Attributes {
		wanted := plan[a.Name]
		if !a.Change || a.Local || a.WriteOnly || !wanted.IsKnown() || wanted.Equal(state[a.Name]) {
			continue
		}
		value, ok := o.toSend(a, wanted, diags)
		if !ok {
			continue
		}
		if a.Reset && config[a.Name].IsNull() {
			value = nil
		} else if a.Merged && value != nil {
			value = withRemovals(value, o.before(a, state[a.Name]))
		} else if a.Merged {
			value = withRemovals(map[string]any{}, o.before(a, state[a.Name]))
		}
		body[a.Name] = value
	}
	return body
}

func (o *object) before(a table.Attribute, value tftypes.Value) any {
	found, _ := sent(a.Kind, value)
	return found
}

// withRemovals returns an object as a patch (RFC 7396 §2): members that are not wanted any more are null.
func withRemovals(wanted, before any) any {
	after, ok := wanted.(map[string]any)
	old, had := before.(map[string]any)
	if !ok || !had {
		return wanted
	}
	found := map[string]any{}
	for name := range old {
		found[name] = nil
	}
	for name, each := range after {
		found[name] = each
		if _, isObject := each.(map[string]any); isObject {
			found[name] = withRemovals(each, old[name])
		}
	}
	return found
}

func (o *object) toSend(a table.Attribute, value tftypes.Value, diags *diag.Diagnostics) (any, bool) {
	found, err := sent(a.Kind, value)
	if err != nil {
		diags.AddAttributeError(path.Root(a.Name), "Not valid", err.Error())
		return nil, false
	}
	return found, true
}

func firstOf(field string) string {
	name, _, _ := strings.Cut(field, ".")
	return name
}
