"""Which receivers get events about a person: those whose own app the person used, and gave access that was not ended.

No other receiver is told that the person exists.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.access.signal_scopes import is_receiver
from idp.domain.apps.client_stamp import incarnation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock
    from idp.domain.sessions.session import Session
    from idp.domain.signals.stream import SignalStream
    from idp.domain.tokens.grant import Grant
    from idp.store.clients import Clients
    from idp.store.grants import Grants
    from idp.store.sessions import Sessions
    from idp.store.signal_subjects import SignalSubjectItem, SignalSubjects


_STILL_TOLD = 86400
"""Seconds after which a grant that was revoked counts no more: what ended it is told."""


class Hearing(NamedTuple):
    """A stream that gets events about a person. `sids`: by the id of a session, the `sid` by which its app knows the session."""

    stream: SignalStream
    sids: Mapping[str, str]


class Known(NamedTuple):
    """An app may get events about a person: `noted` when it was used, or else by a grant that is there now."""

    noted: bool


class Audience:
    """Finds receivers by what was kept of grants, and by the grants that are there now: a stream may be younger than they."""

    def __init__(
        self, subjects: SignalSubjects, clients: Clients, grants: Grants, sessions: Sessions, resource: str, clock: Clock
    ) -> None:  # fmt: skip
        self._subjects, self._clients, self._grants, self._sessions = subjects, clients, grants, sessions
        self._resource, self._clock = resource, clock

    def of(self, user_ids: Iterable[str], streams: Mapping[str, SignalStream]) -> dict[str, dict[str, Hearing]]:
        """Return by user and client the streams that get events about them. `streams`: all streams by client."""
        wanted = sorted(user_ids)
        clients = self._clients.several(streams) if wanted else {}
        live = {each: (clients[each], stream) for each, stream in streams.items() if each in clients and self._owns(clients[each], stream)}
        return {each: self._of(each, live) for each in wanted}

    def knows(self, user_id: str, client: Client) -> Known | None:
        """Return by what this app may get about the person, removed or not; None if it may not."""
        if _is_of(self._subjects.of(user_id).get(client.id), client):
            return Known(noted=True)
        return Known(noted=False) if any(self._gave(each, client) for each in self._grants.of(user_id)) else None

    def _owns(self, client: Client, stream: SignalStream) -> bool:
        """Whether this client made the stream, not a former one with its id, and an admin still lets it get events about people."""
        return client.incarnation == stream.incarnation and is_receiver(client, self._resource)

    def _of(self, user_id: str, live: Mapping[str, tuple[Client, SignalStream]]) -> dict[str, Hearing]:
        known, grants = self._subjects.of(user_id), self._grants.of(user_id)
        sessions = cache(lambda: self._sessions.of(user_id))
        found: dict[str, Hearing] = {}
        for client_id, (client, stream) in live.items():
            kept = known.get(client_id)
            removed = kept is not None and kept.removed and kept.incarnation == client.incarnation
            if removed or not (_is_of(kept, client) or any(self._gave(each, client) for each in grants)):
                continue
            found[client_id] = Hearing(stream, _sids(sessions, client, grants))
        return found

    def _gave(self, grant: Grant, client: Client) -> bool:
        given = grant.revoked_at is None or self._clock() < grant.revoked_at + _STILL_TOLD
        return given and grant.client_id == client.id and incarnation_of(grant.client_stamp) == client.incarnation


def _sids(sessions: Callable[[], Iterable[Session]], client: Client, grants: Iterable[Grant]) -> dict[str, str]:
    """By each id of a session in which the app got a grant, its `sid`. An app without the claim `sid` knows none."""
    given = {each.session_id for each in grants if each.client_id == client.id and each.session_id}
    if not given or not client.has_session_id_claim:
        return {}
    sids = dict(zip(given, given, strict=True))
    for session in sessions():
        if named := next((each for each in session.ids if each in given), ""):
            sids |= dict.fromkeys(session.ids, named)
    return sids


def _is_of(known: SignalSubjectItem | None, client: Client) -> bool:
    """Whether the person used this incarnation of the app, and did not end its access. An item about a removal alone proves no use."""
    return known is not None and known.incarnation == client.incarnation and bool(known.used_at) and not known.ended
