// Package provider is the Terraform provider: resources and data sources from the table, and how they call the admin API.
package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"example.com/terraform-provider-idp/internal/api"
)

// Resources are the names of the table's resources that are plain objects of the API.
var Resources = []string{
	"app", "role", "group", "connection", "organization", "organization_role", "organization_connection", "organization_domain",
	"organization_scim_client", "scim_client", "provisioning_target", "hook", "trusted_issuer", "scope_text", "authorization_details_type", "webhook_endpoint",
}

// DataSources are the names of those that can be read without being managed.
var DataSources = []string{"app", "role", "organization"}

type idp struct{ version string }

// New returns what makes the provider.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &idp{version: version} }
}

func (p *idp) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = "idp", p.version
}

func (p *idp) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		Description: "Manages apps, roles, connections, directories and more of an identity provider by its admin API.",
		Attributes: map[string]schema.Attribute{
			"issuer":        schema.StringAttribute{Optional: true, Description: "The issuer, such as https://id.example.com. Default: IDP_ISSUER."},
			"client_id":     schema.StringAttribute{Optional: true, Description: "The service client. Default: IDP_CLIENT_ID."},
			"client_secret": schema.StringAttribute{Optional: true, Sensitive: true, Description: "Its secret. Default: IDP_CLIENT_SECRET."},
			"scopes": schema.SetAttribute{Optional: true, ElementType: types.StringType,
				Description: "The scopes of the access token. Default: all that the service client has."},
		},
	}
}

type settings struct {
	Issuer       types.String `tfsdk:"issuer"`
	ClientID     types.String `tfsdk:"client_id"`
	ClientSecret types.String `tfsdk:"client_secret"`
	Scopes       types.Set    `tfsdk:"scopes"`
}

func (p *idp) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var given settings
	resp.Diagnostics.Append(req.Config.Get(ctx, &given)...)
	var scopes []string
	if !given.Scopes.IsNull() && !given.Scopes.IsUnknown() {
		resp.Diagnostics.Append(given.Scopes.ElementsAs(ctx, &scopes, false)...)
	}
	found := map[string]string{}
	for name, each := range map[string]struct {
		value    types.String
		variable string
	}{
		"issuer":        {given.Issuer, "IDP_ISSUER"},
		"client_id":     {given.ClientID, "IDP_CLIENT_ID"},
		"client_secret": {given.ClientSecret, "IDP_CLIENT_SECRET"},
	} {
		found[name] = each.value.ValueString()
		if each.value.IsNull() {
			found[name] = os.Getenv(each.variable)
		}
		if each.value.IsUnknown() {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Not known yet", "The provider needs the "+name+" before it can plan.")
		} else if found[name] == "" {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Missing", "Set "+name+" of the provider, or "+each.variable+" in the environment.")
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := api.New(found["issuer"], found["client_id"], found["client_secret"], scopes, "terraform-provider-idp/"+p.version)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("issuer"), "Not usable", err.Error())
		return
	}
	resp.ResourceData, resp.DataSourceData = client, client
}

func (p *idp) Resources(context.Context) []func() resource.Resource {
	found := []func() resource.Resource{newPolicy}
	for _, name := range Resources {
		found = append(found, func() resource.Resource { return newObject(name) })
	}
	return found
}

func (p *idp) DataSources(context.Context) []func() datasource.DataSource {
	var found []func() datasource.DataSource
	for _, name := range DataSources {
		found = append(found, func() datasource.DataSource { return newLookup(name) })
	}
	return found
}
