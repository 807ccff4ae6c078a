"""A bearer access token, proved and alive: its grant, user and client are read strongly each time (RFC 6750 §2, RFC 9068 §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidToken
from idp.store import keys
from idp.store.clients import place
from idp.store.grants import GrantItem
from idp.store.tokens import RevokedTokenItem
from idp.store.users import UserItem

if TYPE_CHECKING:
    from idp.domain.client import Client
    from idp.domain.grant import Grant
    from idp.domain.user import User
    from idp.oauth.provider import Provider


@dataclass(frozen=True, slots=True)
class Bearer:
    """A live token: its claims, and what it stands on. `user` and `grant` are None for client_credentials."""

    claims: dict[str, Any]
    client: Client
    user: User | None
    grant: Grant | None

    @property
    def scopes(self) -> tuple[str, ...]:
        """What it may be used for."""
        return tuple(str(self.claims.get("scope", "")).split())


def bearer(provider: Provider, token: str, *, audience: str | None = None) -> Bearer:
    """The token's claims and what it stands on: one signature check, one read.

    Raises:
        InvalidToken: forged, expired, revoked, for another audience, or what it stands on is gone.
    """
    claims = provider.tokens.verify_access_token(token, audience=audience)
    user_id, grant_id = claims.get("uid", ""), claims.get("gid")
    wanted: list[tuple[Any, keys.Key]] = [
        place(claims["client_id"]),
        (RevokedTokenItem, keys.revoked_token(claims["jti"])),
    ]
    if grant_id:
        wanted += [(UserItem, keys.user(user_id)), (GrantItem, keys.grant(user_id, grant_id))]
    client_item, revoked, *rest = provider.database.batch_get(*wanted)
    now = provider.clock()
    if client_item is None or (client := client_item.client()).disabled or (revoked and revoked.counts(now)):
        raise InvalidToken
    if not grant_id:
        return Bearer(claims, client, None, None)
    user, grant = (rest[0].user() if rest[0] else None), (rest[1].grant() if rest[1] else None)
    if user is None or grant is None or not grant.live(now) or not user.accepts(grant.security_stamp):
        raise InvalidToken
    if grant.created_at < _grantee(provider, client, grant, claims).created_at:
        raise InvalidToken
    return Bearer(claims, client, user, grant)


def _grantee(provider: Provider, client: Client, grant: Grant, claims: dict[str, Any]) -> Client:
    """The client that the user gave the grant to: its tokens end with it, those as well that another one got by exchange (RFC 8693).

    Raises:
        InvalidToken: it is gone or disabled, or the other one is a new one of the same name.
    """
    if grant.client_id == client.id:
        return client
    found = provider.clients.get(grant.client_id)
    if found is None or found.disabled or claims["iat"] < client.created_at:
        raise InvalidToken
    return found
