package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"example.com/terraform-provider-idp/internal/api"
	"example.com/terraform-provider-idp/internal/table"
)

// isNewSecret tells whether the secret of the configuration has to be written: the API compares it with the stored one. Nothing of it is in
// the plan or the state.
func (o *object) isNewSecret(ctx context.Context, config, state values, diags *diag.Diagnostics) bool {
	if o.table.Secret != table.SecretInBody && o.table.Secret != table.SecretRotation {
		return false
	}
	secret := config[o.table.SecretName]
	if o.table.Secret == table.SecretRotation && isSet(secret) && !isStrong(textOf(secret)) {
		diags.AddAttributeError(path.Root("secret"), "Not valid", "The secret of an app has 32 to 512 printable characters of ASCII, made at random.")
		return false
	}
	if !secret.IsKnown() || (state == nil && isSet(secret)) {
		return true
	}
	if !isSet(secret) || state == nil {
		return false
	}
	call := api.Call{Method: http.MethodPost, Path: o.placeOf(state) + "/secret-check", Body: map[string]any{"secret": textOf(secret)}}
	found, err := o.client.Do(ctx, call)
	if api.HasStatus(err, http.StatusNotFound) {
		return true
	}
	if api.HasStatus(err, http.StatusForbidden) { // a service client that only plans may have no right to write
		diags.AddAttributeWarning(path.Root(o.table.SecretName), "The secret was not compared", err.Error())
		return false
	}
	if err != nil {
		diags.AddAttributeError(path.Root(o.table.SecretName), "The secret was not compared", err.Error())
		return false
	}
	return found.Body["same"] != true
}

// isStrong tells whether the API takes a text as the secret of an app. It is asked before the app is made, which would stay without it.
func isStrong(secret string) bool {
	for _, each := range secret {
		if each < '!' || each > '~' {
			return false
		}
	}
	return len(secret) >= 32 && len(secret) <= 512
}

// rotate replaces the secret of an app by the one of the configuration.
func (o *object) rotate(ctx context.Context, place string, config values) error {
	body := map[string]any{"secret": textOf(config["secret"])}
	if overlap, err := sent("int", config["secret_overlap_seconds"]); err == nil && overlap != nil {
		body["overlap_seconds"] = overlap
	}
	_, err := o.client.Do(ctx, api.Call{Method: http.MethodPost, Path: place + "/rotate-secret", Body: body, Once: true})
	return err
}
