package provider

import (
	lookup "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"example.com/terraform-provider-idp/internal/table"
)

// resourceSchema returns the schema of a resource. The plan is made in `plan.go`, so it has no defaults and no plan modifiers.
func resourceSchema(it table.Resource) schema.Schema {
	found := schema.Schema{Description: it.Text, Attributes: map[string]schema.Attribute{}}
	for _, a := range it.Attributes {
		required, optional := a.Required, a.Optional
		computed := a.Computed || (optional && (a.Default != nil || it.Presets != nil) && !a.WriteOnly && a.Answer)
		secret := a.WriteOnly || a.Sensitive
		switch a.Kind {
		case "int":
			found.Attributes[a.Name] = schema.Int64Attribute{Required: required, Optional: optional, Computed: computed, Description: a.Text}
		case "bool":
			found.Attributes[a.Name] = schema.BoolAttribute{Required: required, Optional: optional, Computed: computed, Description: a.Text}
		case "set":
			found.Attributes[a.Name] = schema.SetAttribute{ElementType: types.StringType, Required: required, Optional: optional, Computed: computed, Description: a.Text}
		case "list":
			found.Attributes[a.Name] = schema.ListAttribute{ElementType: types.StringType, Required: required, Optional: optional, Computed: computed, Description: a.Text}
		case "map":
			found.Attributes[a.Name] = schema.MapAttribute{ElementType: types.StringType, Required: required, Optional: optional, Computed: computed, Description: a.Text}
		case "json":
			found.Attributes[a.Name] = schema.StringAttribute{Required: required, Optional: optional, Computed: computed, Description: a.Text + " Write jsonencode({…})."}
		default:
			found.Attributes[a.Name] = schema.StringAttribute{Required: required, Optional: optional, Computed: computed, Description: a.Text,
				Sensitive: secret, WriteOnly: a.WriteOnly}
		}
	}
	return found
}

// lookupSchema returns the schema of a data source: all members of the answer, found by the id.
func lookupSchema(it table.Resource) lookup.Schema {
	found := lookup.Schema{Description: it.Text, Attributes: map[string]lookup.Attribute{}}
	for _, a := range it.Attributes {
		if !a.Answer {
			continue
		}
		isID := a.Name == it.ID
		switch a.Kind {
		case "int":
			found.Attributes[a.Name] = lookup.Int64Attribute{Computed: true, Description: a.Text}
		case "bool":
			found.Attributes[a.Name] = lookup.BoolAttribute{Computed: true, Description: a.Text}
		case "set":
			found.Attributes[a.Name] = lookup.SetAttribute{ElementType: types.StringType, Computed: true, Description: a.Text}
		case "list":
			found.Attributes[a.Name] = lookup.ListAttribute{ElementType: types.StringType, Computed: true, Description: a.Text}
		case "map":
			found.Attributes[a.Name] = lookup.MapAttribute{ElementType: types.StringType, Computed: true, Description: a.Text}
		default:
			found.Attributes[a.Name] = lookup.StringAttribute{Required: isID, Computed: !isID, Description: a.Text}
		}
	}
	return found
}
