"""Keycloak: roles, groups and apps of a realm. Secrets are digests here, so Keycloak makes a new one for each app that has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from idp.domain.apps.grant_types import DEVICE_CODE, TOKEN_EXCHANGE
from idp.domain.moving.leaving.left_out import Counts

_ITS_OWN = {"account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"}
_AUTHENTICATORS = {"private_key_jwt": "client-jwt", "tls_client_auth": "client-x509"}
_TEXTS = {
    "logo_uri": "logoUri", "policy_uri": "policyUri", "tos_uri": "tosUri", "backchannel_logout_uri": "backchannel.logout.url",
    "frontchannel_logout_uri": "frontchannel.logout.url", "access_token_signed_response_alg": "access.token.signed.response.alg",
    "id_token_signed_response_alg": "id.token.signed.response.alg", "jwks_uri": "jwks.url",
    "tls_client_auth_subject_dn": "x509.subjectdn", "token_endpoint_auth_signing_alg": "token.endpoint.auth.signing.alg",
}  # fmt: skip
_FLAGS = {
    "backchannel_logout_session_required": "backchannel.logout.session.required",
    "frontchannel_logout_session_required": "frontchannel.logout.session.required",
    "require_pushed_authorization_requests": "require.pushed.authorization.requests",
    "dpop_bound_access_tokens": "dpop.bound.access.tokens",
    "tls_client_certificate_bound_access_tokens": "tls.client.certificate.bound.access.tokens",
}  # fmt: skip
_SEPARATOR = "##"


def role(name: str, description: str, permissions: Sequence[str], left: Counts) -> dict[str, Any]:
    """A realm role."""
    left["permissions"] += bool(permissions)
    return {"name": name, "description": description}


def group(name: str, roles: Sequence[str]) -> dict[str, Any]:
    """A group at the top. `roles`: names."""
    return {"name": name, "path": f"/{name}", "realmRoles": roles}


def client(line: Mapping[str, Any], left: Counts, *, has_secret: bool) -> dict[str, Any] | None:
    """An app, or None if Keycloak has one of its own under this id. `line`: of the type `client`, with the defaults filled in."""
    about = line["metadata"]
    if line["client_id"] in _ITS_OWN:
        left["reserved_apps"] += 1
        return None
    left["client_secrets"] += has_secret
    left["client_roles"] += bool(line["roles"])
    grants, methods = about["grant_types"], about["auth_methods"]
    return {
        "clientId": line["client_id"], "name": about["name"], "enabled": not about["disabled"], "protocol": "openid-connect",
        "publicClient": list(methods) == ["none"], "clientAuthenticatorType": _AUTHENTICATORS.get(next(iter(methods), ""), "client-secret"),
        "redirectUris": _exact(about["redirect_uris"], left), "standardFlowEnabled": "authorization_code" in grants,
        "implicitFlowEnabled": False, "directAccessGrantsEnabled": False, "serviceAccountsEnabled": "client_credentials" in grants,
        "consentRequired": not about["first_party"], "frontchannelLogout": bool(about["frontchannel_logout_uri"]),
        **({"baseUrl": about["client_uri"]} if about["client_uri"] else {}), "attributes": _attributes(about, left),
    }  # fmt: skip


def _attributes(about: Mapping[str, Any], left: Counts) -> dict[str, str]:
    found = {theirs: str(about[ours]) for ours, theirs in _TEXTS.items() if about[ours]}
    found |= {theirs: str(about[ours]).lower() for ours, theirs in _FLAGS.items()}
    found["oauth2.device.authorization.grant.enabled"] = str(DEVICE_CODE in about["grant_types"]).lower()
    found["standard.token.exchange.enabled"] = str(TOKEN_EXCHANGE in about["grant_types"]).lower()
    found["use.jwks.url"] = str(bool(about["jwks_uri"])).lower()
    if about["require_pkce"]:
        found["pkce.code.challenge.method"] = "S256"
    if after := _exact(about["post_logout_redirect_uris"], left):
        found["post.logout.redirect.uris"] = _SEPARATOR.join(after)
    return found


def _exact(uris: list[str], left: Counts) -> list[str]:
    """Without those that Keycloak would read as a pattern: here each is compared as a whole."""
    kept = [uri for uri in uris if "*" not in uri]
    left["redirect_uris"] += len(uris) - len(kept)
    return kept
