"""Whether an access token still stands on something, for verifiers outside the provider: what `oauth.bearer` asks, by the same one read.

The domain's rules and the keys of the store alone, so that a Lambda authorizer loads nothing else for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from idp.domain.apps.client_id_url import is_url
from idp.domain.apps.client_stamp import is_valid
from idp.domain.people.user import User
from idp.domain.tokens.grant import Grant
from idp.store import keys
from idp.verify.refused import invalid, unavailable

if TYPE_CHECKING:
    from idp.adapters.dynamodb_reader import Item, Reader
    from idp.verify.token import Token

KEPT = 3600
"""Seconds for which a mark outlives its token, as in `idp.store.tokens`."""
Place = tuple[str, keys.Key]


class TokenLiveness:
    """Asks DynamoDB at each request. `clock` gives seconds."""

    def __init__(self, reader: Reader, clock: Callable[[], float]) -> None:
        self._reader, self._clock = reader, clock

    def __call__(self, token: Token) -> None:
        """Nothing, when the token is live.

        Raises:
            Refused: it was revoked, or user, grant or client are gone; or nobody can say (503).
        """
        claims = token.claims
        user_id, grant_id = token.subject, claims.get("gid")
        if grant_id is not None and (not isinstance(grant_id, str) or "." in grant_id):
            # The grant of a token with a pairwise subject is sealed: only the provider can read it.
            raise unavailable("pairwise")
        wanted: list[Place] = [client_place(token.client_id), ("state", keys.revoked_token(str(claims["jti"])))]
        if grant_id:
            wanted += [("directory", keys.user(user_id)), ("state", keys.grant(user_id, grant_id))]
        client, mark, *rest = self._read(wanted)
        now = self._clock()
        if mark and now < int(mark["expires_at"]) + KEPT:
            raise invalid("revoked")
        metadata = registered(client)
        if metadata is None:
            raise invalid("client")
        if grant_id:
            self._stands(token, metadata, rest[0], rest[1], now)
        elif not accepts(metadata, claims.get("cst", ""), claims.get("iat", 0)):
            raise invalid("client")

    def _stands(self, token: Token, client: Mapping[str, Any], user_item: Item | None, grant_item: Item | None, now: float) -> None:
        """The user is there and the grant is theirs and live, by the domain's own rules."""
        user, grant = _user(user_item), _grant(grant_item)
        if grant is None or not grant.live(int(now)):
            raise invalid("grant")
        if user is None or not user.accepts(grant.security_stamp):
            raise invalid("user")
        if grant.client_id != token.client_id:  # by token exchange (RFC 8693): it ends with the client that the user gave the grant to
            other = registered(self._read([client_place(grant.client_id)])[0])
            if other is None or not accepts(client, token.claims.get("cst", ""), token.claims.get("iat", 0)):
                raise invalid("client")
            client = other
        if not accepts(client, grant.client_stamp, grant.created_at):
            raise invalid("client")

    def _read(self, places: list[Place]) -> list[Item | None]:
        from idp.adapters.aws_client import AwsError, AwsUnreachableError

        try:
            return self._reader.batch_get(*places)
        except (AwsError, AwsUnreachableError):
            raise unavailable("dynamodb") from None


def client_place(client_id: str) -> Place:
    """Where a client lies, as `idp.store.clients.place` has it."""
    return ("state", keys.client_document(client_id)) if is_url(client_id) else ("directory", keys.client(client_id))


def registered(item: Item | None) -> Mapping[str, Any] | None:
    """The metadata of a client that is there and may be used."""
    if not item or item.get("kind") not in {"client", "client_document"}:
        return None
    metadata: Mapping[str, Any] = json.loads(item["metadata"])
    return None if metadata.get("disabled", False) else metadata


def accepts(client: Mapping[str, Any], stamp: object, since: int) -> bool:
    """Whether what carries this stamp since `since` (epoch seconds) may be used by the client with this metadata: `Client.accepts`."""
    known = {"incarnation": client.get("incarnation", ""), "security_stamp": client.get("security_stamp", 0)}
    return isinstance(stamp, str) and is_valid(stamp, since, **known, created_at=client.get("created_at", 0))


def _user(item: Item | None) -> User | None:
    """As far as it decides."""
    if not item or item.get("kind") != "user":
        return None
    return User(item["user_id"], item["email"], disabled=item.get("disabled", False), security_stamp=item.get("security_stamp", 0))


def _grant(item: Item | None) -> Grant | None:
    """As far as it decides."""
    if not item or item.get("kind") != "grant":
        return None
    known = {
        name: item[name]
        for name in ("redeemed_at", "revoked_at", "not_after", "security_stamp", "client_stamp")
        if item.get(name) is not None
    }
    return Grant(
        item["grant_id"], item["user_id"], item["client_id"], scopes=(), created_at=item["created_at"], auth_time=item["auth_time"],
        acr="", amr=(), session_id="", **known,
    )  # fmt: skip
