"""The one liveness rule: whether a grant, and an access token, may still be used. The provider and the Lambda authorizer both apply it.

The callers read the facts in their own ways. This module decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from idp.domain.organisations.belonging import Belonging
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant

    Missing = Literal["revoked", "client", "user", "grant", "organisation"]
    """The name of the failed fact, for the log."""
    C = TypeVar("C", bound="HoldingClient")


class HoldingClient(Protocol):
    """A client, as far as it decides."""

    @property
    def id(self) -> str: ...

    @property
    def org_id(self) -> str:
        """The organisation to which the client itself belongs, or an empty text."""

    def accepts(self, stamp: str, since: int) -> bool:
        """Whether what carries this client stamp since `since` (epoch seconds) may be used. A disabled client accepts nothing."""


class TokenFacts(NamedTuple):
    """Claims of a valid access token. `stamp` is its claim `cst`, `issued_at` its `iat`; a client's own token has no grant.

    `org_id`: its claim of that name, or empty. `org_stamp`: its claim `ost`; a token of an earlier release has none, which counts as 0.
    """

    stamp: str
    issued_at: int
    has_grant: bool
    org_id: str = ""
    org_stamp: int = 0


class NotLiveError(Exception):
    """`reason`: the fact that fails."""

    def __init__(self, reason: Missing) -> None:
        super().__init__(reason)
        self.reason: Missing = reason


def grant_problem(
    grant: Grant,
    user: User | None,
    client: HoldingClient | None,
    now: int,
    *,
    belonging: Belonging | None = None,
    redeems_code: bool = False,
) -> Missing | None:
    """The fact because of which the grant may not be used, or None. `now`: epoch seconds. `client`: the client that the user gave it to.

    `belonging`: the user in the organisation of the grant, as stored now. A grant for an organisation is over without it.
    `redeems_code`: the grant's code is about to be redeemed. The write that redeems it checks expiry, single use and revocation.
    """
    if not redeems_code and not grant.is_live(now):
        return "grant"
    return _user_problem(grant, user) or _client_problem(grant, client) or _organisation_problem(grant, belonging)


def _organisation_problem(grant: Grant, belonging: Belonging | None) -> Missing | None:
    """A grant is given in one membership. One that ended and began again has another id, so what the former one gave stays over."""
    if not grant.org_id:
        return None
    if belonging is None or not belonging.organisation.live or belonging.membership.user_id != grant.user_id:
        return "organisation"
    organisation, membership = belonging
    same = (grant.org_id, grant.membership_id, grant.org_stamp) == (organisation.id, membership.id, organisation.security_stamp)
    return None if same else "organisation"


def _user_problem(grant: Grant, user: User | None) -> Missing | None:
    return "user" if user is None or not user.accepts(grant.security_stamp) else None


def _client_problem(grant: Grant, client: HoldingClient | None) -> Missing | None:
    if client is None or client.id != grant.client_id or not client.accepts(grant.client_stamp, grant.created_at):
        return "client"
    return None


def _own_token_problem(token: TokenFacts, client: HoldingClient, organisation: OrganisationProfile | None) -> Missing | None:
    """Of a client's own token. A client that was moved into an organisation, or out of one, has no use of its tokens of before.

    Nor does one whose organisation was disabled since, also if it is enabled again.
    """
    if not client.accepts(token.stamp, token.issued_at):
        return "client"
    live = organisation is not None and organisation.id == token.org_id and organisation.live
    live = live and organisation is not None and organisation.security_stamp == token.org_stamp
    return None if token.org_id == client.org_id and (live or not token.org_id) else "organisation"


def require_live_token(
    token: TokenFacts, client: C | None, user: User | None, grant: Grant | None, now: int, *,
    revoked_until: int | None, read_client: Callable[[str], C | None], organisation: OrganisationProfile | None = None,
    belonging: Belonging | None = None,
) -> C | None:  # fmt: skip
    """The client that the user gave the token's grant to, when the token may still be used; None for a client's own token.

    `now`: epoch seconds. `client` is the token's. `revoked_until`: epoch seconds until which a revocation mark of the token counts.
    `read_client` reads a client by its id: an exchanged token (RFC 8693) also depends on the client that the user gave the grant to.
    `organisation`, `belonging`: those of the token's organisation, and the user in it, as stored now.

    Raises:
        NotLiveError: the token was revoked, or its client, user, grant or organisation is missing or no longer valid.
    """
    if revoked_until is not None and now < revoked_until:
        raise NotLiveError("revoked")
    if client is None:
        raise NotLiveError("client")
    if not token.has_grant:
        if problem := _own_token_problem(token, client, organisation):
            raise NotLiveError(problem)
        return None
    if grant is None or not grant.is_live(now):
        raise NotLiveError("grant")
    if problem := _user_problem(grant, user):
        raise NotLiveError(problem)
    if token.org_id != grant.org_id or _organisation_problem(grant, belonging):
        raise NotLiveError("organisation")
    holder: C | None = client
    if grant.client_id != client.id:
        holder = read_client(grant.client_id) if client.accepts(token.stamp, token.issued_at) else None
    if problem := _client_problem(grant, holder):
        raise NotLiveError(problem)
    return holder
