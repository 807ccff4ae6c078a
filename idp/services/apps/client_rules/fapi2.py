"""What the FAPI 2.0 profiles demand of a registration (FAPI 2.0 Security Profile §5.3.2, Message Signing §5). One member sets all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.apps import fapi
from idp.domain.apps.signing_algorithm import signing_alg
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.apps.client_rules.grants import Problem
    from idp.settings import Settings

MESSAGE_SIGNING = "fapi2-message-signing"
_SIGNED = tuple(f"{what}_signed_response_alg" for what in ("id_token", "userinfo", "introspection", "authorization", "access_token"))


def complete_members(client: Client, settings: Settings) -> Client:
    """Return the client with what its profile demands: pushed requests, PKCE, bound tokens, and no RS256."""
    if not client.is_fapi:
        return client
    changes: dict[str, Any] = {"require_pkce": True}
    if _is_offered(settings):
        chosen = {field: getattr(client, field) for field in _SIGNED if getattr(client, field) is not None}
        changes |= {field: signing_alg(client, alg, settings.algorithms) for field, alg in chosen.items()}
    if "authorization_code" in client.grant_types:
        changes |= {"require_pushed_authorization_requests": True}
    if not client.tls_client_certificate_bound_access_tokens:
        changes |= {"dpop_bound_access_tokens": True}
    if client.profile == MESSAGE_SIGNING and "authorization_code" in client.grant_types:
        changes |= {"require_signed_request_object": True}
    return replace(client, **changes)


def find_problems(client: Client, settings: Settings) -> Iterator[Problem]:
    """Find members that the profile forbids (FAPI 2.0 Security Profile §5.3.2)."""
    if not client.is_fapi:
        return
    if not set(client.auth_methods) <= fapi.AUTH_METHODS:
        yield "token_endpoint_auth_method", Message("fapi.method")
    if not set(client.grant_types) <= fapi.GRANT_TYPES:
        yield "grant_types", Message("fapi.grant_type", values=", ".join(sorted(fapi.GRANT_TYPES)))
    if not _is_offered(settings):
        yield "profile", Message("fapi.no_algorithm")
    for field in ("token_endpoint_auth_signing_alg", "request_object_signing_alg"):
        if getattr(client, field) == "RS256":
            yield field, Message("fapi.rs256")
    for uri in client.redirect_uris:
        # §5.3.2.2: "shall not use http URIs … unless the client is a native client that uses loopback interface redirection"
        if uri.startswith("http://") and not client.is_native:
            yield "redirect_uris", Message("fapi.plain_http")


def _is_offered(settings: Settings) -> bool:
    """Return whether the deployment signs with an algorithm that the profile allows."""
    return not set(fapi.ALGORITHMS).isdisjoint(settings.algorithms)
