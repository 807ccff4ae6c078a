package provider

import (
	"encoding/json"
	"reflect"
	"testing"

	"example.com/terraform-provider-idp/internal/table"
)

func decoded(t *testing.T, text string) any {
	t.Helper()
	var found any
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWhatMeansTheSameIsNoDifference(t *testing.T) {
	for _, each := range []struct {
		kind, name, mine, theirs string
		same                     bool
	}{
		{"string", "a", `""`, `null`, true},
		{"string", "a", `"x"`, `null`, false},
		{"set", "a", `["b", "a", "b"]`, `["a", "b"]`, true},
		{"set", "a", `["a"]`, `["a", "b"]`, false},
		{"list", "a", `["b", "a"]`, `["a", "b"]`, false},
		{"string", "scope", `"openid email"`, `"email openid"`, true},
		{"string", "name", `"openid email"`, `"email openid"`, false},
		{"bool", "a", `false`, `null`, false},
		{"int", "a", `0`, `null`, false},
		{"json", "a", `{"mfa_required": true}`, `{"mfa_required": true, "session_hours": null, "connections_only": false}`, true},
		{"json", "a", `{"mfa_required": true}`, `{"mfa_required": true, "session_hours": 8}`, false},
		{"json", "a", `{"ornament": false}`, `{"ornament": true}`, false},
		{"json", "a", `{"ornament": true}`, `{}`, false},
		{"json", "a", `{}`, `null`, true},
		{"json", "a", `{"roles": {"in": ["a"]}}`, `{"roles": {"in": ["a"], "source": ""}}`, true},
		{"json", "a", `{"roles": {"in": ["a"]}}`, `{"roles": {"in": ["a", "b"]}}`, false},
	} {
		if isSame(table.Attribute{Name: each.name, Kind: each.kind}, decoded(t, each.mine), decoded(t, each.theirs)) != each.same {
			t.Error(each)
		}
	}
}

func TestMembersOfYourOwnAreComparedExactly(t *testing.T) {
	claims, _ := table.Load("hook").Attribute("claims")
	for _, each := range []struct {
		mine, theirs string
		same         bool
	}{
		{`{"gold": false}`, `{"gold": false}`, true},
		{`{"gold": false}`, `{}`, false},
		{`{}`, `{"gold": false}`, false},
		{`null`, `{"gold": {}}`, false},
		{`null`, `{}`, true},
		{`{"gold": null}`, `{}`, true},
		{`{}`, `{"gold": null}`, true},
		{`{"gold": null}`, `{"gold": {}}`, false},
		{`{"a": {"b": [""], "c": null}}`, `{"a": {"b": [""]}}`, true},
		{`{"a": {"b": [""]}}`, `{"a": {"b": []}}`, false},
		{`{"a": {"b": 1}}`, `{"a": {"b": 1, "c": ""}}`, false},
		{`{"a": 1}`, `{"a": "1"}`, false},
	} {
		if isSame(claims, decoded(t, each.mine), decoded(t, each.theirs)) != each.same {
			t.Error(each)
		}
	}
}

func TestAMemberThatIsLeftOutOfAnEntryHasItsDefault(t *testing.T) {
	members, _ := table.Load("authorization_details_type").Attribute("members")
	for theirs, same := range map[string]bool{
		`{"amount": {"kind": "text", "title": "", "required": false}}`:                           true,
		`{"amount": {"kind": "number", "title": "", "required": false}}`:                         false,
		`{"amount": {"kind": "text", "title": "", "required": true}}`:                            false,
		`{"amount": {"kind": "text", "title": "Amount", "required": false}}`:                     false,
		`{"amount": {"kind": "text"}, "note": {"kind": "text", "title": "", "required": false}}`: false,
		`{}`: false,
	} {
		for _, mine := range []string{`{"amount": {}}`, `{"amount": null}`} {
			if isSame(members, decoded(t, mine), decoded(t, theirs)) != same {
				t.Error(mine, theirs)
			}
		}
	}
}

func TestAPatchRemovesByName(t *testing.T) {
	before := decoded(t, `{"roles": {"source": "roles", "in": ["id_token"]}, "groups": {"source": "groups"}}`)
	got := withRemovals(decoded(t, `{"roles": {"source": "roles"}}`), before)
	if want := decoded(t, `{"roles": {"source": "roles", "in": null}, "groups": null}`); !reflect.DeepEqual(got, want) {
		t.Fatal(got)
	}
}

func TestAnAnswerOfAnotherReleaseIsAnErrorAndNoPanic(t *testing.T) {
	for _, each := range []struct{ kind, value string }{
		{"string", `7`}, {"bool", `"yes"`}, {"int", `"many"`}, {"set", `{}`}, {"set", `[1]`}, {"list", `"a"`}, {"map", `[]`},
	} {
		if _, err := stored(each.kind, decoded(t, each.value)); err == nil {
			t.Error(each)
		}
	}
}

func TestTextThatIsNoJSONIsRefused(t *testing.T) {
	for _, each := range []string{"", "{", "{} {}", "nonsense"} {
		value, _ := stored("string", each)
		if _, err := sent("json", value); err == nil {
			t.Error(each)
		}
	}
}

func TestEachRowOfTheTableIsASchema(t *testing.T) {
	for _, name := range append([]string{"policy"}, Resources...) {
		found := resourceSchema(table.Load(name))
		if diags := found.ValidateImplementation(t.Context()); diags.HasError() {
			t.Error(name, diags)
		}
		for _, a := range table.Load(name).Attributes {
			if a.WriteOnly && !found.Attributes[a.Name].IsWriteOnly() {
				t.Error(name, a.Name, "would be in the state")
			}
			if (a.Name == "secret" || a.Name == "token") && !found.Attributes[a.Name].IsSensitive() {
				t.Error(name, "shows its secret")
			}
		}
	}
	for _, name := range DataSources {
		if diags := lookupSchema(table.Load(name)).ValidateImplementation(t.Context()); diags.HasError() {
			t.Error(name, diags)
		}
	}
}

func TestAValueThatTheDocumentDoesNotHaveIsRefusedInThePlan(t *testing.T) {
	app, connection := table.Load("app"), table.Load("connection")
	for _, each := range []struct {
		of          table.Resource
		name, value string
		wrong       bool
	}{
		{connection, "preset", `"githup"`, true},
		{connection, "preset", `"github"`, false},
		{app, "grant_types", `["authorization_code", "password"]`, true},
		{app, "grant_types", `["authorization_code"]`, false},
		{app, "grant_types", `[]`, false},
		{app, "client_name", `"githup"`, false},
	} {
		a, _ := each.of.Attribute(each.name)
		value, err := stored(a.Kind, decoded(t, each.value))
		if told := whatIsWrong(a, value); err != nil || (told != "") != each.wrong {
			t.Error(each.name, each.value, told, err)
		}
	}
	jwks, _ := app.Attribute("jwks")
	if value, _ := stored("string", "{"); whatIsWrong(jwks, value) == "" {
		t.Error("text that is no JSON is planned")
	}
	if whatIsWrong(jwks, unknown("json")) != "" {
		t.Error("a value that is not known yet is refused")
	}
}
