package provider

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/api"
	"example.com/terraform-provider-idp/internal/table"
)

// object is a resource that is one object of the API: POST makes it, PATCH changes it, DELETE removes it. PUT makes one that has its id from
// the path, and changes one of which the table says that it is replaced.
type object struct {
	table  table.Resource
	client *api.Client
	now    func() time.Time
}

func newObject(name string) resource.Resource { return &object{table: table.Load(name), now: time.Now} }

func (o *object) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + o.table.Name
}

func (o *object) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(o.table)
}

func (o *object) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	o.client, _ = req.ProviderData.(*api.Client)
}

// Create makes the object, and then what only a change or a rotation can write. What was made is in the state also if that fails.
func (o *object) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, config := valuesOf(req.Plan.Raw), valuesOf(req.Config.Raw)
	body, later, ok := o.newBody(config, &resp.Diagnostics)
	if !ok {
		return
	}
	made, err := o.client.Do(ctx, o.first(plan, body))
	if o.table.IsNamed() && api.HasStatus(err, http.StatusPreconditionFailed) {
		resp.Diagnostics.AddAttributeError(path.Root(o.table.ID), "Not created",
			"There is one already. Take it over: terraform import idp_"+o.table.Name+".NAME '"+textOf(plan[o.table.ID])+"'")
		return
	}
	if err != nil {
		o.tell(&resp.Diagnostics, "Not created", err)
		return
	}
	secretName := o.table.SecretName
	if o.table.Secret == table.SecretMade && !isTrue(plan[o.table.Keep()]) {
		delete(made.Body, secretName)
	}
	place := o.at(plan, idIn(o.table, made.Body))
	secret, err := o.afterwards(ctx, place, made.ETag, later, config)
	if err != nil {
		o.tell(&resp.Diagnostics, "Created, but not as a whole", err)
	}
	if err == nil && (len(later) > 0 || secret) || made.ETag == "" {
		if read, err := o.get(ctx, place); err != nil {
			o.tell(&resp.Diagnostics, "Created, but not read", err)
		} else {
			if it, ok := made.Body[secretName]; ok {
				read.Body[secretName] = it
			}
			made = read
		}
	}
	o.keep(ctx, made, plan, &resp.State, resp.Private, &resp.Diagnostics)
}

// first returns the request that makes a new object, and leaves one alone that is there already.
func (o *object) first(plan values, body map[string]any) api.Call {
	if o.table.IsNamed() {
		return api.Call{Method: http.MethodPut, Path: o.placeOf(plan), Body: body, IfAbsent: true}
	}
	return api.Call{Method: http.MethodPost, Path: o.within(plan), Body: body, Once: true}
}

func (o *object) afterwards(ctx context.Context, place, etag string, later map[string]any, config values) (bool, error) {
	if len(later) > 0 {
		if _, err := o.client.Do(ctx, api.Call{Method: http.MethodPatch, Path: place, Body: later, IfMatch: etag}); err != nil {
			return false, err
		}
	}
	if o.table.Secret != table.SecretRotation || !isSet(config["secret"]) {
		return false, nil
	}
	return true, o.rotate(ctx, place, config)
}

// Read shows the object as it is. One that is gone leaves the state, so that the plan makes it again.
func (o *object) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state := valuesOf(req.State.Raw)
	found, err := o.get(ctx, o.placeOf(state))
	if api.HasStatus(err, http.StatusNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		o.tell(&resp.Diagnostics, "Not read", err)
		return
	}
	o.keep(ctx, found, state, &resp.State, resp.Private, &resp.Diagnostics)
}

// Update sends the members that differ, for the version that the plan was made from.
func (o *object) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, config, state := valuesOf(req.Plan.Raw), valuesOf(req.Config.Raw), valuesOf(req.State.Raw)
	place := o.placeOf(state)
	method, body, ok := o.changes(plan, config, state, &resp.Diagnostics)
	if !ok {
		return
	}
	secret := config[o.table.SecretName]
	isNewSecret := !plan[o.table.ChangedAt()].IsKnown() && isSet(secret)
	if o.table.Secret == table.SecretInBody && isSet(secret) && (isNewSecret || len(body) > 0) {
		body[o.table.SecretName] = textOf(secret) // a change of the host needs the secret again
	}
	etag, diags := req.Private.GetKey(ctx, "etag")
	resp.Diagnostics.Append(diags...)
	if len(body) > 0 {
		if _, err := o.client.Do(ctx, api.Call{Method: method, Path: place, Body: body, IfMatch: tagOf(etag)}); err != nil {
			o.tell(&resp.Diagnostics, "Not changed", err)
			return
		}
	}
	if o.table.Secret == table.SecretRotation && isNewSecret {
		if err := o.rotate(ctx, place, config); err != nil {
			o.tell(&resp.Diagnostics, "The secret was not changed", err)
			return
		}
	}
	found, err := o.get(ctx, place)
	if err != nil {
		o.tell(&resp.Diagnostics, "Changed, but not read", err)
		return
	}
	o.keep(ctx, found, plan, &resp.State, resp.Private, &resp.Diagnostics)
}

