"""The successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.requests import claims_request
from idp.oauth.resources.encryption import encrypted
from idp.oauth.resources.user_claims import claims_by_name, claims_by_scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tokens.grant import Grant
    from idp.oauth.provider import Provider

TokenResponse = dict[str, Any]
Mapped = dict[str, dict[str, Any]]
"""By target (access_token, id_token, userinfo), the claims that the client's mappings tell there."""


def mapped(provider: Provider, client: Client, user: User | None, origin: Origin, *targets: str, beside: Sequence[Any] = ()) -> Mapped:
    """What the client's mappings tell of the user, or of the client itself. To be asked for before anything is used up: it may refuse.

    `beside`: what else is large in the access token.
    """
    if not client.claim_mappings:
        return {}
    from idp.oauth.token import mapped_claims

    return mapped_claims.of(provider, client, user, origin, targets, beside)


def for_grant(
    provider: Provider, client: Client, grant: Grant, user: User, *, scopes: Sequence[str], resources: Sequence[str], generation: int,
    nonce: str | None, mapped: Mapped, confirmation: Mapping[str, str] | None = None, details: Sequence[Mapping[str, Any]] = (),
    code: str | None = None,
) -> TokenResponse:  # fmt: skip
    """Tokens of a user's grant: an ID Token where openid is among `scopes`, the refresh token of `generation` where there may be one.

    `code`: that they are given for. A refresh that asks for less is no smaller grant: its refresh token stays what it was (RFC 6749 §6).
    """
    tokens = provider.tokens
    access_token = tokens.access_token(
        client, scopes=scopes, grant=grant, resources=resources, confirmation=confirmation, details=details,
        more=mapped.get("access_token"),
    )  # fmt: skip
    answer = bare(provider, access_token, scopes, confirmation)
    if details:
        answer["authorization_details"] = [dict(detail) for detail in details]  # RFC 9396 §7
    if "openid" in scopes:
        # OIDC Core §5.4: such claims come from UserInfo where there is an access token; a client may be registered to have them here too.
        scoped = claims_by_scope(user, scopes) if client.id_token_claims else {}
        more = mapped.get("id_token", {}) | scoped | claims_by_name(user, claims_request.names(grant.claims, "id_token"))
        id_token = tokens.id_token(client, grant, nonce=nonce, access_token=access_token, more=more, code=code)
        encryption = (client.id_token_encrypted_response_alg, client.id_token_encrypted_response_enc)
        answer["id_token"] = encrypted(provider, client, id_token, *encryption)
    if grant.offline and "offline_access" in client.scopes and "refresh_token" in client.grant_types:
        answer["refresh_token"] = tokens.refresh_token(grant, generation)
    return answer


def bare(provider: Provider, access_token: str, scopes: Sequence[str], confirmation: Mapping[str, str] | None = None) -> TokenResponse:
    """An access token alone; `scope` always says what was granted (RFC 6749 §3.3), token_type how it is to be shown (RFC 9449 §5)."""
    answer: TokenResponse = {
        "access_token": access_token,
        "token_type": token_type(confirmation),
        "expires_in": provider.settings.access_token_lifetime,
    }
    if scopes:
        answer["scope"] = " ".join(scopes)
    return answer


def token_type(confirmation: Mapping[str, str] | None) -> str:
    """DPoP for a token that a key is bound to (RFC 9449 §5); with a certificate it stays a bearer token to look at (RFC 8705 §3)."""
    return "DPoP" if confirmation and "jkt" in confirmation else "Bearer"
