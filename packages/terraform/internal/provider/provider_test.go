package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// configured returns what the provider says to a configuration.
func configured(t *testing.T, given map[string]any) string {
	t.Helper()
	server := providerserver.NewProtocol6(New("test")())()
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	d, of := driver{T: t}, schema.Provider.ValueType().(tftypes.Object)
	told, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: d.packed(of, d.object(of, given))})
	return problems(err, told.Diagnostics)
}

func TestTheConfigurationIsWholeOrRefusedWithTheNameOfTheVariable(t *testing.T) {
	whole := map[string]any{"issuer": "https://id.example.com", "client_id": "app_ci", "client_secret": "s3cret"}
	for name, variable := range map[string]string{"issuer": "IDP_ISSUER", "client_id": "IDP_CLIENT_ID", "client_secret": "IDP_CLIENT_SECRET"} {
		for _, value := range []any{nil, ""} {
			t.Setenv(variable, "")
			given := map[string]any{}
			for each := range whole {
				given[each] = whole[each]
			}
			given[name] = value
			if told := configured(t, given); !strings.Contains(told, variable) || strings.Contains(told, "s3cret") {
				t.Error(name, told)
			}
		}
		given := map[string]any{}
		for each := range whole {
			if each != name {
				given[each] = whole[each]
			}
		}
		t.Setenv(variable, whole[name].(string))
		if told := configured(t, given); told != "" {
			t.Error(variable, "is not read:", told)
		}
	}
	whole["issuer"] = "http://id.example.com"
	if told := configured(t, whole); !strings.Contains(told, "https://") {
		t.Error(told)
	}
	whole["issuer"] = tftypes.UnknownValue
	if told := configured(t, whole); !strings.Contains(told, "before it can plan") {
		t.Error(told)
	}
}

func TestADomainThatTheAPIWouldWriteInAnotherFormIsRefusedInThePlan(t *testing.T) {
	server := providerserver.NewProtocol6(New("test")())()
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	const kind = "idp_organization_domain"
	d, of := driver{T: t}, schema.ResourceSchemas[kind].ValueType().(tftypes.Object)
	planned := func(domain any) string {
		given := d.packed(of, d.object(of, map[string]any{"org_id": "org_A", "domain": domain}))
		told, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: kind, PriorState: d.packed(of, tftypes.NewValue(of, nil)), ProposedNewState: given, Config: given,
		})
		return problems(err, told.Diagnostics)
	}
	for _, wrong := range []string{"Acme.example", "acme.EXAMPLE", "münchen.example", "ÄCME.example", "acme.example\u212a"} {
		if told := planned(wrong); !strings.Contains(told, "in lower case and ASCII") {
			t.Error(wrong, told)
		}
	}
	for _, right := range []any{"acme.example", "xn--mnchen-3ya.example", "1.acme-2.example", tftypes.UnknownValue} {
		if told := planned(right); told != "" {
			t.Error(right, told)
		}
	}
}
