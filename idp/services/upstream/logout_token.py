"""The validation of a logout token of an upstream: it says that a person signed out there (Back-Channel Logout 1.0 §2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.services.upstream.id_token import AHEAD, audience_problem, is_subject, issuer_problem, time_of
from idp.services.upstream.refusal import not_valid
from idp.services.upstream.signed_claims import signed_claims

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.upstream.id_token import Claims
    from idp.services.upstream.patience import Patience
    from idp.services.upstream.upstream_keys import UpstreamKeys

KINDS = frozenset({"logout+jwt", "application/logout+jwt", "jwt"})
"""Values of `typ` in lower case. §2.4: `logout+jwt` is recommended, but many upstreams do not send it."""
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_LIFE, LONGEST_ID = 600, 255


class LoggedOut(NamedTuple):
    """A person signed out at the upstream. `sid`: the session that ended there; "" means all of them. `expires_at`: epoch seconds.
    `subject`: "" if the token names the session only (§2.4: it has `sub`, `sid` or both).

    `id`: the `jti`, by which a repeated token is recognised until `expires_at`.
    """

    issuer: str
    subject: str
    sid: str
    id: str
    expires_at: int


def validate(keys: UpstreamKeys, connection: Connection, token: str, *, patience: Patience, now: int) -> LoggedOut:
    """Return what a logout token says. The caller accepts each `id` once.

    Raises:
        UpstreamRefused: a check fails, or the keys of the upstream cannot be fetched.
    """
    claims = signed_claims(keys, connection, token, patience, kinds=KINDS, name="logout token")
    problem = issuer_problem(connection, claims) or audience_problem(connection, claims) or _whom_problem(claims) or _problem(claims, now)
    if problem:
        raise not_valid(connection, f"logout token: {problem}")
    sid = claims.get("sid", "")
    return LoggedOut(claims["iss"], claims.get("sub", ""), sid, claims["jti"], int(claims["exp"]))


def _problem(claims: Claims, now: int) -> str:
    """Number 4 to 8: times, the event, and no `nonce`, so that it is no ID Token."""
    issued_at, expires_at = time_of(claims, "iat"), time_of(claims, "exp")
    if issued_at is None or issued_at > now + AHEAD:
        return "iat"
    if expires_at is None or not now < expires_at <= now + LONGEST_LIFE + AHEAD:
        return "exp"
    if "nonce" in claims:
        return "nonce"
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        return "events"
    return "" if _is_id(claims.get("jti")) else "jti"


def _whom_problem(claims: Claims) -> str:
    """§2.4: `sub`, `sid` or both say whom it is about."""
    if "sub" in claims and not is_subject(claims["sub"]):
        return "sub"
    if "sid" in claims and not _is_id(claims["sid"]):
        return "sid"
    return "" if {"sub", "sid"} & set(claims) else "sub and sid"


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable()
