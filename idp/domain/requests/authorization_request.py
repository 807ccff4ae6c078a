"""An authorization request that passed every check (RFC 6749 §4.1.1, OIDC Core §3.1.2.1, RFC 7636 §4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """Travels sealed through the sign-in pages. `browser` is the digest of the cookie that binds it; `received_at` epoch seconds.

    `claims`: the claims parameter (OIDC Core §5.5), checked. `pushed_id`: of the pushed request it came from, used up when answered.
    `device`: the user code and id of a device that the answer is for, instead of a redirect URI (RFC 8628).
    `client_stamp` is the client's (`Client.stamp`) when the request was made.
    `needs_verified_email`: the app asks for the email address, and the deployment gives it verified addresses only.
    `page` instead of a client: a page of the provider itself asked for the sign-in (its path, from a fixed list, and a query).
    `connection`: the id of the connection that the app asked for, or empty.
    `organization`: the id or slug of the organisation that it asks for, `organisation_scope.ANY`, or empty. A choice of the person
    replaces it by an id.
    `upstream_age`: the greatest age in seconds that the organisation accepts of a sign-in at an upstream; None if it limits none.
    `upstream`: an upstream identity that has no account yet (`PendingLink`); None for every other sign-in.
    `offer_passkey`: the person signed in with a password during this request, and may be offered a passkey once.
    `upgrade_passkey`: the same, and the browser may make a passkey without a gesture.
    """

    id: str
    received_at: int
    browser: str = ""
    client_id: str = ""
    client_stamp: str = ""
    page: str = ""
    redirect_uri: str = ""
    redirect_uri_given: bool = True
    response_mode: str = "query"
    scopes: tuple[str, ...] = ()
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    login_hint: str | None = None
    hinted_sub: str | None = None
    acr_values: tuple[str, ...] = ()
    ui_locales: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    claims: Mapping[str, Any] | None = None
    claims_locales: tuple[str, ...] = ()
    display: str | None = None
    authorization_details: tuple[Mapping[str, Any], ...] = ()
    dpop_jkt: str | None = None
    pushed_id: str | None = None
    device: tuple[str, ...] = ()
    needs_verified_email: bool = False
    offer_passkey: bool = False
    upgrade_passkey: bool = False
    connection: str = ""
    organization: str = ""
    upstream_age: int | None = None
    upstream: list[Any] | None = None

    def to_payload(self) -> dict[str, Any]:
        """A JSON-serialisable mapping without the fields that hold their default."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) != f.default}

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> AuthorizationRequest:
        """The request again. The payload was sealed by this provider, so its shape is trusted."""
        tuples = {"scopes", "prompt", "acr_values", "ui_locales", "resources", "claims_locales", "authorization_details", "device"}
        values: dict[str, Any] = {name: tuple(value) if name in tuples else value for name, value in payload.items()}
        return cls(**values)
