"""Grants and response types, and which clients may use them (RFC 7591 §2.1). See ID-JAG §8.1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from idp.domain.apps.grant_types import DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.settings import Settings

Problem = tuple[str, Message]
"""A member and the reason why it is refused."""
_CONFIDENTIAL = {
    "client_credentials": Message("client.client_credentials_public"),
    TOKEN_EXCHANGE: Message("client.token_exchange_public"),
    JWT_BEARER: Message("client.jwt_bearer_public"),
}


def find_problems(client: Client, response_types: tuple[str, ...] | None, settings: Settings) -> Iterator[Problem]:
    """Find grants, response types and other members that contradict each other."""
    code = "authorization_code" in client.grant_types
    rules = (
        (not client.grant_types, "grant_types", Message("client.no_grant_type")),
        (
            "refresh_token" in client.grant_types and not {"authorization_code", DEVICE_CODE} & set(client.grant_types),
            "grant_types",
            Message("client.refresh_token_alone"),
        ),
        (
            JWT_BEARER in client.grant_types and settings.jwt_bearer != "on",
            "grant_types",
            Message("client.jwt_bearer_off"),
        ),
        (
            bool(client.id_jag_audiences) and (settings.id_jag != "on" or TOKEN_EXCHANGE not in client.grant_types),
            "id_jag_audiences",
            Message("client.id_jag_off"),
        ),
        (
            settings.issuer in (client.id_jag_audiences or {}),
            "id_jag_audiences",
            Message("client.id_jag_own_issuer"),
        ),
        (code and not client.redirect_uris, "redirect_uris", Message("client.no_redirect_uri")),
        (client.is_public and not client.require_pkce, "require_pkce", Message("client.public_without_pkce")),
        (
            response_types not in (None, ("code",) if code else ()),
            "response_types",
            Message("client.response_types"),
        ),
    )
    yield from ((field, message) for broken, field, message in rules if broken)
    yield from (("grant_types", message) for name, message in _CONFIDENTIAL.items() if client.is_public and name in client.grant_types)
