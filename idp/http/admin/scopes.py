"""The OAuth scope of each route. It is written once beside the path: the route enforces it, and the OpenAPI document contains it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request

from idp.domain.access import admin_scopes
from idp.domain.message import Message
from idp.http.admin.gate import PRINCIPAL
from idp.http.admin.principal import Principal, insufficient_scope

SCHEME = "access_token"


def needs(*scopes: str) -> dict[str, Any]:
    """Return arguments of a route's decorator: `@router.get("/users", **needs("users:read"))`. A token needs all of the scopes."""
    if unknown := set(scopes) - admin_scopes.ALL:
        raise ValueError(*unknown)
    return {"openapi_extra": {"security": [{SCHEME: sorted(scopes)}]}}


def read_required_scopes(openapi_extra: dict[str, Any] | None) -> frozenset[str]:
    """Return the OAuth scopes of a route.

    Raises:
        ValueError: the route has none. It cannot be created then.
    """
    scopes = frozenset((openapi_extra or {})["security"][0][SCHEME])
    if not scopes:
        raise ValueError("a route without a scope")
    return scopes


def principal(request: Request) -> Principal:
    """Return the caller that the gate let pass."""
    found: Principal = request.scope[PRINCIPAL]
    return found


def check(request: Request, scopes: frozenset[str]) -> None:
    """Check that the token has these OAuth scopes.

    Raises:
        OAuthError: insufficient_scope (RFC 6750 §3.1).
    """
    if not scopes <= principal(request).scopes:
        raise insufficient_scope(
            Message("admin_api.needs_scope", scopes=" ".join(sorted(scopes))),
            tuple(sorted(scopes)),
            bound=principal(request).bound,
        )
