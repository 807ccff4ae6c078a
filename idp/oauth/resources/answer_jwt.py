"""Answers as JWTs, if the client registered that: UserInfo (OIDC Core §5.3.2), introspection (RFC 9701)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from idp.oauth.clients.encryption import encrypt_for

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.provider import AnswerParts

INTROSPECTION_TYPE = "token-introspection+jwt"


def userinfo_jwt(provider: AnswerParts, client: Client, claims: dict[str, Any]) -> str | None:
    """The claims signed, encrypted or both, as registered; signed ones have iss and aud (§5.3.2). None for plain JSON."""
    alg, enc = client.userinfo_encrypted_response_alg, client.userinfo_encrypted_response_enc
    if client.userinfo_signed_response_alg:
        signed = provider.tokens.sign(client, {**claims, **_to(provider, client)}, typ="JWT", chosen=client.userinfo_signed_response_alg)
        return encrypt_for(provider, client, signed, alg, enc)
    return encrypt_for(provider, client, json.dumps(claims, separators=(",", ":")), alg, enc, nested=False) if alg else None


def introspection_jwt(provider: AnswerParts, client: Client, answer: dict[str, Any]) -> str:
    """RFC 9701 §5: iss, aud, iat and the answer as one claim, so that no API accepts it as an access token."""
    claims = {**_to(provider, client), "iat": provider.clock(), "token_introspection": answer}
    signed = provider.tokens.sign(client, claims, typ=INTROSPECTION_TYPE, chosen=client.introspection_signed_response_alg)
    alg, enc = client.introspection_encrypted_response_alg, client.introspection_encrypted_response_enc
    return encrypt_for(provider, client, signed, alg, enc)


def _to(provider: AnswerParts, client: Client) -> dict[str, str]:
    return {"iss": provider.settings.issuer, "aud": client.id}
