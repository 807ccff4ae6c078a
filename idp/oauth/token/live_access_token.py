"""A bearer access token, proved and alive: its grant, user and client are read strongly each time (RFC 6750 §2, RFC 9068 §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidToken
from idp.domain.requests.scope import keep

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.oauth.provider import TokenParts


@dataclass(frozen=True, slots=True)
class LiveAccessToken:
    """A live token: its claims, and what it stands on. `user`, `grant` and `given_to` are None for client_credentials.

    `given_to` is the client that the user gave the grant to: another one than `client` for a token that was exchanged (RFC 8693).
    """

    claims: dict[str, Any]
    client: Client
    user: User | None = None
    grant: Grant | None = None
    given_to: Client | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it may be used for: the scopes that it was given with, without those that its client may not have any more."""
        told = tuple(str(self.claims.get("scope", "")).split())
        if self.given_to is None or self.given_to.id == self.client.id:
            return keep(told, self.client.scopes)
        return keep(keep(told, self.client.token_exchange_scopes), self.given_to.scopes)


def read_access_token(provider: TokenParts, token: str, *, audience: str | None = None) -> LiveAccessToken:
    """The token's claims and what it stands on: one signature check, one read.

    Raises:
        InvalidToken: forged, expired, revoked, for another audience, or what it stands on is gone.
    """
    claims = provider.tokens.verify_access_token(token, audience=audience)
    user_id, grant_id = claims.get("uid", ""), claims.get("gid")
    facts = provider.reads.bearer(claims["client_id"], claims["jti"], (user_id, grant_id) if grant_id else None)
    client, now = facts.client, provider.clock()
    if client is None or client.disabled or (facts.revoked_until is not None and now < facts.revoked_until):
        raise InvalidToken
    if not grant_id:
        if not client.accepts(claims.get("cst", ""), claims["iat"]):
            raise InvalidToken
        return LiveAccessToken(claims, client)
    user, grant = facts.user, facts.grant
    if user is None or grant is None or not grant.live(now) or not user.accepts(grant.security_stamp):
        raise InvalidToken
    given_to = _grantee(provider, client, grant, claims)
    if not given_to.holds(grant):
        raise InvalidToken
    return LiveAccessToken(claims, client, user, grant, given_to)


def _grantee(provider: TokenParts, client: Client, grant: Grant, claims: dict[str, Any]) -> Client:
    """The client that the user gave the grant to: its tokens end with it, those as well that another one got by exchange (RFC 8693).

    Raises:
        InvalidToken: it is gone, or the token is not this client's but that of another one that had its id before.
    """
    if grant.client_id == client.id:
        return client
    found = provider.clients.get(grant.client_id)
    if found is None or not client.accepts(claims.get("cst", ""), claims["iat"]):
        raise InvalidToken
    return found
