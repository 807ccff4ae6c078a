package provider

import (
	"context"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/api"
)

// driver calls the provider as Terraform does, over its protocol.
type driver struct {
	*testing.T
	server tfprotov6.ProviderServer
	types  map[string]tftypes.Object
	hidden map[string][]string // write-only attributes by type
	api    *api.Client
}

// thing is a resource: its type, what Terraform keeps of it, and the configuration of the last plan.
type thing struct {
	kind    string
	state   tftypes.Value
	private []byte
}

func drive(t *testing.T) driver {
	t.Helper()
	issuer, id, secret := os.Getenv("IDP_TEST_ISSUER"), os.Getenv("IDP_TEST_CLIENT_ID"), os.Getenv("IDP_TEST_CLIENT_SECRET")
	if issuer == "" {
		t.Skip("it needs a server: tests/real_clients/test_terraform.py starts one")
	}
	client, err := api.New(issuer, id, secret, nil, "test")
	if err != nil {
		t.Fatal(err)
	}
	server := providerserver.NewProtocol6(New("test")())()
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	d := driver{t, server, map[string]tftypes.Object{}, map[string][]string{}, client}
	for name, each := range schema.ResourceSchemas {
		d.types[name] = each.ValueType().(tftypes.Object)
		for _, attribute := range each.Block.Attributes {
			if attribute.WriteOnly {
				d.hidden[name] = append(d.hidden[name], attribute.Name)
			}
		}
	}
	own := schema.Provider.ValueType().(tftypes.Object)
	config := d.object(own, map[string]any{"issuer": issuer, "client_id": id, "client_secret": secret})
	told, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: d.packed(own, config)})
	d.must("configure", err, told.Diagnostics)
	return d
}

func (d driver) object(of tftypes.Object, given map[string]any) tftypes.Value {
	d.Helper()
	found := map[string]tftypes.Value{}
	for name, kind := range of.AttributeTypes {
		found[name] = tftypes.NewValue(kind, nil)
		if list, ok := given[name].([]string); ok {
			entries := []tftypes.Value{}
			for _, each := range list {
				entries = append(entries, tftypes.NewValue(tftypes.String, each))
			}
			found[name] = tftypes.NewValue(kind, entries)
		} else if given[name] != nil {
			found[name] = tftypes.NewValue(kind, given[name])
		}
	}
	for name := range given {
		if _, ok := of.AttributeTypes[name]; !ok {
			d.Fatal("no attribute ", name)
		}
	}
	return tftypes.NewValue(of, found)
}

func (d driver) packed(of tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	d.Helper()
	found, err := tfprotov6.NewDynamicValue(of, value)
	if err != nil {
		d.Fatal(err)
	}
	return &found
}

func (d driver) must(what string, err error, diags []*tfprotov6.Diagnostic) {
	d.Helper()
	if told := problems(err, diags); told != "" {
		d.Fatal(what, ": ", told)
	}
}

func problems(err error, diags []*tfprotov6.Diagnostic) string {
	found := ""
	if err != nil {
		found = err.Error()
	}
	for _, each := range diags {
		if each.Severity == tfprotov6.DiagnosticSeverityError {
			found += each.Summary + ": " + each.Detail + "\n"
		}
	}
	return found
}

// plan returns what is planned for a configuration. nil plans the removal.
func (d driver) plan(it *thing, given map[string]any) (*tfprotov6.PlanResourceChangeResponse, tftypes.Value, tftypes.Value) {
	d.Helper()
	of := d.types[it.kind]
	config := tftypes.NewValue(of, nil)
	if given != nil {
		config = d.object(of, given)
	}
	proposed := maps.Clone(valuesOf(config))
	for _, name := range d.hidden[it.kind] {
		if proposed != nil {
			proposed[name] = tftypes.NewValue(tftypes.String, nil) // Terraform leaves write-only values out
		}
	}
	wanted := tftypes.NewValue(of, nil)
	if given != nil {
		wanted = tftypes.NewValue(of, map[string]tftypes.Value(proposed))
	}
	told, err := d.server.PlanResourceChange(d.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: it.kind, PriorState: d.packed(of, it.state), ProposedNewState: d.packed(of, wanted), Config: d.packed(of, config), PriorPrivate: it.private,
	})
	d.must("plan", err, told.Diagnostics)
	planned, err := told.PlannedState.Unmarshal(of)
	d.must("plan", err, nil)
	return told, planned, config
}

