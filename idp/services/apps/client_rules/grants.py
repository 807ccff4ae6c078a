"""Grants, response types and who may use them (RFC 7591 §2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from idp.domain.apps.grant_types import DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.message import Message
    from idp.settings import Settings

Problem = tuple[str, "str | Message"]
"""A member, and what is wrong with it."""
_CONFIDENTIAL = {
    "client_credentials": "client_credentials needs a confidential client (RFC 6749 section 4.4).",
    TOKEN_EXCHANGE: "Token exchange needs a confidential client (RFC 8693 section 5).",
    JWT_BEARER: "The JWT bearer grant needs a confidential client.",
}


def problems(client: Client, response_types: tuple[str, ...] | None, settings: Settings) -> Iterator[Problem]:
    """What does not go together."""
    code = "authorization_code" in client.grant_types
    rules = (
        (not client.grant_types, "grant_types", "At least one grant type is needed."),
        (
            "refresh_token" in client.grant_types and not {"authorization_code", DEVICE_CODE} & set(client.grant_types),
            "grant_types",
            "refresh_token needs authorization_code or the device grant.",
        ),
        (
            JWT_BEARER in client.grant_types and settings.jwt_bearer != "on",
            "grant_types",
            "Assertions are not taken here: IDP_JWT_BEARER is off.",
        ),
        (
            bool(client.id_jag_audiences) and (settings.id_jag != "on" or TOKEN_EXCHANGE not in client.grant_types),
            "id_jag_audiences",
            "This needs the token exchange grant, and IDP_ID_JAG.",
        ),
        (
            settings.issuer in (client.id_jag_audiences or {}),
            "id_jag_audiences",
            "What this provider issues itself it does not take (ID-JAG section 8.3).",
        ),
        (code and not client.redirect_uris, "redirect_uris", "authorization_code needs at least one redirect URI."),
        (client.public and not client.require_pkce, "require_pkce", "A public client cannot do without PKCE (RFC 9700 section 2.1.1)."),
        (
            response_types not in (None, ("code",) if code else ()),
            "response_types",
            'With the grant type authorization_code this is ["code"], without it [].',
        ),
    )
    yield from ((field, sentence) for broken, field, sentence in rules if broken)
    yield from (("grant_types", sentence) for name, sentence in _CONFIDENTIAL.items() if client.public and name in client.grant_types)
