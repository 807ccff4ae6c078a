package provider

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"example.com/terraform-provider-idp/internal/api"
	"example.com/terraform-provider-idp/internal/table"
)

const live = "/policies/live"

// policy is the resource of the policies that are live. A change is a new version, which is published in place of the one that was read.
type policy struct{ object }

func newPolicy() resource.Resource {
	return &policy{object{table: table.Load("policy"), now: time.Now}}
}

// Create publishes the first version. Policies that are live already are imported, and not replaced unseen.
func (p *policy) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	_, err := p.client.Do(ctx, api.Call{Method: http.MethodGet, Path: live})
	if err == nil {
		resp.Diagnostics.AddError("Not created", "Policies are live already. Take them over: terraform import idp_policy.NAME live")
		return
	}
	if !api.HasStatus(err, http.StatusNotFound) {
		p.tell(&resp.Diagnostics, "Not created", err)
		return
	}
	body, _, ok := p.newBody(valuesOf(req.Config.Raw), &resp.Diagnostics)
	if !ok {
		return
	}
	found, err := p.publish(ctx, body, "")
	if err != nil {
		p.tell(&resp.Diagnostics, "Not published", err)
		return
	}
	p.keep(ctx, found, valuesOf(req.Plan.Raw), &resp.State, resp.Private, &resp.Diagnostics)
}

// Read shows the texts of the version that is live now, whoever published it.
func (p *policy) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	found, err := p.published(ctx)
	if api.HasStatus(err, http.StatusNotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		p.tell(&resp.Diagnostics, "Not read", err)
		return
	}
	p.keep(ctx, found, valuesOf(req.State.Raw), &resp.State, resp.Private, &resp.Diagnostics)
}

// Update saves a new version and publishes it.
func (p *policy) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	body, _, ok := p.newBody(valuesOf(req.Config.Raw), &resp.Diagnostics)
	if !ok {
		return
	}
	etag, diags := req.Private.GetKey(ctx, "etag")
	resp.Diagnostics.Append(diags...)
	found, err := p.publish(ctx, body, tagOf(etag))
	if err != nil {
		p.tell(&resp.Diagnostics, "Not published", err)
		return
	}
	p.keep(ctx, found, valuesOf(req.Plan.Raw), &resp.State, resp.Private, &resp.Diagnostics)
}

// Delete leaves the policies live: without them other requests might be allowed.
func (p *policy) Delete(_ context.Context, _ resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.AddWarning("The policies stay live", "Published policies cannot be removed, only replaced. They have left the state.")
}

// ImportState takes over the policies that are live.
func (p *policy) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if req.ID != "live" {
		resp.Diagnostics.AddError("Not imported", "The id of the policies is: live")
		return
	}
	made := values{}
	for _, a := range p.table.Attributes {
		made[a.Name] = null(a.Kind)
	}
	made[p.table.ID] = tftypes.NewValue(tftypes.Number, 0) // the read that follows replaces it
	setState(ctx, &resp.State, made)
}

func (p *policy) publish(ctx context.Context, body map[string]any, etag string) (api.Answer, error) {
	made, err := p.client.Do(ctx, api.Call{Method: http.MethodPost, Path: p.table.Path, Body: body, Once: true})
	if err != nil {
		return api.Answer{}, err
	}
	number := map[string]any{"version": made.Body["version"]}
	told, err := p.client.Do(ctx, api.Call{Method: http.MethodPut, Path: live, Body: number, IfMatch: etag})
	if err != nil {
		return api.Answer{}, err
	}
	return api.Answer{Body: made.Body, ETag: told.ETag}, nil
}

func (p *policy) published(ctx context.Context) (api.Answer, error) {
	told, err := p.client.Do(ctx, api.Call{Method: http.MethodGet, Path: live})
	if err != nil {
		return api.Answer{}, err
	}
	found, err := p.get(ctx, p.at(nil, fmt.Sprint(told.Body["version"])))
	return api.Answer{Body: found.Body, ETag: told.ETag}, err
}