// apply plans and applies a configuration. It returns the errors of the apply.
func (d driver) apply(it *thing, given map[string]any) string {
	d.Helper()
	told, _, config := d.plan(it, given)
	return d.carryOut(it, told, config)
}

func (d driver) carryOut(it *thing, plan *tfprotov6.PlanResourceChangeResponse, config tftypes.Value) string {
	d.Helper()
	of := d.types[it.kind]
	done, err := d.server.ApplyResourceChange(d.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: it.kind, PriorState: d.packed(of, it.state), PlannedState: plan.PlannedState, Config: d.packed(of, config), PlannedPrivate: plan.PlannedPrivate,
	})
	if told := problems(err, done.Diagnostics); told != "" {
		return told
	}
	it.private = done.Private
	it.state, err = done.NewState.Unmarshal(of)
	d.must("apply", err, nil)
	return ""
}

func (d driver) read(it *thing) {
	d.Helper()
	of := d.types[it.kind]
	told, err := d.server.ReadResource(d.Context(), &tfprotov6.ReadResourceRequest{TypeName: it.kind, CurrentState: d.packed(of, it.state), Private: it.private})
	d.must("read", err, told.Diagnostics)
	it.private = told.Private
	it.state, err = told.NewState.Unmarshal(of)
	d.must("read", err, nil)
}

func (d driver) is(it *thing, name string, want any) {
	d.Helper()
	value := valuesOf(it.state)[name]
	if !value.Equal(tftypes.NewValue(value.Type(), want)) {
		d.Fatal(name, " is ", value)
	}
}

func (d driver) isUnchanged(it *thing, given map[string]any) {
	d.Helper()
	if _, planned, _ := d.plan(it, given); !planned.Equal(it.state) {
		differences, _ := planned.Diff(it.state)
		d.Fatal("the plan is not empty: ", differences)
	}
}

func (d driver) new(kind string) *thing {
	return &thing{kind: kind, state: tftypes.NewValue(d.types[kind], nil)}
}

func (d driver) call(method, path string, body any) api.Answer {
	d.Helper()
	found, err := d.api.Do(context.Background(), api.Call{Method: method, Path: path, Body: body})
	if err != nil {
		d.Fatal(method, path, err)
	}
	return found
}

func TestAcceptanceARoleIsMadeReadChangedTakenOverAndRemoved(t *testing.T) {
	d := drive(t)
	given := map[string]any{"name": "reader", "permissions": []string{"b:read", "a:read"}}
	role := d.new("idp_role")
	if told := d.apply(role, given); told != "" {
		t.Fatal(told)
	}
	d.read(role)
	d.isUnchanged(role, given)
	// Changed by hand: the difference shows, also of a member that the configuration leaves out.
	d.call(http.MethodPatch, "/roles/reader", map[string]any{"description": "by hand", "permissions": []string{}})
	d.read(role)
	d.is(role, "description", "by hand")
	if told := d.apply(role, given); told != "" {
		t.Fatal(told)
	}
	d.is(role, "description", "")
	// Taken over.
	told, err := d.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: "idp_role", ID: "reader"})
	d.must("import", err, told.Diagnostics)
	taken := d.new("idp_role")
	taken.private = told.ImportedResources[0].Private
	taken.state, _ = told.ImportedResources[0].State.Unmarshal(d.types["idp_role"])
	d.read(taken)
	d.isUnchanged(taken, given)
	// Another name is another role.
	if plan, _, _ := d.plan(role, map[string]any{"name": "writer"}); len(plan.RequiresReplace) != 1 {
		t.Fatal(plan.RequiresReplace)
	}
	if told := d.apply(role, nil); told != "" {
		t.Fatal(told)
	}
	gone := *taken
	d.read(taken)
	if !taken.state.IsNull() {
		t.Fatal("a role that is gone is still in the state")
	}
	if told := d.apply(&gone, nil); told != "" {
		t.Fatal("removing what is gone: ", told)
	}
}

