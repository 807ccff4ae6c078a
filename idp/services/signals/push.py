"""One attempt to push a SET to a receiver (RFC 8935)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from http import HTTPStatus
from typing import TYPE_CHECKING

from idp.adapters.outgoing import FetchRefused
from idp.domain.access.signal_scopes import is_receiver
from idp.domain.errors import Unavailable
from idp.domain.webhooks.schedule import rest
from idp.services.webhooks.sending import BUSY, TIMEOUT, Outcome

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.signals.stream import SignalStream
    from idp.services.keys.keyring import Keyring
    from idp.services.signals.security_event_token import SecurityEventTokens
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.webhook_items import WebhookEventItem

_OK = range(200, 300)
"""RFC 8935 §2.2 says 202. Receivers that answer 200 or 204 have the SET too."""


class Push:
    """Sends SETs. No redirect is followed, and of an answer only the status is read."""

    def __init__(
        self, settings: Settings, fetcher: Fetcher, keyring: Keyring, clients: Clients, tokens: SecurityEventTokens
    ) -> None:  # fmt: skip
        self._resource = settings.signals_resource
        self._fetcher, self._keyring, self._clients, self._tokens = fetcher, keyring, clients, tokens

    def send(self, stream: SignalStream, event: WebhookEventItem, *, now: int) -> Outcome:
        """Make one attempt (RFC 8935 §2.1). An app that may not get events about people any more gets nothing, and its stream is paused."""
        del now
        client = self._clients.get(stream.client_id)
        if client is None or client.incarnation != stream.incarnation or not is_receiver(client, self._resource):
            return Outcome(0, "the app is no receiver any more", gone=True)
        try:
            headers = {"Content-Type": "application/secevent+jwt", "Accept": "application/json", **self._authorization(stream)}
            content = self._tokens.sign(client, event).encode()
        except (Unavailable, ValueError, KeyError, TypeError):
            return Outcome(0, "the SET or its credentials cannot be made")
        try:
            answer = self._fetcher.send(stream.endpoint_url, content=content, headers=headers, limit=0, timeout=TIMEOUT)
        except FetchRefused:
            return Outcome(0, "no answer")
        if answer.status in _OK:
            return Outcome(answer.status)
        if answer.status == HTTPStatus.GONE:
            return Outcome(answer.status, "status 410", gone=True)
        rests = rest(answer.headers.get("retry-after")) if answer.status in BUSY else 0
        return Outcome(answer.status, f"status {answer.status}", rests=rests)

    def _authorization(self, stream: SignalStream) -> dict[str, str]:
        """The header that the receiver gave for its endpoint (Shared Signals Framework 1.0 §6.1.1)."""
        if not stream.sealed_authorization:
            return {}
        return {"Authorization": self._keyring.reveal(_purpose(stream.id), urlsafe_b64decode(stream.sealed_authorization)).decode()}


def seal_authorization(keyring: Keyring, stream_id: str, plain: str) -> str:
    """Return the header of a receiver, encrypted under the data key for this stream only."""
    return urlsafe_b64encode(keyring.protect(_purpose(stream_id), plain.encode())).decode()


def _purpose(stream_id: str) -> str:
    return f"signals:authorization:{stream_id}"
