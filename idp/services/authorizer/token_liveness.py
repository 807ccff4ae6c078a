"""The liveness of an access token, for verifiers outside the provider: one read, then the rule of `idp.domain.tokens.liveness`.

It imports only the domain and the store's keys, so that a Lambda authorizer stays small.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.apps.client_id_url import is_url
from idp.domain.apps.client_stamp import is_valid
from idp.domain.people.user import User
from idp.domain.tokens.grant import Grant
from idp.domain.tokens.liveness import NotLiveError, TokenFacts, require_live_token
from idp.store import app_keys, keys
from idp.verify.refused import invalid, unavailable

if TYPE_CHECKING:
    from idp.adapters.dynamodb_reader import Item, Reader
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.verify.token import Token

KEPT = 3600
"""Seconds for which a revocation mark outlives its token, as in `idp.store.tokens`."""
Place = tuple[str, keys.Key]


@dataclass(frozen=True, slots=True)
class StoredClient:
    """A client that is not disabled, with its stored metadata."""

    id: str
    metadata: Mapping[str, Any]

    @property
    def org_id(self) -> str:
        """The organisation to which the client itself belongs, or an empty text."""
        return str(self.metadata.get("org_id", ""))

    def accepts(self, stamp: object, since: int) -> bool:
        """Return whether a thing with this stamp, made at `since` (epoch seconds), may be used, as `Client.accepts` does."""
        known = {"incarnation": self.metadata.get("incarnation", ""), "security_stamp": self.metadata.get("security_stamp", 0)}
        return isinstance(stamp, str) and is_valid(stamp, since, **known, created_at=self.metadata.get("created_at", 0))


class TokenLiveness:
    """Checks tokens, with a read of DynamoDB at each request. `clock` returns epoch seconds."""

    def __init__(self, reader: Reader, clock: Callable[[], float]) -> None:
        self._reader, self._clock = reader, clock

    def __call__(self, token: Token) -> None:
        """Return when the token is live.

        Raises:
            Refused: 401, the token was revoked, or its user, grant or client is missing or no longer valid. 503, DynamoDB did not answer,
                or the token has a pairwise subject.
        """
        claims = token.claims
        user_id, grant_id = token.subject, claims.get("gid")
        if grant_id is not None and (not isinstance(grant_id, str) or "." in grant_id):
            # A token with a pairwise subject has a sealed grant id. Only the provider can open it.
            raise unavailable("pairwise")
        wanted: list[Place] = [client_place(token.client_id), ("state", keys.revoked_token(str(claims["jti"])))]
        if grant_id:
            wanted += [("directory", keys.user(user_id)), ("state", keys.grant(user_id, grant_id))]
        org_id = claims.get("org_id") or ""
        if not isinstance(org_id, str):
            raise invalid("organisation")
        wanted += _organisation_places(org_id, user_id if grant_id else "")
        client, mark, *rest = self._read(wanted)
        user, grant = (_user(rest.pop(0)), _grant(rest.pop(0))) if grant_id else (None, None)
        organisation, belonging = _organisation(*rest)
        facts = TokenFacts(claims.get("cst", ""), claims.get("iat", 0), bool(grant_id), org_id, claims.get("ost", 0))
        until = int(mark["expires_at"]) + KEPT if mark else None
        try:
            require_live_token(
                facts,
                stored_client(token.client_id, client),
                user,
                grant,
                int(self._clock()),
                revoked_until=until,
                read_client=self._read_client,
                organisation=organisation,
                belonging=belonging,
            )
        except NotLiveError as error:
            raise invalid(error.reason) from None

    def _read_client(self, client_id: str) -> StoredClient | None:
        return stored_client(client_id, self._read([client_place(client_id)])[0])

    def _read(self, places: list[Place]) -> list[Item | None]:
        from idp.adapters.aws_client import AwsError, AwsUnreachableError

        try:
            return self._reader.batch_get(*places)
        except (AwsError, AwsUnreachableError):
            raise unavailable("dynamodb") from None


def client_place(client_id: str) -> Place:
    """Return the table and key of a client, as `idp.store.clients.place` does."""
    return ("state", app_keys.client_document(client_id)) if is_url(client_id) else ("directory", app_keys.client(client_id))


def stored_client(client_id: str, item: Item | None) -> StoredClient | None:
    """The client of this item, or None if it is missing or disabled."""
    if not item or item.get("kind") not in {"client", "client_document"}:
        return None
    metadata: Mapping[str, Any] = json.loads(item["metadata"])
    return None if metadata.get("disabled", False) else StoredClient(client_id, metadata)


def _user(item: Item | None) -> User | None:
    """The members that liveness depends on."""
    if not item or item.get("kind") != "user":
        return None
    return User(item["user_id"], item["email"], disabled=item.get("disabled", False), security_stamp=item.get("security_stamp", 0))


def _grant(item: Item | None) -> Grant | None:
    """The members that liveness depends on."""
    if not item or item.get("kind") != "grant":
        return None
    known = {
        name: item[name]
        for name in ("redeemed_at", "revoked_at", "not_after", "security_stamp", "client_stamp", "org_id", "membership_id", "org_stamp")
        if item.get(name) is not None
    }
    return Grant(
        item["grant_id"], item["user_id"], item["client_id"], scopes=(), created_at=item["created_at"], auth_time=item["auth_time"],
        acr="", amr=(), session_id="", **known,
    )  # fmt: skip


def _organisation_places(org_id: str, user_id: str) -> list[Place]:
    """Where organisation and membership are; nothing for a token for none. `user_id`: empty for a client's own token."""
    if not org_id:
        return []
    from idp.services.authorizer import organisation_facts  # almost no token is for an organisation

    return organisation_facts.places(org_id, user_id)


def _organisation(*items: Item | None) -> tuple[OrganisationProfile | None, Belonging | None]:
    """What was found at these places."""
    if not items:
        return None, None
    from idp.services.authorizer import organisation_facts

    return organisation_facts.found(*items)
