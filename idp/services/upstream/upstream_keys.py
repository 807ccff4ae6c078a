"""The public keys of upstreams (OIDC Core §10.1.1). A key of one connection never verifies a token of another one (threats O-10).

A set is kept in memory for at most an hour, under the connection, its issuer and its `jwks_uri` together. If a token names an unknown key,
the set is fetched again, at most once a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.outgoing import FetchRefused
from idp.domain.freshness import lifetime
from idp.services.apps.client_keys import parse, verifying
from idp.services.upstream.refusal import misconfigured, unreachable
from idp.verify import strict_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.outgoing import Fetcher
    from idp.domain.clock import Clock
    from idp.domain.connections.connection import Connection
    from idp.services.upstream.patience import Patience

Jwk = Mapping[str, Any]
MOST_KEPT, AGAIN, AFTER_FAILURE = 3600, 60, 10
"""Seconds: the longest time that a set is used; until it is fetched again for an unknown key; until a fetch that failed is repeated."""
MOST_SETS, MOST_TRIED, LIMIT = 100, 5, 64 * 1024


class _Known(NamedTuple):
    """A set. `asked_at`: the last fetch, also one that failed."""

    keys: tuple[Jwk, ...]
    asked_at: int
    expires_at: int


class UpstreamKeys:
    """Finds the keys of a connection. A set that contains a private key is not used."""

    def __init__(self, outgoing: Callable[[], Fetcher], clock: Clock) -> None:
        self._outgoing, self._clock = outgoing, clock
        self._known: dict[tuple[str, str, str], _Known] = {}

    def find(self, connection: Connection, *, kid: object, patience: Patience) -> tuple[Jwk, ...]:
        """Return the keys that may verify a token of this connection: those with this `kid`, or a few if the token names none.

        Raises:
            UpstreamRefused: the set cannot be fetched, or the connection has no `jwks_uri`.
        """
        if not connection.jwks_uri:
            raise misconfigured(connection, "no jwks_uri")
        usable = verifying(connection.signing_alg)

        def wanted(key: Jwk) -> bool:
            return usable(key) and (kid is None or key.get("kid") == kid)

        place, now = (connection.id, connection.issuer, connection.jwks_uri), self._clock()
        known = self._known.get(place)
        if known is None or now >= known.expires_at:
            known = self._fetch(connection, place, known, patience, now)
        found = tuple(filter(wanted, known.keys))
        if not found and now >= known.asked_at + AGAIN:
            found = tuple(filter(wanted, self._fetch(connection, place, known, patience, now).keys))
        return found[:MOST_TRIED]

    def _fetch(self, connection: Connection, place: tuple[str, str, str], before: _Known | None, patience: Patience, now: int) -> _Known:
        if before and before.asked_at > now - AFTER_FAILURE and not before.keys:
            raise unreachable(connection, "jwks_uri failed a moment ago")
        try:
            got = self._outgoing().get(
                connection.jwks_uri, accept="application/jwk-set+json, application/json", limit=LIMIT, timeout=patience.timeout()
            )
            keys, fresh = parse(strict_json.parse(got.body)), lifetime(got.headers, now)
        except (FetchRefused, ValueError) as error:
            self._keep(place, _Known((), now, now) if before is None or now >= before.expires_at else before._replace(asked_at=now))
            raise unreachable(connection, "jwks_uri: " + (error.detail if isinstance(error, FetchRefused) else "no JSON")) from error
        return self._keep(place, _Known(keys, now, now + min(fresh, MOST_KEPT)))

    def _keep(self, place: tuple[str, str, str], known: _Known) -> _Known:
        self._known.pop(place, None)
        while len(self._known) >= MOST_SETS:  # the set that was fetched first is removed first
            self._known.pop(next(iter(self._known)), None)
        self._known[place] = known
        return known
