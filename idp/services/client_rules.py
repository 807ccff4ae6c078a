"""What has to hold between a client's members (RFC 7591 §2.1, RFC 9700 §2.1), whoever set them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain import redirect_uri
from idp.domain.errors import Invalid
from idp.services import admin_scopes

if TYPE_CHECKING:
    from idp.domain.client import Client


def check(client: Client, response_types: tuple[str, ...] | None, *, dev: bool) -> None:
    """Raise Invalid for the first rule that does not hold."""
    for field, broken, sentence in _rules(client):
        if broken:
            raise Invalid(sentence, field=field)
    expected = ("code",) if "authorization_code" in client.grant_types else ()
    if response_types not in (None, expected):
        raise Invalid('With the grant type authorization_code this is ["code"], without it [].', field="response_types")
    for field in ("client_uri", "logo_uri", "policy_uri", "tos_uri"):
        if not dev and not (getattr(client, field) or "https:").startswith("https:"):
            raise Invalid("This has to be an https URL.", field=field)
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(client, field):
            if problem := redirect_uri.registration_problem(uri, native=client.native, dev=dev):
                raise Invalid(f"One of them cannot be registered: {problem}.", field=field)


def admin_power(client: Client, admin_resource: str) -> frozenset[str]:
    """The scopes of the admin API that tokens of this client can have: none unless the admin API is among its resources."""
    return admin_scopes.ALL.intersection(client.scopes) if admin_resource in client.resources else frozenset()


def _rules(client: Client) -> tuple[tuple[str, bool, str], ...]:
    code, service = "authorization_code" in client.grant_types, "client_credentials" in client.grant_types
    return (
        ("grant_types", not client.grant_types, "At least one grant type is needed."),
        ("grant_types", "refresh_token" in client.grant_types and not code, "refresh_token needs authorization_code."),
        ("grant_types", service and client.public, "client_credentials needs a confidential client (RFC 6749 section 4.4)."),
        ("redirect_uris", code and not client.redirect_uris, "authorization_code needs at least one redirect URI."),
        ("auth_methods", not client.auth_methods, "At least one method is needed."),
        ("auth_methods", "none" in client.auth_methods and not client.public, "none cannot be combined with other methods."),
        ("require_pkce", client.public and not client.require_pkce, "A public client cannot do without PKCE (RFC 9700 section 2.1.1)."),
    )
