package provider

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/api"
	"example.com/terraform-provider-idp/internal/table"
)

// reader is a data source: it reads an object that others manage.
type reader struct{ object }

func newLookup(name string) datasource.DataSource {
	return &reader{object{table: table.Load(name), now: time.Now}}
}

func (l *reader) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + l.table.Name
}

func (l *reader) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = lookupSchema(l.table)
}

func (l *reader) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	l.client, _ = req.ProviderData.(*api.Client)
}

func (l *reader) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	id := textOf(valuesOf(req.Config.Raw)[l.table.ID])
	found, err := l.get(ctx, l.at(nil, id))
	if api.HasStatus(err, http.StatusNotFound) {
		resp.Diagnostics.AddAttributeError(path.Root(l.table.ID), "Not found", "There is no "+l.table.Name+" with this "+l.table.ID+".")
		return
	}
	if err != nil {
		l.tell(&resp.Diagnostics, "Not read", err)
		return
	}
	made := map[string]tftypes.Value{}
	for _, a := range l.table.Attributes {
		if a.Answer {
			made[a.Name] = l.kept(a, found.Body, tftypes.Value{}, &resp.Diagnostics)
		}
	}
	resp.State.Raw = tftypes.NewValue(resp.State.Schema.Type().TerraformType(ctx), made)
}
