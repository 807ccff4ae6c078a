package provider

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/table"
)

// kept is one kind of objects in the test below. byHand changes what change changes. path and id: for the parent of the test.
type kept struct {
	kind, path, id string
	given, change  map[string]any
	byHand         map[string]any
	refused        map[string]any
	sentence       string
}

const (
	token    = "token-of-the-target-0123456789"
	upstream = "https://up.example"
)

func kinds(org string) []kept {
	return []kept{
		{
			kind: "organization_role", path: "/organizations/" + org + "/roles/billing", id: org + "/billing",
			given: map[string]any{"org_id": org, "name": "billing", "permissions": []string{"b:read", "a:read"}}, change: map[string]any{"description": "Bills"},
			byHand: map[string]any{"description": "by hand"}, refused: map[string]any{"name": "other", "permissions": []string{"not a permission"}}, sentence: "permissions",
		},
		{
			kind: "organization_connection", path: "/organizations/" + org + "/connections/staff", id: org + "/staff",
			given: map[string]any{
				"org_id": org, "id": "staff", "preset": "oidc", "name": "Staff", "client_id": "idp", "secret": token, "issuer": upstream, "signing_alg": "ES256",
				"authorization_endpoint": upstream + "/authorize", "token_endpoint": upstream + "/token", "jwks_uri": upstream + "/keys", "iss_parameter": false,
			},
			change: map[string]any{"accounts": "known"}, byHand: map[string]any{"accounts": "link"},
			refused: map[string]any{"id": "other", "client_id": "with a space"}, sentence: "without spaces",
		},
		{
			kind: "organization_scim_client", path: "/organizations/" + org + "/scim-clients/entra", id: org + "/entra",
			given: map[string]any{"org_id": org, "id": "entra", "name": "Entra", "keep_token": true}, change: map[string]any{"users": "read"},
			byHand: map[string]any{"users": "none"}, refused: map[string]any{"id": "other", "name": nil}, sentence: "a readable name",
		},
		{
			kind: "scim_client", path: "/scim-clients/okta", id: "okta", given: map[string]any{"id": "okta", "name": "Okta", "domains": []string{"b.example", "a.example"}},
			change: map[string]any{"enabled": false}, byHand: map[string]any{"enabled": true, "reject_unknown": true},
			refused: map[string]any{"id": "other", "name": nil, "domains": nil}, sentence: "a readable name",
		},
		{
			kind: "provisioning_target", path: "/provisioning-targets/crm", id: "crm",
			given: map[string]any{"id": "crm", "base_url": "https://crm.example.com/scim/v2", "token": token, "paused": true}, change: map[string]any{"leavers": "delete"},
			byHand: map[string]any{"leavers": "deactivate", "paused": false}, refused: map[string]any{"id": "other", "people": "group"}, sentence: "Name the group",
		},
		{
			kind: "hook", path: "/hooks/plan", id: "plan",
			given:  map[string]any{"name": "plan", "kind": "claims", "cedar": "permit(principal, action, resource);\n", "claims": `{"plan": {"gold": false}}`},
			change: map[string]any{"timeout_ms": 500}, byHand: map[string]any{"timeout_ms": 700, "targets": []string{"userinfo"}},
			refused: map[string]any{"name": "other", "cedar": nil}, sentence: "Give either",
		},
		{
			kind: "trusted_issuer", path: "/trusted-issuers/", given: map[string]any{"issuer": upstream, "jwks_uri": upstream + "/keys"}, change: map[string]any{"tenant": "acme"},
			byHand:  map[string]any{"issuer": upstream, "jwks_uri": upstream + "/keys", "tenant": "other", "algorithms": []string{"ES256"}},
			refused: map[string]any{"issuer": "http://up.example"}, sentence: "https URL",
		},
		{
			kind: "scope_text", path: "/scopes/orders:read", id: "orders:read",
			given:  map[string]any{"scope": "orders:read", "name": "See your orders", "translations": `{"de": {"name": "Bestellungen sehen"}}`},
			change: map[string]any{"resource": "Shop"}, byHand: map[string]any{"name": "By hand", "resource": "Other"},
			refused: map[string]any{"scope": "openid"}, sentence: "built in",
		},
		{
			kind: "authorization_details_type", path: "/authorization-details-types/payment", id: "payment",
			given:  map[string]any{"type": "payment", "title": "Make a payment", "actions": []string{"pay", "list"}, "members": `{"amount": {"title": "Amount", "required": true}, "note": {}}`},
			change: map[string]any{"description": "Pays once"}, byHand: map[string]any{"title": "By hand", "members": map[string]any{"amount": map[string]any{"required": false}}},
			refused: map[string]any{"type": "other", "members": `{"actions": {}}`}, sentence: "cannot be called",
		},
	}
}

func (d driver) with(one, two map[string]any) map[string]any {
	found := maps.Clone(one)
	maps.Copy(found, two)
	return found
}

