"""Auth0: the answer of `GET /api/v2/clients`, an array, or with `include_totals` an object with one.

`client_secret` is only there for a caller with the scope `read:client_keys`. Not in the answer: which APIs an app may call (client grants),
and the keys of an app that authenticates with a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.message import Message
from idp.domain.moving.clients.client import ImportedClient
from idp.domain.moving.clients.records import clients_in
from idp.domain.moving.fields import flag, text, texts
from idp.domain.moving.person import RefusedRow, RowError

_GRANTS = ("authorization_code", "refresh_token", "client_credentials", DEVICE_CODE)
_WITH_REFRESH = {"authorization_code", DEVICE_CODE}
_METHODS = {"client_secret_post", "client_secret_basic", "none"}
_PUBLIC = {"spa", "native"}
_WITHOUT_COUNTERPART = ("addons", "allowed_clients", "client_aliases", "client_metadata", "encryption_key", "token_quota")
_ORGANISATIONS = {"allow", "require"}


def read(file: BinaryIO) -> Iterator[ImportedClient | RefusedRow]:
    """Return the apps of a file.

    Raises:
        BrokenFileError: the file is no such answer, or cannot be read on.
    """
    return clients_in(file, "client_id", _client)


def _client(row: int, app: Any) -> ImportedClient:
    if not isinstance(app, Mapping):
        raise RowError("moving.not_object")
    _refuse_what_would_be_weaker(app)
    public, kind = _is_public(app), text(app, "app_type")
    grants, notes = _grants(app, public=public)
    if lost := [*(name for name in _WITHOUT_COUNTERPART if app.get(name)), *_organisations(app)]:
        notes.append(Message("moving.client_members", names=", ".join(lost)))
    metadata: dict[str, Any] = {
        "client_name": text(app, "name"), "application_type": "native" if kind == "native" else "web", "grant_types": grants,
        "redirect_uris": list(texts(app, "callbacks")), "post_logout_redirect_uris": list(texts(app, "allowed_logout_urls")),
        "token_endpoint_auth_method": "none" if public else text(app, "token_endpoint_auth_method") or "client_secret_post",
        "first_party": flag(app, "is_first_party", absent=False), "initiate_login_uri": text(app, "initiate_login_uri"),
        "require_pushed_authorization_requests": flag(app, "require_pushed_authorization_requests", absent=False),
        "logo_uri": text(app, "logo_uri"), "backchannel_logout_uri": _logout(app), "id_token_claims": True,
        "id_token_signed_response_alg": _algorithm(app),
    }  # fmt: skip
    if not public:
        metadata["require_pkce"] = False  # Auth0 does not ask confidential apps for it, and many do not send it (RFC 9700 §2.1.1)
    secret = "" if public else text(app, "client_secret")
    return ImportedClient(
        row, text(app, "client_id"), {name: value for name, value in metadata.items() if value not in ("", [])}, secret, tuple(notes)
    )


def _refuse_what_would_be_weaker(app: Mapping[str, Any]) -> None:
    """Refuse an app whose keys are not in the file, or that would lose a rule by which Auth0 protects it."""
    if flag(app, "global", absent=False):
        raise RowError("moving.client_of_tenant")
    request, level = app.get("signed_request_object"), text(app, "compliance_level")
    signed = isinstance(request, Mapping) and request.get("required") is True
    if app.get("client_authentication_methods") or signed or text(app, "token_endpoint_auth_method") not in {*_METHODS, ""}:
        raise RowError("moving.client_keys")
    if flag(app, "require_proof_of_possession", absent=False) or level not in {"", "none"}:
        raise RowError("moving.client_profile")


def _is_public(app: Mapping[str, Any]) -> bool:
    method = text(app, "token_endpoint_auth_method")
    return method == "none" or (not method and text(app, "app_type") in _PUBLIC)


def _grants(app: Mapping[str, Any], *, public: bool) -> tuple[list[str], list[Message]]:
    """Return the grants that exist here, and a note for each of the others.

    Raises:
        RowError: there is none left.
    """
    asked = texts(app, "grant_types")
    kept = [name for name in _GRANTS if name in asked and not (public and name == "client_credentials")]
    if not _WITH_REFRESH & set(kept):
        kept = [name for name in kept if name != "refresh_token"]
    lost = [name for name in asked if name not in kept]
    if not kept:
        raise RowError("moving.client_without_grant", names=", ".join(ascii(name[:60])[1:-1] for name in lost) or "-")
    return kept, [Message("moving.client_grant", name=ascii(name[:60])[1:-1]) for name in lost]


def _algorithm(app: Mapping[str, Any]) -> str:
    about = app.get("jwt_configuration")
    return text(about, "alg") if isinstance(about, Mapping) else ""


def _logout(app: Mapping[str, Any]) -> str:
    """Return the address for back-channel logout. Auth0 allows one."""
    about = app.get("oidc_logout") or app.get("oidc_backchannel_logout")
    found = texts(about, "backchannel_logout_urls") if isinstance(about, Mapping) else ()
    return found[0] if found else ""


def _organisations(app: Mapping[str, Any]) -> list[str]:
    return ["organization_usage"] if text(app, "organization_usage") in _ORGANISATIONS else []
