"""What has to hold between a client's members (RFC 7591 §2.1, RFC 9700 §2.1), whoever set them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from idp.domain import redirect_uri
from idp.domain.errors import Invalid
from idp.services import admin_scopes

if TYPE_CHECKING:
    from idp.domain.client import Client
    from idp.settings import Settings

Problem = tuple[str, str]
"""A member, and what is wrong with it."""


def check(client: Client, response_types: tuple[str, ...] | None, settings: Settings) -> None:
    """Raise Invalid for the first rule that does not hold."""
    for problems in (_combinations(client, response_types), _algorithms(client, settings), _uris(client, dev=settings.dev)):
        for field, sentence in problems:
            raise Invalid(sentence, field=field)


def admin_power(client: Client, admin_resource: str) -> frozenset[str]:
    """The scopes of the admin API that tokens of this client can have: none unless the admin API is among its resources."""
    return admin_scopes.ALL.intersection(client.scopes) if admin_resource in client.resources else frozenset()


def _combinations(client: Client, response_types: tuple[str, ...] | None) -> Iterator[Problem]:
    code, service = "authorization_code" in client.grant_types, "client_credentials" in client.grant_types
    rules = (
        (not client.grant_types, "grant_types", "At least one grant type is needed."),
        ("refresh_token" in client.grant_types and not code, "grant_types", "refresh_token needs authorization_code."),
        (service and client.public, "grant_types", "client_credentials needs a confidential client (RFC 6749 section 4.4)."),
        (code and not client.redirect_uris, "redirect_uris", "authorization_code needs at least one redirect URI."),
        (not client.auth_methods, "auth_methods", "At least one method is needed."),
        ("none" in client.auth_methods and not client.public, "auth_methods", "none cannot be combined with other methods."),
        (client.public and not client.require_pkce, "require_pkce", "A public client cannot do without PKCE (RFC 9700 section 2.1.1)."),
        (
            response_types not in (None, ("code",) if code else ()),
            "response_types",
            'With the grant type authorization_code this is ["code"], without it [].',
        ),
    )
    return ((field, sentence) for broken, field, sentence in rules if broken)


def _algorithms(client: Client, settings: Settings) -> Iterator[Problem]:
    for field in ("id_token_signed_response_alg", "access_token_signed_response_alg"):
        if getattr(client, field) not in settings.algorithms:
            yield field, f"This has to be one of: {', '.join(settings.algorithms)}."


def _uris(client: Client, *, dev: bool) -> Iterator[Problem]:
    for field in ("client_uri", "logo_uri", "policy_uri", "tos_uri"):
        if not dev and not (getattr(client, field) or "https:").startswith("https:"):
            yield field, "This has to be an https URL."
    for field in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(client, field):
            if problem := redirect_uri.registration_problem(uri, native=client.native, dev=dev):
                yield field, f"One of them cannot be registered: {problem}."