// written fails if what Terraform keeps has the text.
func (d driver) isNowhere(it *thing, text string) {
	d.Helper()
	if strings.Contains(string(d.packed(d.types[it.kind], it.state).MsgPack)+string(it.private), text) {
		d.Fatal(it.kind, ": the state has the secret")
	}
}

func (d driver) makes(it *thing, given map[string]any) {
	d.Helper()
	_, planned, _ := d.plan(it, given)
	if told := d.apply(it, given); told != "" {
		d.Fatal(it.kind, ": ", told)
	}
	for name, value := range valuesOf(planned) { // Terraform refuses an answer that differs from the plan
		if value.IsKnown() && !value.Equal(valuesOf(it.state)[name]) {
			d.Fatal(it.kind, " ", name, " was planned as ", value)
		}
	}
	d.read(it)
	d.isUnchanged(it, given)
	d.isNowhere(it, token)
}

func TestAcceptanceEachObjectIsMadeReadChangedTakenOverAndRemoved(t *testing.T) {
	d := drive(t)
	org, _ := d.call(http.MethodPost, "/organizations", map[string]any{"slug": "of-parts", "name": "Parts"}).Body["id"].(string)
	for _, each := range kinds(org) {
		it, method := d.new("idp_"+each.kind), http.MethodPatch
		if table.Load(each.kind).Replaced {
			method = http.MethodPut
		}
		d.makes(it, each.given)
		if each.id == "" { // the API chose it
			each.id = textOf(valuesOf(it.state)["id"])
			each.path += each.id
		}
		changed := d.with(each.given, each.change)
		d.makes(it, changed)
		// Changed by hand: the plan that was made before is refused, and the next one undoes the change.
		change, _, config := d.plan(it, each.given)
		removal, _, nothing := d.plan(it, nil)
		d.call(method, each.path, each.byHand)
		for _, told := range []string{d.carryOut(it, change, config), d.carryOut(it, removal, nothing)} {
			if !strings.Contains(told, "changed by somebody else") {
				t.Fatal(each.kind, ": ", told)
			}
		}
		d.read(it)
		if _, planned, _ := d.plan(it, changed); planned.Equal(it.state) {
			t.Fatal(each.kind, ": a change by hand is no difference")
		}
		d.makes(it, changed)
		d.isTakenOver(it.kind, each.id, changed)
		// Refused: the sentence of the API, and nothing is kept.
		other := d.new(it.kind)
		if told := d.apply(other, d.with(each.given, each.refused)); !strings.Contains(told, each.sentence) || !other.state.IsNull() {
			t.Fatal(each.kind, ": ", told)
		}
		if told := d.apply(d.new(it.kind), each.given); told == "" {
			t.Fatal(each.kind, ": what is there was made again")
		}
		gone := *it
		if told := d.apply(it, nil); told != "" {
			t.Fatal(each.kind, ": ", told)
		}
		if told := d.apply(&gone, nil); told != "" {
			t.Fatal(each.kind, ": removing what is gone: ", told)
		}
	}
}

// isTakenOver imports an object. A configuration cannot have back what is only told once, or only when it is made.
func (d driver) isTakenOver(kind, id string, given map[string]any) {
	d.Helper()
	told, err := d.server.ImportResourceState(d.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: kind, ID: id})
	d.must("import", err, told.Diagnostics)
	it := d.new(kind)
	it.private = told.ImportedResources[0].Private
	it.state, err = told.ImportedResources[0].State.Unmarshal(d.types[kind])
	d.must("import", err, nil)
	d.read(it)
	plain := maps.Clone(given)
	delete(plain, "keep_token")
	d.isUnchanged(it, plain)
}

func TestAcceptanceTheTokenOfADirectoryIsKeptIfAskedAndLastsAsAsked(t *testing.T) {
	d := drive(t)
	for _, keep := range []any{nil, true} {
		given := map[string]any{"id": "kept", "name": "Kept", "domains": []string{"kept.example"}, "keep_token": keep, "expires_in": 3600}
		it := d.new("idp_scim_client")
		d.makes(it, given)
		token := textOf(valuesOf(it.state)["token"])
		if (token != "") != (keep == true) {
			t.Fatal("keep_token is ", keep, ", and the state has ", len(token), " characters")
		}
		given["expires_in"] = 7200 // of a new token only: the directory stays
		if plan, _, _ := d.plan(it, given); len(plan.RequiresReplace) != 0 {
			t.Fatal(plan.RequiresReplace)
		}
		given["enabled"] = false
		d.makes(it, given)
		if textOf(valuesOf(it.state)["token"]) != token {
			t.Fatal("a change loses the kept token")
		}
		if told := d.apply(it, nil); told != "" {
			t.Fatal(told)
		}
	}
}

