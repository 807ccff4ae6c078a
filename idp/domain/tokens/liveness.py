"""The one liveness rule: whether a grant, and an access token, may still be used. The provider and the Lambda authorizer both apply it.

The callers read the facts in their own ways. This module decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant

    Missing = Literal["revoked", "client", "user", "grant"]
    """The name of the failed fact, for the log."""
    C = TypeVar("C", bound="HoldingClient")


class HoldingClient(Protocol):
    """A client, as far as it decides."""

    @property
    def id(self) -> str: ...

    def accepts(self, stamp: str, since: int) -> bool:
        """Whether what carries this client stamp since `since` (epoch seconds) may be used. A disabled client accepts nothing."""


class TokenFacts(NamedTuple):
    """Claims of a valid access token. `stamp` is its claim `cst`, `issued_at` its `iat`; a client's own token has no grant."""

    stamp: str
    issued_at: int
    has_grant: bool


class NotLiveError(Exception):
    """`reason`: the fact that fails."""

    def __init__(self, reason: Missing) -> None:
        super().__init__(reason)
        self.reason: Missing = reason


def grant_problem(grant: Grant, user: User | None, client: HoldingClient | None, now: int, *, redeems_code: bool = False) -> Missing | None:
    """The fact because of which the grant may not be used, or None. `now`: epoch seconds. `client`: the client that the user gave it to.

    `redeems_code`: the grant's code is about to be redeemed. The write that redeems it checks expiry, single use and revocation.
    """
    if not redeems_code and not grant.is_live(now):
        return "grant"
    return _user_problem(grant, user) or _client_problem(grant, client)


def _user_problem(grant: Grant, user: User | None) -> Missing | None:
    return "user" if user is None or not user.accepts(grant.security_stamp) else None


def _client_problem(grant: Grant, client: HoldingClient | None) -> Missing | None:
    if client is None or client.id != grant.client_id or not client.accepts(grant.client_stamp, grant.created_at):
        return "client"
    return None


def require_live_token(
    token: TokenFacts, client: C | None, user: User | None, grant: Grant | None, now: int, *,
    revoked_until: int | None, read_client: Callable[[str], C | None],
) -> C | None:  # fmt: skip
    """The client that the user gave the token's grant to, when the token may still be used; None for a client's own token.

    `now`: epoch seconds. `client` is the token's. `revoked_until`: epoch seconds until which a revocation mark of the token counts.
    `read_client` reads a client by its id: an exchanged token (RFC 8693) also depends on the client that the user gave the grant to.

    Raises:
        NotLiveError: the token was revoked, or its client, user or grant is missing or no longer valid.
    """
    if revoked_until is not None and now < revoked_until:
        raise NotLiveError("revoked")
    if client is None:
        raise NotLiveError("client")
    if not token.has_grant:
        if not client.accepts(token.stamp, token.issued_at):
            raise NotLiveError("client")
        return None
    if grant is None or not grant.is_live(now):
        raise NotLiveError("grant")
    if problem := _user_problem(grant, user):
        raise NotLiveError(problem)
    holder: C | None = client
    if grant.client_id != client.id:
        holder = read_client(grant.client_id) if client.accepts(token.stamp, token.issued_at) else None
    if problem := _client_problem(grant, holder):
        raise NotLiveError(problem)
    return holder
