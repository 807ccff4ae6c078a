"""Keycloak: the member `clients` of a realm export, or the answer of `GET /admin/realms/REALM/clients`, an array.

Secrets are in the export of the server. The partial export of the console has asterisks in their place: the app gets a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.message import Message
from idp.domain.moving.clients.client import ImportedClient
from idp.domain.moving.clients.records import clients_in
from idp.domain.moving.fields import flag, member, text, texts
from idp.domain.moving.person import RefusedRow, RowError

_OWN = {"account", "account-console", "admin-cli", "broker", "realm-management", "security-admin-console"}
"""Clients that every realm has; the realm `master` has one more for each realm, without a sign-in."""
_LOST_GRANTS = {
    "implicitFlowEnabled": "implicit", "directAccessGrantsEnabled": "password", "oidc.ciba.grant.enabled": "ciba",
    "standard.token.exchange.enabled": "token-exchange",
}  # fmt: skip
_BOUND = ("tls.client.certificate.bound.access.tokens", "dpop.bound.access.tokens")
_WITHOUT_COUNTERPART = ("protocolMappers", "authenticationFlowBindingOverrides", "authorizationSettings")
_BETWEEN, _SAME = "##", "+"


def read(file: BinaryIO) -> Iterator[ImportedClient | RefusedRow]:
    """Return the clients of a file, without those of Keycloak itself.

    Raises:
        BrokenFileError: the file has no clients, or cannot be read on.
    """
    return clients_in(file, "clientId", _foreign)


def _foreign(row: int, client: Any) -> ImportedClient | None:
    """Return the client, or None for one of Keycloak itself."""
    return None if isinstance(client, Mapping) and client.get("clientId") in _OWN else _client(row, client)


def _client(row: int, client: Any) -> ImportedClient:
    if not isinstance(client, Mapping):
        raise RowError("moving.not_object")
    more, public = member(client, "attributes"), flag(client, "publicClient", absent=False)
    _refuse_what_would_be_weaker(client, more)
    grants = _grants(client, more, public=public)
    uris, notes = _redirect_uris(client)
    notes += _notes(client, more)
    metadata: dict[str, Any] = {
        "client_name": text(client, "name") or text(client, "clientId"), "grant_types": grants, "redirect_uris": uris,
        "post_logout_redirect_uris": _after_logout(client, more, uris, notes),
        "first_party": not flag(client, "consentRequired", absent=False),
        "logo_uri": text(more, "logoUri"), "backchannel_logout_uri": text(more, "backchannel.logout.url"),
        "require_pushed_authorization_requests": text(more, "require.pushed.authorization.requests") == "true",
        "id_token_signed_response_alg": text(more, "id.token.signed.response.alg"), **_authentication(client, more, public=public),
    }  # fmt: skip
    if not public:
        metadata["require_pkce"] = text(more, "pkce.code.challenge.method") == "S256"
    secret = text(client, "secret") if metadata["token_endpoint_auth_method"].startswith("client_secret") else ""
    return ImportedClient(
        row, text(client, "clientId"), {name: value for name, value in metadata.items() if value not in ("", [])},
        secret if secret.strip("*") else "", tuple(notes),
    )  # fmt: skip


def _refuse_what_would_be_weaker(client: Mapping[str, Any], more: Mapping[str, Any]) -> None:
    """Refuse a client that is none of OpenID Connect, or would lose a rule by which Keycloak protects it."""
    if text(client, "protocol") not in {"", "openid-connect"}:
        raise RowError("moving.client_protocol")
    if not flag(client, "enabled", absent=True):
        raise RowError("moving.client_disabled")
    if any(text(more, name) == "true" for name in _BOUND):
        raise RowError("moving.client_profile")
    if text(more, "request.object.required") not in {"", "not required"}:
        raise RowError("moving.client_keys")


def _authentication(client: Mapping[str, Any], more: Mapping[str, Any], *, public: bool) -> dict[str, Any]:
    """Return the method, and where the keys are. Keycloak takes a secret in the header or the form, we one of both."""
    if public:
        return {"token_endpoint_auth_method": "none"}
    kind = text(client, "clientAuthenticatorType") or "client-secret"
    if kind == "client-secret":
        return {"token_endpoint_auth_method": "client_secret_basic"}
    if kind == "client-jwt" and text(more, "use.jwks.url") == "true" and text(more, "jwks.url"):
        return {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": text(more, "jwks.url")}
    raise RowError("moving.client_keys")


def _grants(client: Mapping[str, Any], more: Mapping[str, Any], *, public: bool) -> list[str]:
    if flag(client, "bearerOnly", absent=False):
        raise RowError("moving.client_without_grant", names="bearer-only")
    codes = ["authorization_code"] if flag(client, "standardFlowEnabled", absent=True) else []
    codes += [DEVICE_CODE] if text(more, "oauth2.device.authorization.grant.enabled") == "true" else []
    refresh = ["refresh_token"] if codes and text(more, "use.refresh.tokens") != "false" else []
    own = ["client_credentials"] if flag(client, "serviceAccountsEnabled", absent=False) and not public else []
    if not codes + own:
        raise RowError("moving.client_without_grant", names=", ".join(_lost(client, more)) or "-")
    return codes + refresh + own


def _lost(client: Mapping[str, Any], more: Mapping[str, Any]) -> list[str]:
    return [name for key, name in _LOST_GRANTS.items() if client.get(key) is True or more.get(key) == "true"]


def _redirect_uris(client: Mapping[str, Any]) -> tuple[list[str], list[Message]]:
    """Return the addresses that are whole, and a note for each pattern: it lets codes go to pages that no admin chose (RFC 9700 §4.1)."""
    root = text(client, "rootUrl").rstrip("/")
    uris = [root + uri if uri.startswith("/") else uri for uri in texts(client, "redirectUris")]
    return [uri for uri in uris if "*" not in uri], [_pattern(uri) for uri in uris if "*" in uri]


def _pattern(uri: str) -> Message:
    return Message("moving.client_uri", uri=ascii(uri[:200])[1:-1], problem=Message("moving.client_pattern"))


def _after_logout(client: Mapping[str, Any], more: Mapping[str, Any], uris: list[str], notes: list[Message]) -> list[str]:
    """Return the addresses after a logout. `+` means the redirect URIs."""
    root, found = text(client, "rootUrl").rstrip("/"), list[str]()
    for each in filter(None, text(more, "post.logout.redirect.uris").split(_BETWEEN)):
        uri = root + each if each.startswith("/") else each
        if each == _SAME:
            found += uris
        elif "*" in uri:
            notes.append(_pattern(uri))
        elif each != "-":
            found.append(uri)
    return list(dict.fromkeys(found))


def _notes(client: Mapping[str, Any], more: Mapping[str, Any]) -> list[Message]:
    lost = [Message("moving.client_grant", name=name) for name in _lost(client, more)]
    members = [name for name in _WITHOUT_COUNTERPART if client.get(name)]
    return [*lost, *([Message("moving.client_members", names=", ".join(members))] if members else [])]