func TestAcceptanceTheTokenOfATargetIsWrittenComparedAndInNoState(t *testing.T) {
	d := drive(t)
	holds := func(token string) any {
		return d.call(http.MethodPost, "/provisioning-targets/secretive/secret-check", map[string]any{"secret": token}).Body["same"]
	}
	given := map[string]any{"id": "secretive", "base_url": "https://crm.example.com/scim/v2", "token": token}
	it := d.new("idp_provisioning_target")
	d.makes(it, given)
	two := token + "-two"
	given["token"] = two
	plan, planned, _ := d.plan(it, given)
	if valuesOf(planned)["token_changed_at"].IsKnown() || strings.Contains(string(plan.PlannedState.MsgPack)+string(plan.PlannedPrivate), two) {
		t.Fatal("another token is no difference, or the plan has it")
	}
	d.makes(it, given)
	if holds(two) != true || holds(token) != false {
		t.Fatal("the token was not replaced")
	}
	given["base_url"] = "https://other.example.com/scim/v2" // another host needs the token again, which is no other one
	if _, planned, _ := d.plan(it, given); !valuesOf(planned)["token_changed_at"].IsKnown() {
		t.Fatal("a change of another member is planned as another token")
	}
	d.makes(it, given)
	d.isNowhere(it, two)
	d.is(it, "token", nil)
}

func TestAcceptanceAnObjectMovesToAnotherOrganisationOnlyAsANewOne(t *testing.T) {
	d := drive(t)
	org, _ := d.call(http.MethodPost, "/organizations", map[string]any{"slug": "of-one", "name": "One"}).Body["id"].(string)
	it := d.new("idp_organization_role")
	d.makes(it, map[string]any{"org_id": org, "name": "billing"})
	plan, _, _ := d.plan(it, map[string]any{"org_id": "org_" + strings.Repeat("0", 22), "name": "billing"})
	if len(plan.RequiresReplace) != 1 || !plan.RequiresReplace[0].Equal(tftypes.NewAttributePath().WithAttributeName("org_id")) {
		t.Fatal(plan.RequiresReplace)
	}
	for _, id := range []string{"billing", "/billing", org + "/"} {
		told, err := d.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: "idp_organization_role", ID: id})
		if found := problems(err, told.Diagnostics); !strings.Contains(found, "ORG_ID/NAME") {
			t.Error(id, found)
		}
	}
}

func TestAcceptanceADomainShowsItsRecordAndLeadsToAConnection(t *testing.T) {
	d := drive(t)
	org, _ := d.call(http.MethodPost, "/organizations", map[string]any{"slug": "of-domains", "name": "Domains"}).Body["id"].(string)
	d.call(http.MethodPost, "/connections", map[string]any{"id": "for-domains", "preset": "github", "client_id": "a", "secret": "s"})
	it, given := d.new("idp_organization_domain"), map[string]any{"org_id": org, "domain": "of-domains.example"}
	d.makes(it, given)
	d.is(it, "state", "pending")
	record := textOf(valuesOf(it.state)["record"])
	if !strings.Contains(record, `"type":"TXT"`) || !strings.Contains(record, "of-domains.example") {
		t.Fatal(record)
	}
	leads := d.with(given, map[string]any{"connection_id": "for-domains"})
	change, planned, config := d.plan(it, leads)
	if !valuesOf(planned)["record"].IsKnown() {
		t.Fatal("the record is planned as another one")
	}
	d.call(http.MethodPatch, "/organizations/"+org+"/domains/of-domains.example", map[string]any{"connection_id": "for-domains"})
	if told := d.carryOut(it, change, config); !strings.Contains(told, "changed by somebody else") {
		t.Fatal(told)
	}
	d.read(it)
	d.is(it, "connection_id", "for-domains")
	d.makes(it, given) // undone
	d.is(it, "connection_id", nil)
	d.makes(it, leads)
	d.isTakenOver(it.kind, org+"/of-domains.example", leads)
	other := d.new(it.kind)
	for wrong, sentence := range map[string]string{"one-label": "domain", "gmail.com": "domain", "of-domains.example": ""} {
		if told := d.apply(other, d.with(given, map[string]any{"domain": wrong})); told == "" || !strings.Contains(told, sentence) || !other.state.IsNull() {
			t.Fatal(wrong, ": ", told)
		}
	}
	if told := d.apply(it, nil); told != "" {
		t.Fatal(told)
	}
}

func TestAcceptanceTextsThatAreThereAreTakenOverAndNotReplaced(t *testing.T) {
	d := drive(t)
	d.call(http.MethodPut, "/scopes/theirs", map[string]any{"name": "Theirs"})
	told := d.apply(d.new("idp_scope_text"), map[string]any{"scope": "theirs", "name": "Mine"})
	if !strings.Contains(told, "terraform import idp_scope_text.NAME 'theirs'") || d.call(http.MethodGet, "/scopes/theirs", nil).Body["name"] != "Theirs" {
		t.Fatal(told)
	}
}
