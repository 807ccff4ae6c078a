"""A valid and live access token. Its grant, user and client are read strongly each time (RFC 6750 §2, RFC 9068 §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidToken
from idp.domain.requests.scope import keep
from idp.domain.tokens.liveness import NotLiveError, TokenFacts, require_live_token

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.oauth.provider import AccessTokenParts


@dataclass(frozen=True, slots=True)
class LiveAccessToken:
    """A live token: its claims and the facts that it depends on. `user`, `grant` and `given_to` are None for a client's own token.

    `given_to` is the client that the user gave the grant to. It differs from `client` after a token exchange (RFC 8693).
    """

    claims: dict[str, Any]
    client: Client
    user: User | None = None
    grant: Grant | None = None
    given_to: Client | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of the token that its client may still use."""
        granted = tuple(str(self.claims.get("scope", "")).split())
        if self.given_to is None or self.given_to.id == self.client.id:
            return keep(granted, self.client.scopes)
        return keep(keep(granted, self.client.token_exchange_scopes), self.given_to.scopes)


def read_access_token(provider: AccessTokenParts, token: str, *, audience: str | None = None) -> LiveAccessToken:
    """The claims of the token and the facts that it depends on: one signature check, one read.

    Raises:
        InvalidToken: the token is forged, expired, revoked, for another audience, or not live.
    """
    claims = provider.tokens.verify_access_token(token, audience=audience)
    user_id, grant_id = claims.get("uid", ""), claims.get("gid")
    facts = provider.reads.bearer(claims["client_id"], claims["jti"], (user_id, grant_id) if grant_id else None)
    client, user, grant = facts.client, facts.user, facts.grant
    token_facts = TokenFacts(stamp=claims.get("cst", ""), issued_at=claims["iat"], has_grant=bool(grant_id))
    try:
        given_to = require_live_token(
            token_facts, client, user, grant, provider.clock(), revoked_until=facts.revoked_until, read_client=provider.clients.get
        )
    except NotLiveError as error:
        raise InvalidToken(detail=error.reason) from None
    if client is None:
        raise InvalidToken
    return LiveAccessToken(claims, client, user, grant, given_to)
