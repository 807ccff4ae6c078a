"""Authorization responses as signed JWTs (JARM): the response modes jwt, query.jwt and form_post.jwt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.oauth.clients.encryption import encrypt_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.apps.client import Client
    from idp.oauth.provider import AnswerParts

LIFETIME = 600
"""Seconds. JARM §2.1 recommends at most ten minutes."""
PLAIN = {"jwt": "query", "query.jwt": "query", "form_post.jwt": "form_post"}
"""By mode of JARM, the mode that transports the JWT (§2.3)."""


def wrap(provider: AnswerParts, client: Client, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameter `response`: a JWT with iss, aud, exp and the parameters of the response (JARM §2, §2.1).

    See FAPI 2.0 Message Signing §5.3.2.
    """
    claims = {**parameters, "iss": provider.settings.issuer, "aud": client.id, "exp": provider.clock() + LIFETIME}
    signed = provider.tokens.sign(client, claims, typ="JWT", chosen=client.authorization_signed_response_alg)
    alg, enc = client.authorization_encrypted_response_alg, client.authorization_encrypted_response_enc
    return {"response": encrypt_for(provider, client, signed, alg, enc)}