func TestAcceptanceSomebodyElsesChangeIsNotOverwritten(t *testing.T) {
	d := drive(t)
	for _, each := range []struct {
		kind, path    string
		first, second map[string]any
		byHand        map[string]any
	}{
		{"idp_role", "/roles/contested", map[string]any{"name": "contested"}, map[string]any{"name": "contested", "description": "mine"}, map[string]any{"description": "theirs"}},
		{"idp_group", "/groups/contested", map[string]any{"name": "contested"}, map[string]any{"name": "contested", "description": "mine"}, map[string]any{"description": "theirs"}},
		{"idp_app", "/clients/app_contested", map[string]any{"client_id": "app_contested", "redirect_uris": []string{"https://a.example/"}},
			map[string]any{"client_id": "app_contested", "redirect_uris": []string{"https://b.example/"}}, map[string]any{"client_name": "theirs"}},
		{"idp_connection", "/connections/contested", map[string]any{"id": "contested", "preset": "github", "client_id": "a", "secret": "s"},
			map[string]any{"id": "contested", "preset": "github", "client_id": "b", "secret": "s"}, map[string]any{"name": "theirs"}},
	} {
		it := d.new(each.kind)
		if told := d.apply(it, each.first); told != "" {
			t.Fatal(each.kind, told)
		}
		change, _, config := d.plan(it, each.second)
		removal, _, nothing := d.plan(it, nil)
		d.call(http.MethodPatch, each.path, each.byHand)
		for _, told := range []string{d.carryOut(it, change, config), d.carryOut(it, removal, nothing)} {
			if !strings.Contains(told, "changed by somebody else") {
				t.Fatal(each.kind, told)
			}
		}
		for name, value := range each.byHand {
			if found := d.call(http.MethodGet, each.path, nil).Body[name]; found != value {
				t.Fatal(each.kind, " was overwritten: ", found)
			}
		}
	}
}

func TestAcceptanceASecretIsWrittenComparedAndInNoState(t *testing.T) {
	d := drive(t)
	one, two := strings.Repeat("One-", 10), strings.Repeat("Two-", 10)
	for kind, given := range map[string]map[string]any{
		"idp_app":        {"client_id": "app_secret", "grant_types": []string{"client_credentials"}, "scope": "orders:read"},
		"idp_connection": {"id": "secretive", "preset": "github", "client_id": "a"},
	} {
		path := map[string]string{"idp_app": "/clients/app_secret", "idp_connection": "/connections/secretive"}[kind]
		holds := func(secret string) any {
			return d.call(http.MethodPost, path+"/secret-check", map[string]any{"secret": secret}).Body["same"]
		}
		it := d.new(kind)
		given["secret"] = one
		if told := d.apply(it, given); told != "" {
			t.Fatal(kind, told)
		}
		if holds(one) != true {
			t.Fatal(kind, " has another secret")
		}
		d.isUnchanged(it, given)
		given["secret"] = two
		plan, planned, _ := d.plan(it, given)
		if valuesOf(planned)["secret_changed_at"].IsKnown() {
			t.Fatal(kind, ": another secret is no difference")
		}
		if strings.Contains(string(plan.PlannedState.MsgPack)+string(plan.PlannedPrivate), two) {
			t.Fatal(kind, ": the plan has the secret")
		}
		if told := d.apply(it, given); told != "" {
			t.Fatal(kind, told)
		}
		if holds(two) != true || holds(one) != false {
			t.Fatal(kind, ": the secret was not replaced")
		}
		given["client_name"], given["name"] = "Other", "Other"
		delete(given, map[string]string{"idp_app": "name", "idp_connection": "client_name"}[kind])
		if _, planned, _ := d.plan(it, given); !valuesOf(planned)["secret_changed_at"].IsKnown() {
			t.Fatal(kind, ": a change of another member is planned as another secret")
		}
		if told := d.apply(it, given); told != "" || holds(two) != true {
			t.Fatal(kind, ": a change of another member changes the secret: ", told)
		}
		d.read(it)
		d.is(it, "secret", nil)
		if kept := string(d.packed(d.types[kind], it.state).MsgPack) + string(it.private); strings.Contains(kept, one) || strings.Contains(kept, two) {
			t.Fatal(kind, ": the state has the secret")
		}
	}
}

