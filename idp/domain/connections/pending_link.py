"""An upstream identity that has no account yet. It travels sealed in the authorization request until the person has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.access.trusted_issuer import IssuerLink, link_id
from idp.domain.connections.decision import trusted_email
from idp.domain.people.asked_claims import ASKABLE
from idp.domain.sessions.session import AUTH_TIME, TIMELESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity

_LONGEST = 200
"""Characters of a claim that a new account takes over."""
_MFA = frozenset({"mfa", "aal2", "aal3"})
"""Values of `amr` and `acr` by which an upstream says that two factors were used."""


class PendingLink(NamedTuple):
    """`name`: of the connection, for pages. `email`: the address that the upstream told, or "". `trusted`: the same address, or "" if the
    connection's word about it does not count. `claims`: texts that fill in the form of a new account. `two_factors`: the upstream used two
    factors, and the connection is trusted for that. `sid`: the upstream's session. `attempt`: the id of the attempt at the upstream, and
    when it ends (epoch seconds); the account or the link uses it up. `auth_time`, `tells_time`: as in `UpstreamIdentity`. `org_id`: the
    organisation whose domain leads to the connection, when the person came back. It is read again before it makes a member.
    """

    connection_id: str
    name: str
    issuer: str
    tenant: str
    subject: str
    email: str = ""
    trusted: str = ""
    claims: Mapping[str, str] = {}
    two_factors: bool = False
    sid: str = ""
    attempt: tuple[str, int] = ("", 0)
    auth_time: int | None = None
    tells_time: bool = False
    org_id: str = ""

    @property
    def id(self) -> str:
        """The id of the link."""
        return link_id(self.issuer, self.tenant, self.subject, self.connection_id)

    @property
    def shown(self) -> str:
        """The name of the upstream's account for the person: its address, or a part of its subject."""
        return self.email or self.subject[:40]

    @property
    def in_session(self) -> dict[str, str]:
        """What the session keeps (`Session.upstream`)."""
        kept = {"connection": self.connection_id, "link": self.id} | ({"sid": self.sid} if self.sid else {})
        if self.auth_time is not None:
            return kept | {AUTH_TIME: str(self.auth_time)}
        return kept if self.tells_time else kept | {TIMELESS: "1"}

    def link(self, user_id: str, *, how: str, browser_known_since: int | None, now: int) -> IssuerLink:
        """The link to this user. `how`: by which rule it is made. `browser_known_since`: as in `IssuerLink`."""
        return IssuerLink(
            user_id, self.issuer, self.tenant, self.subject, now, self.connection_id, self.email, how, browser_known_since
        )  # fmt: skip

    def to_payload(self) -> list[Any]:
        """A JSON-serialisable list."""
        return list(self)


def from_payload(payload: list[Any]) -> PendingLink:
    """The identity again. The payload was sealed by this provider, so its shape is trusted."""
    return PendingLink(*payload)


def pending_link(connection: Connection, identity: UpstreamIdentity, attempt: tuple[str, int] = ("", 0)) -> PendingLink:
    """What travels of an identity that was just verified, in this attempt."""
    claims = {name: text for name in ASKABLE if (text := _text(identity.claims.get(name)))}
    two_factors = connection.trusts_factors and bool(_MFA & {*identity.amr, identity.acr})
    return PendingLink(
        connection.id, connection.name or connection.id, identity.issuer, identity.tenant, identity.subject, identity.email or "",
        trusted_email(connection, identity), claims, two_factors, identity.sid, attempt,
        identity.auth_time, identity.tells_time,
    )  # fmt: skip


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST and value.isprintable() else ""