// Delete removes the object, of the version that the plan was made from.
func (o *object) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state := valuesOf(req.State.Raw)
	etag, diags := req.Private.GetKey(ctx, "etag")
	resp.Diagnostics.Append(diags...)
	_, err := o.client.Do(ctx, api.Call{Method: http.MethodDelete, Path: o.placeOf(state), IfMatch: tagOf(etag)})
	if err != nil && !api.HasStatus(err, http.StatusNotFound) {
		o.tell(&resp.Diagnostics, "Not deleted", err)
	}
}

// ImportState takes an object over by its id, after that of the object which it belongs to. The read that follows fills the state.
func (o *object) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	found := values{}
	for _, a := range o.table.Attributes {
		found[a.Name] = null(a.Kind)
	}
	id := req.ID
	if parent := o.table.Parent; parent != "" {
		above, own, _ := strings.Cut(id, "/")
		if above == "" || own == "" {
			resp.Diagnostics.AddError("Not imported", "The id has two parts: "+strings.ToUpper(parent)+"/"+strings.ToUpper(o.table.ID))
			return
		}
		found[parent], id = tftypes.NewValue(tftypes.String, above), own
	}
	found[o.table.ID] = tftypes.NewValue(tftypes.String, id)
	setState(ctx, &resp.State, found)
}

func setState(ctx context.Context, state *tfsdk.State, found values) {
	state.Raw = tftypes.NewValue(state.Schema.Type().TerraformType(ctx), map[string]tftypes.Value(found))
}

// keeper is where private facts of a resource are kept, which no plan shows.
type keeper interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// keep writes the answer into the state, and its version beside it.
func (o *object) keep(ctx context.Context, found api.Answer, base values, state *tfsdk.State, private keeper, diags *diag.Diagnostics) {
	made := values{}
	for _, a := range o.table.Attributes {
		made[a.Name] = o.kept(a, found.Body, base[a.Name], diags)
	}
	setState(ctx, state, made)
	tag, _ := json.Marshal(found.ETag)
	diags.Append(private.SetKey(ctx, "etag", tag)...)
}

// kept returns the value of one attribute for the state: that of the answer, as the plan wrote it if it means the same.
func (o *object) kept(a table.Attribute, body map[string]any, base tftypes.Value, diags *diag.Diagnostics) tftypes.Value {
	switch {
	case a.WriteOnly:
		return null(a.Kind)
	case a.Name == o.table.ChangedAt() && !base.IsKnown():
		return tftypes.NewValue(tftypes.String, o.now().UTC().Format(time.RFC3339))
	case a.Sensitive: // a secret that the answer shows once
		if text, ok := body[a.Name].(string); ok {
			return tftypes.NewValue(tftypes.String, text)
		}
	}
	if !a.Answer {
		if !base.IsKnown() || base.Type() == nil {
			return null(a.Kind)
		}
		return base
	}
	if base.Type() != nil && base.IsKnown() {
		if mine, err := sent(a.Kind, base); err == nil && isSame(a, mine, body[a.Name]) {
			return base
		}
	}
	value, err := stored(a.Kind, body[a.Name])
	if err != nil {
		diags.AddAttributeError(path.Root(a.Name), "Not understood", "The answer of the admin API is of another release: "+err.Error())
		return null(a.Kind)
	}
	return value
}

func (o *object) get(ctx context.Context, place string) (api.Answer, error) {
	return o.client.Do(ctx, api.Call{Method: http.MethodGet, Path: place})
}

// within returns the path of all objects of this kind, those of one other object if they belong to it.
func (o *object) within(it values) string {
	parent := o.table.Parent
	return strings.Replace(o.table.Path, "{"+parent+"}", url.PathEscape(textOf(it[parent])), 1)
}

// at returns the path of one object.
func (o *object) at(it values, id string) string { return o.within(it) + "/" + url.PathEscape(id) }

func (o *object) placeOf(state values) string { return o.at(state, textOf(state[o.table.ID])) }

func idIn(it table.Resource, body map[string]any) string {
	id, _ := body[it.ID].(string)
	return id
}

func tagOf(kept []byte) string {
	var tag string
	_ = json.Unmarshal(kept, &tag)
	return tag
}

func isTrue(value tftypes.Value) bool {
	var is bool
	return isSet(value) && value.As(&is) == nil && is
}

// tell adds a refusal of the API to the diagnostics, each part at its attribute. It never has a value of the request.
func (o *object) tell(diags *diag.Diagnostics, summary string, err error) {
	if api.HasStatus(err, http.StatusPreconditionFailed) {
		diags.AddError(summary, "It was changed by somebody else since the plan was made. Plan again. "+err.Error())
		return
	}
	var problem *api.Problem
	if !errors.As(err, &problem) || len(problem.Errors) == 0 {
		diags.AddError(summary, err.Error())
		return
	}
	for _, each := range problem.Errors {
		text := each.Field + ": " + each.Detail + " (request " + problem.RequestID + ")"
		if a, ok := o.table.Attribute(firstOf(each.Field)); ok {
			diags.AddAttributeError(path.Root(a.Name), summary, text)
		} else {
			diags.AddError(summary, text)
		}
	}
}