func TestAcceptanceTheSecretOfAnEndpointIsKeptIfAsked(t *testing.T) {
	d := drive(t)
	for _, keep := range []any{nil, true} {
		given := map[string]any{"url": "https://crm.example/hook", "enabled": false, "keep_secret": keep}
		it := d.new("idp_webhook_endpoint")
		if told := d.apply(it, given); told != "" {
			t.Fatal(told)
		}
		d.is(it, "enabled", false)
		kept := textOf(valuesOf(it.state)["secret"])
		if (kept != "") != (keep == true) {
			t.Fatal("keep_secret is ", keep, ", and the state has ", len(kept), " characters")
		}
		d.isUnchanged(it, given)
		given["enabled"] = true
		if told := d.apply(it, given); told != "" {
			t.Fatal(told)
		}
		if textOf(valuesOf(it.state)["secret"]) != kept {
			t.Fatal("a change loses the kept secret")
		}
	}
}

func TestAcceptanceMembersAreRemovedByLeavingThemOut(t *testing.T) {
	d := drive(t)
	given := map[string]any{
		"client_id": "app_members", "client_name": "Shop", "redirect_uris": []string{"https://a.example/"}, "contacts": []string{"a@a.example"}, "require_pkce": false,
		"default_max_age": 60, "claim_mappings": `{"roles": {"source": "roles", "in": ["id_token"]}, "groups": {"source": "groups", "in": ["id_token"]}}`,
	}
	app := d.new("idp_app")
	if told := d.apply(app, given); told != "" {
		t.Fatal(told)
	}
	d.isUnchanged(app, given)
	less := map[string]any{"client_id": "app_members", "redirect_uris": []string{"https://a.example/"}, "claim_mappings": `{"roles": {"source": "roles", "in": ["id_token"]}}`}
	if told := d.apply(app, less); told != "" {
		t.Fatal(told)
	}
	found := d.call(http.MethodGet, "/clients/app_members", nil).Body
	mappings, _ := found["claim_mappings"].(map[string]any)
	if found["client_name"] != nil || found["require_pkce"] != true || found["default_max_age"] != nil || len(mappings) != 1 {
		t.Fatal(found)
	}
	d.isUnchanged(app, less)
	organization := d.new("idp_organization")
	if told := d.apply(organization, map[string]any{"slug": "acme", "name": "Acme", "policy": `{"mfa_required": true}`, "metadata": `{"plan": "gold"}`, "disabled": true}); told != "" {
		t.Fatal(told)
	}
	if told := d.apply(organization, map[string]any{"slug": "acme", "name": "Acme"}); told != "" {
		t.Fatal(told)
	}
	id := textOf(valuesOf(organization.state)["id"])
	found = d.call(http.MethodGet, "/organizations/"+id, nil).Body
	policy, _ := found["policy"].(map[string]any)
	if found["metadata"] != nil || found["disabled"] != false || policy["mfa_required"] != false {
		t.Fatal(found)
	}
}

