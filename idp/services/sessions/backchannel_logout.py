"""Back-channel logout (OpenID Connect Back-Channel Logout 1.0): apps get a signed token when a session has ended.

A delivery is first stored and then sent: at once while the user waits for the sign-out, and by a schedule (functions/deliver.py) with
growing waits while an app does not answer.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.adapters.outgoing import FetchRefused
from idp.domain.sessions.request_origin import Origin
from idp.store import app_keys, keys
from idp.store.clients import ClientItem
from idp.store.deliveries import Delivery
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from idp.adapters.outgoing import Fetcher
    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock, NewId
    from idp.domain.tokens.grant import Grant
    from idp.services.apps.subjects import Subjects
    from idp.services.audit.recorder import Audit
    from idp.services.tokens.issuing import Tokens
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.deliveries import Deliveries

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPE = "logout+jwt"
LIFETIME = 120
"""Lifetime of a logout token in seconds; §2.4 recommends two minutes at most."""
WAITS = (60, 300, 1800, 7200, 43200)
"""Seconds before each further attempt. After the last one the delivery is given up and audited."""
PATIENCE = 2.5
"""Seconds that a sign-out waits for the apps."""
RUN = 40
"""Seconds of one run of the schedule, after which no attempt begins: below those of the function."""
MOST = 2000
"""Attempts of one run."""
_READ = 200
_AT_ONCE = 8
_OK = range(200, 300)


class BackchannelLogout:
    """Sends logout tokens. `Fetcher.post` only reaches addresses that apps may use, and follows no redirect."""

    def __init__(
        self, settings: Settings, database: Database, deliveries: Deliveries, tokens: Tokens, subjects: Subjects, outgoing: Fetcher,
        audit: Audit, clock: Clock, new_id: NewId,
    ) -> None:  # fmt: skip
        self._settings, self._db, self._deliveries, self._tokens = settings, database, deliveries, tokens
        self._subjects, self._outgoing, self._audit, self._clock, self._new_id = subjects, outgoing, audit, clock, new_id

    def clients_of(self, grants: Iterable[Grant]) -> dict[str, Client]:
        """Return the live clients that these grants were given to, by id. One read."""
        wanted: list[tuple[Any, keys.Key]] = [(ClientItem, app_keys.client(each)) for each in sorted({grant.client_id for grant in grants})]
        found = (item.client() for item in self._db.batch_get(*wanted) if item) if wanted else ()
        return {client.id: client for client in found if not client.disabled}

    def queue(self, user_id: str, grants: Sequence[Grant], clients: dict[str, Client]) -> list[Delivery]:
        """Store a delivery for each app and session of these grants. The schedule sends it in a minute if it was not sent before."""
        now = self._clock()
        queued = [
            Delivery(self._new_id(), client_id, user_id, session_id, due=now + WAITS[0], since=now, client_stamp=clients[client_id].stamp)
            for client_id, session_id in select_recipients(grants, clients)
            if clients[client_id].backchannel_logout_uri
        ]
        return self._deliveries.put(queued) if queued else []

    def send_now(self, queued: Sequence[Delivery], clients: dict[str, Client]) -> None:
        """Try to send all deliveries now, within PATIENCE. The schedule tries the others."""
        if not queued:
            return
        pool = ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(queued)))
        # Each runs in a copy of this request's context, so that its metrics and calls of DynamoDB count for this request.
        wait([pool.submit(copy_context().run, self._attempt, each, clients[each.client_id]) for each in queued], timeout=PATIENCE)
        pool.shutdown(wait=False, cancel_futures=True)

    def run(self) -> int:
        """Send what is due, some at the same time, until MOST were tried or RUN seconds are over. Returns how many arrived."""
        until, arrived = self._clock() + RUN, 0
        for _ in range(MOST // _READ):
            due = self._deliveries.due(self._clock(), limit=_READ)
            arrived += self._try_all(due, until)
            if len(due) < _READ or self._clock() >= until:
                break
        return arrived

    def _try_all(self, due: Sequence[Delivery], until: int) -> int:
        """Try each of these until `until` (epoch seconds). A thread that fails raises here, after the others ended."""
        if not due:
            return 0
        wanted: list[tuple[Any, keys.Key]] = [
            (ClientItem, app_keys.client(each)) for each in sorted({delivery.client_id for delivery in due})
        ]
        clients = {item.client_id: item.client() for item in self._db.batch_get(*wanted) if item}

        def attempt(delivery: Delivery) -> bool:
            return self._clock() < until and self._attempt(delivery, clients.get(delivery.client_id))

        with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(due))) as pool:
            begun = [pool.submit(copy_context().run, attempt, each) for each in due]
        return sum(each.result() for each in begun)

    def _attempt(self, delivery: Delivery, client: Client | None) -> bool:
        """Send one logout token by POST, and record whether the app accepted it (Back-Channel Logout 1.0 §2.5)."""
        if (
            client is None
            or client.disabled
            or not client.backchannel_logout_uri
            or not client.knows(delivery.client_stamp, delivery.since)
        ):
            self._deliveries.done(delivery)
            return False
        try:
            status = self._outgoing.post(client.backchannel_logout_uri, {"logout_token": self._token(delivery, client)})
        except FetchRefused:
            status = 0
        if status in _OK:
            self._deliveries.done(delivery)
            count("DeliveriesSent")
            return True
        count("DeliveriesFailed")
        self._later(delivery)
        return False

    def _later(self, delivery: Delivery) -> None:
        attempts = delivery.attempts + 1
        if attempts < len(WAITS):
            self._deliveries.postpone(delivery, replace(delivery, attempts=attempts, due=self._clock() + WAITS[attempts]))
            return
        self._deliveries.done(delivery)
        self._audit.record(
            "backchannel_logout.given_up", origin=Origin(), outcome="failure", subject=delivery.user_id, client_id=delivery.client_id,
            target=delivery.session_id,
        )  # fmt: skip

    def _token(self, delivery: Delivery, client: Client) -> str:
        """Make the logout token (§2.4) for one attempt. It has no nonce, so that it cannot be used as an ID Token.

        See Back-Channel Logout 1.0 §2.5.
        """
        now = self._clock()
        claims: dict[str, Any] = {
            "iss": self._settings.issuer,
            "sub": self._subjects.of(client, delivery.user_id),
            "aud": client.id,
            "iat": now,
            "exp": now + LIFETIME,
            "jti": self._new_id(),
            "events": {EVENT: {}},
        }
        if delivery.session_id:
            claims["sid"] = delivery.session_id
        return self._tokens.sign(client, claims, typ=TYPE, chosen=client.id_token_signed_response_alg)


def select_recipients(grants: Iterable[Grant], clients: Mapping[str, Client]) -> list[tuple[str, str]]:
    """Return pairs of client id and session in which the client got access. A new client with the id of a deleted one is left out."""
    known = ((clients[grant.client_id], grant) for grant in grants if grant.client_id in clients)
    return list(
        dict.fromkeys((client.id, grant.session_id) for client, grant in known if client.knows(grant.client_stamp, grant.created_at))
    )
