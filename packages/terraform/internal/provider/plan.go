package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/table"
)

// ModifyPlan makes the whole plan. A member that the configuration leaves out has its default, so a change by hand shows as a difference.
func (o *object) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	config, state := valuesOf(req.Config.Raw), valuesOf(req.State.Raw)
	planned, open := o.wanted(config, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	isNewSecret := o.isNewSecret(ctx, config, state, &resp.Diagnostics)
	isChanged := state == nil || isNewSecret
	for name, value := range planned {
		isChanged = isChanged || !value.Equal(state[name])
	}
	if a, ok := o.table.Attribute(o.table.ChangedAt()); ok {
		planned[a.Name] = null(a.Kind)
		if isNewSecret {
			planned[a.Name] = unknown(a.Kind)
		} else if state != nil {
			planned[a.Name] = state[a.Name]
		}
	}
	for _, a := range open {
		planned[a.Name] = unknown(a.Kind)
		if state != nil && (!isChanged || isLasting(a, planned, state)) {
			planned[a.Name] = state[a.Name]
		}
	}
	for _, a := range o.table.Attributes {
		if state != nil && a.Replaces() && !planned[a.Name].Equal(state[a.Name]) {
			resp.RequiresReplace = append(resp.RequiresReplace, path.Root(a.Name))
		}
	}
	resp.Plan.Raw = tftypes.NewValue(resp.Plan.Schema.Type().TerraformType(ctx), map[string]tftypes.Value(planned))
}

// wanted returns the planned value of each attribute that the configuration decides, and the attributes that only the API can tell.
func (o *object) wanted(config, state values, diags *diag.Diagnostics) (values, []table.Attribute) {
	planned, open := values{}, []table.Attribute{}
	for _, a := range o.table.Attributes {
		given := config[a.Name]
		byDefault, hasDefault := o.byDefault(a, config)
		switch {
		case a.WriteOnly:
			planned[a.Name] = null(a.Kind)
		case !given.IsNull():
			planned[a.Name] = asStored(a, given, state)
			if told := whatIsWrong(a, given); told != "" {
				diags.AddAttributeError(path.Root(a.Name), "Not valid", told)
			}
		case hasDefault && !a.Initial:
			planned[a.Name] = o.orAsStored(a, byDefault, state, diags)
		case a.Computed && a.Name != o.table.ChangedAt(): // the secret alone decides about that one
			open = append(open, a)
		default:
			planned[a.Name] = null(a.Kind)
		}
	}
	return planned, open
}

// byDefault returns the default of an attribute: that of the preset, or of another attribute, if there is one.
func (o *object) byDefault(a table.Attribute, config values) (any, bool) {
	if o.table.Presets == nil {
		return a.Default, a.Default != nil
	}
	value, ok := o.table.Presets[textOf(config[o.table.By])][a.Name]
	return value, ok
}

// orAsStored returns a default, or what is stored if it means the same.
func (o *object) orAsStored(a table.Attribute, byDefault any, state values, diags *diag.Diagnostics) tftypes.Value {
	if state != nil {
		if before, err := sent(a.Kind, state[a.Name]); err == nil && isSame(a, byDefault, before) {
			return state[a.Name]
		}
	}
	value, err := stored(a.Kind, byDefault)
	if err != nil {
		diags.AddAttributeError(path.Root(a.Name), "No default", err.Error())
	}
	return value
}

// asStored returns a value of the configuration, or for JSON the stored text if it means the same: an import has the text of the API.
func asStored(a table.Attribute, given tftypes.Value, state values) tftypes.Value {
	if a.Kind != "json" || state == nil || !isSet(given) || !isSet(state[a.Name]) {
		return given
	}
	mine, err := sent(a.Kind, given)
	theirs, other := sent(a.Kind, state[a.Name])
	if err != nil || other != nil || !isSame(a, mine, theirs) {
		return given
	}
	return state[a.Name]
}

// isLasting tells whether an attribute that the API chose stays, because none changes from which it follows.
func isLasting(a table.Attribute, planned, state values) bool {
	for _, name := range a.Follows {
		if value, ok := planned[name]; ok && !value.Equal(state[name]) {
			return false
		}
	}
	return a.Follows != nil || a.Sensitive
}

// whatIsWrong returns why the API would refuse a value of the configuration, as far as the table tells. The API checks everything else.
func whatIsWrong(a table.Attribute, given tftypes.Value) string {
	if !given.IsFullyKnown() {
		return ""
	}
	value, err := sent(a.Kind, given)
	if err != nil {
		return err.Error()
	}
	entries, isList := value.([]any)
	if !isList {
		entries = []any{value}
	}
	for _, each := range entries {
		if text, ok := each.(string); ok && len(a.Values) > 0 && !slices.Contains(a.Values, text) {
			return fmt.Sprintf("%q is not one of: %s", text, strings.Join(a.Values, ", "))
		}
		if text, ok := each.(string); ok && a.Lower && strings.ContainsFunc(text, isNotLower) {
			return fmt.Sprintf("Write %q in lower case and ASCII, as the API does.", text)
		}
	}
	return ""
}

func isNotLower(r rune) bool { return 'A' <= r && r <= 'Z' || r > unicode.MaxASCII }