func TestAcceptanceLivePoliciesAreNotReplacedUnseen(t *testing.T) {
	d := drive(t)
	const schema = "entity User; entity Document; action read appliesTo { principal: User, resource: Document };"
	given := map[string]any{"policies": "permit (principal, action, resource);", "schema": schema}
	mine := d.new("idp_policy")
	if told := d.apply(mine, given); told != "" {
		t.Fatal(told)
	}
	d.isUnchanged(mine, given)
	if told := d.apply(d.new("idp_policy"), given); !strings.Contains(told, "terraform import") {
		t.Fatal(told)
	}
	change, _, config := d.plan(mine, map[string]any{"policies": "forbid (principal, action, resource);", "schema": schema})
	theirs := d.call(http.MethodPost, "/policies", map[string]any{"policies": "permit (principal, action, resource); // theirs", "schema": schema, "note": "theirs"}).Body["version"]
	d.call(http.MethodPut, "/policies/live", map[string]any{"version": theirs})
	if told := d.carryOut(mine, change, config); !strings.Contains(told, "changed by somebody else") {
		t.Fatal(told)
	}
	d.read(mine)
	d.is(mine, "note", "theirs")
	if told := d.apply(mine, given); told != "" {
		t.Fatal(told)
	}
	if told := d.apply(mine, nil); told != "" {
		t.Fatal(told)
	}
	d.call(http.MethodGet, "/policies/live", nil)
}

func TestAcceptanceARefusalNamesTheMember(t *testing.T) {
	d := drive(t)
	app := d.new("idp_app")
	told := d.apply(app, map[string]any{"redirect_uris": []string{"http://shop.example/#fragment"}})
	if !strings.Contains(told, "redirect_uris") || !app.state.IsNull() {
		t.Fatal(told)
	}
	if told := d.apply(d.new("idp_role"), map[string]any{"name": "reader-of-nothing", "permissions": []string{"not a permission"}}); !strings.Contains(told, "permissions") {
		t.Fatal(told)
	}
}

func TestAcceptanceADataSourceReadsWhatIsThere(t *testing.T) {
	d := drive(t)
	d.call(http.MethodPost, "/roles", map[string]any{"name": "looked-up", "permissions": []string{"a:read"}})
	schema, err := d.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	d.must("schema", err, schema.Diagnostics)
	of := schema.DataSourceSchemas["idp_role"].ValueType().(tftypes.Object)
	for name, want := range map[string]string{"looked-up": "", "absent": "There is no role with this name."} {
		told, err := d.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "idp_role", Config: d.packed(of, d.object(of, map[string]any{"name": name}))})
		if found := problems(err, told.Diagnostics); (want == "") != (found == "") || !strings.Contains(found, want) {
			t.Fatal(found)
		}
		if want == "" {
			state, _ := told.State.Unmarshal(of)
			d.is(&thing{state: state}, "permissions", []tftypes.Value{tftypes.NewValue(tftypes.String, "a:read")})
		}
	}
}

func TestAcceptanceAConnectionHasTheDefaultsOfItsPreset(t *testing.T) {
	d := drive(t)
	endpoints := map[string]any{
		"authorization_endpoint": "https://up.example/authorize", "token_endpoint": "https://up.example/token", "userinfo_endpoint": "https://up.example/me",
		"issuer": "https://up.example", "jwks_uri": "https://up.example/keys", "end_session_endpoint": "", "signing_alg": "ES256", "iss_parameter": false,
	}
	for _, each := range []struct {
		preset string
		more   map[string]any
	}{
		{"github", nil}, {"facebook", nil}, {"discord", nil},
		{"oauth2", map[string]any{"name": "Up", "issuer": endpoints["issuer"], "authorization_endpoint": endpoints["authorization_endpoint"],
			"token_endpoint": endpoints["token_endpoint"], "userinfo_endpoint": endpoints["userinfo_endpoint"], "scopes": []string{"profile"}}},
		{"oidc", endpoints},
	} {
		given := map[string]any{"id": "preset-" + each.preset, "preset": each.preset, "client_id": "a", "secret": strings.Repeat("s3cret-of-up-", 4)}
		if each.preset == "oidc" {
			given["name"] = "Up"
		}
		maps.Copy(given, each.more)
		it := d.new("idp_connection")
		_, planned, _ := d.plan(it, given)
		if told := d.apply(it, given); told != "" {
			t.Error(each.preset, told)
			continue
		}
		for name, value := range valuesOf(planned) { // Terraform refuses an answer that differs from the plan
			if value.IsKnown() && !value.Equal(valuesOf(it.state)[name]) {
				t.Error(each.preset, name, value, valuesOf(it.state)[name])
			}
		}
		d.read(it)
		d.isUnchanged(it, given)
	}
}
