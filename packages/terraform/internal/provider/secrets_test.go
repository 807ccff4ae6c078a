package provider

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/api"
	"example.com/terraform-provider-idp/internal/table"
)

func TestASecretThatTheAPIRefusesIsRefusedInThePlan(t *testing.T) {
	app := &object{table: table.Load("app")}
	for _, each := range []string{"", "short", strings.Repeat("a", 31), strings.Repeat("a", 513), strings.Repeat("a", 40) + " ", strings.Repeat("é", 40)} {
		var diags diag.Diagnostics
		app.isNewSecret(t.Context(), values{"secret": tftypes.NewValue(tftypes.String, each)}, nil, &diags)
		if !diags.HasError() || strings.Contains(diags[0].Detail(), "aaa") {
			t.Error(each, diags)
		}
	}
	var diags diag.Diagnostics
	if !app.isNewSecret(t.Context(), values{"secret": tftypes.NewValue(tftypes.String, strings.Repeat("a", 32))}, nil, &diags) || diags.HasError() {
		t.Error(diags)
	}
}

func TestASecretThatMayNotBeComparedIsAWarningAndEachOtherRefusalAnError(t *testing.T) {
	for status, want := range map[int]diag.Severity{403: diag.SeverityWarning, 400: diag.SeverityError, 500: diag.SeverityError} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				_, _ = io.WriteString(w, `{"access_token": "t", "expires_in": 600}`)
				return
			}
			w.WriteHeader(status)
		}))
		client, err := api.New(server.URL, "app_ci", "s", nil, "test")
		if err != nil {
			t.Fatal(err)
		}
		connection := &object{table: table.Load("connection"), client: client}
		var diags diag.Diagnostics
		state := values{"id": tftypes.NewValue(tftypes.String, "github")}
		isNew := connection.isNewSecret(t.Context(), values{"secret": tftypes.NewValue(tftypes.String, "s")}, state, &diags)
		if isNew || len(diags) != 1 || diags[0].Severity() != want {
			t.Error(status, isNew, diags)
		}
		server.Close()
	}
}
