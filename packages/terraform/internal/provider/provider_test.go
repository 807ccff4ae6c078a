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
