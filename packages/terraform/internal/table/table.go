// Package table has the resources and their attributes, made from the OpenAPI document by `python -m tools.admin_clients`.
package table

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// How the secret of a resource is written.
const (
	SecretInBody   = "body"     // as a member of the object
	SecretRotation = "rotation" // by rotate-secret
	SecretMade     = "made"     // the provider makes it, and shows it once
)

// Attribute is one member of a resource.
type Attribute struct {
	Name      string `json:"name"`
	Kind      string `json:"kind"` // string, int, bool, set, list, map, or json: text with JSON
	Text      string `json:"text"`
	Required  bool   `json:"required"`
	Optional  bool   `json:"optional"`
	Computed  bool   `json:"computed"`
	New       bool   `json:"new"`        // a member of a new object
	Change    bool   `json:"change"`     // a member of a change
	Answer    bool   `json:"answer"`     // a member of the answer
	WriteOnly bool   `json:"write_only"` // never in the state
	Merged    bool   `json:"merged"`     // a patch changes it member by member
	Reset     bool   `json:"reset"`      // null sets the default
	InPath    bool   `json:"in_path"`    // only the path has it
	Initial   bool   `json:"initial"`    // it counts when the object is made, and the API does not show it
	Free      bool   `json:"free"`       // an object with members of your own, which are compared exactly
	Default   any    `json:"default"`
	// Entry has the defaults of each member of an object whose members have names of your own. nil: none.
	Entry map[string]any `json:"entry"`
	// Values has the texts that it, or an entry of it, may have. Empty: any.
	Values []string `json:"values"`
	// Follows has the attributes from which the API chooses this one. nil: it may change with any of them.
	Follows   []string `json:"follows"`
	Sensitive bool     `json:"-"`
	Local     bool     `json:"-"` // no member of the API: only the state has it
	Lower     bool     `json:"-"` // the API writes it in lower case and ASCII, so another form never equals its answer
}

// Replaces tells whether another value needs a new object.
func (a Attribute) Replaces() bool {
	return a.InPath || (a.New && !a.Change && !a.Local && !a.Initial)
}

// Resource is one kind of objects.
type Resource struct {
	Name       string
	Path       string      `json:"path"`     // with {Parent}, if there is one
	Parent     string      `json:"parent"`   // the attribute with the id of the object that it belongs to, or empty
	ID         string      `json:"id"`       // the member with its id
	Replaced   bool        `json:"replaced"` // PUT with all members changes it, not PATCH with some
	Text       string      `json:"description"`
	Secret     string      `json:"secret"`
	SecretName string      `json:"secret_name"` // the member with the secret
	Attributes []Attribute `json:"attributes"`
	// Presets has the defaults by the value of the attribute By. nil: each attribute has its own.
	By      string                    `json:"by"`
	Presets map[string]map[string]any `json:"presets"`
}

// ChangedAt is the name of the attribute that tells when the secret was written.
func (r Resource) ChangedAt() string { return r.SecretName + "_changed_at" }

// Keep is the name of the attribute that asks to keep a secret which the provider makes.
func (r Resource) Keep() string { return "keep_" + r.SecretName }

// IsNamed tells whether the path names a new object. Else its members do, or the API chooses the id.
func (r Resource) IsNamed() bool {
	id, _ := r.Attribute(r.ID)
	return id.InPath
}

// Attribute returns the attribute with this name.
func (r Resource) Attribute(name string) (Attribute, bool) {
	for _, each := range r.Attributes {
		if each.Name == name {
			return each, true
		}
	}
	return Attribute{}, false
}

//go:embed table.json
var text []byte

// Load returns the resource with this name. It panics if there is none: the table is part of the program.
func Load(name string) Resource {
	var all struct {
		Resources map[string]Resource `json:"resources"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		panic(fmt.Sprintf("table.json: %v", err))
	}
	found, ok := all.Resources[name]
	if !ok {
		panic("table.json has no " + name)
	}
	found.Name = name
	for i, each := range found.Attributes {
		found.Attributes[i].Lower = name == "organization_domain" && each.Name == found.ID
	}
	found.Attributes = append(found.Attributes, secretAttributes(found)...)
	return found
}

// secretAttributes returns the attributes about the secret that are no members of the shapes.
func secretAttributes(of Resource) []Attribute {
	name := of.SecretName
	changed := Attribute{Name: of.ChangedAt(), Kind: "string", Local: true, Computed: true,
		Text: "When this resource wrote the " + name + " last (RFC 3339, UTC). The plan shows it as a change if the stored " + name + " is another one."}
	switch of.Secret {
	case SecretInBody:
		return []Attribute{changed}
	case SecretRotation:
		secret := Attribute{Name: "secret", Kind: "string", Local: true, Optional: true, WriteOnly: true,
			Text: "The app's secret: 32 to 512 printable characters of ASCII, made at random. Without it nobody knows the secret."}
		overlap := Attribute{Name: "secret_overlap_seconds", Kind: "int", Local: true, Optional: true,
			Text: "Seconds for which a replaced secret stays valid, at most 30 days. The default is 0."}
		return []Attribute{secret, overlap, changed}
	case SecretMade:
		keep := Attribute{Name: of.Keep(), Kind: "bool", Local: true, Optional: true,
			Text: "Whether the " + name + " of a new object is kept in the state, as `" + name + "`. The default is false."}
		secret := Attribute{Name: name, Kind: "string", Local: true, Computed: true, Sensitive: true,
			Text: "The " + name + ", if `" + of.Keep() + "` was true when the object was made. It is in the state: protect it."}
		return []Attribute{keep, secret}
	}
	return nil
}
