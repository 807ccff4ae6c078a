"""One attempt: sends an event to its endpoint and checks the answer (Standard Webhooks 1.0.0, "Deliverability and reliability")."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from idp.adapters.outgoing import FetchRefused
from idp.domain.errors import Unavailable
from idp.domain.webhooks.schedule import rest
from idp.services.webhooks.signing import signed_headers

if TYPE_CHECKING:
    from idp.adapters.outgoing import Fetcher
    from idp.domain.webhooks.endpoint import WebhookEndpoint
    from idp.services.keys.keyring import Keyring
    from idp.store.webhook_items import WebhookEventItem

TIMEOUT = 4.0
"""Seconds of one request. The fetch function has five."""
_OK = range(200, 300)
_REDIRECT = range(300, 400)
BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


class Outcome(NamedTuple):
    """What became of an attempt. `status`: of the answer, 0 for none. `problem`: "" for a success.

    `gone`: the endpoint wants no more (410). `rests`: seconds that the whole endpoint rests, because it asked for it.
    """

    status: int
    problem: str = ""
    gone: bool = False
    rests: int = 0


class Sender:
    """Sends. No redirect is followed, and of an answer only the status is read: its text may be anything."""

    def __init__(self, fetcher: Fetcher, keyring: Keyring) -> None:
        self._fetcher, self._keyring = fetcher, keyring

    def send(self, endpoint: WebhookEndpoint, event: WebhookEventItem, *, now: int) -> Outcome:
        """Make one attempt. The id is that of the event, the time and the signature are of this attempt."""
        try:
            signed = signed_headers(self._keyring, endpoint, event.event_id, event.body, now=now)
        except (Unavailable, ValueError):
            return Outcome(0, "the secret cannot be decrypted; rotate it")
        headers = {"Content-Type": "application/json", **signed}
        try:
            answer = self._fetcher.send(endpoint.url, content=event.body.encode(), headers=headers, limit=0, timeout=TIMEOUT)
        except FetchRefused:
            return Outcome(0, "no answer")
        if answer.status in _OK:
            return Outcome(answer.status)
        if answer.status == HTTPStatus.GONE:
            return Outcome(answer.status, "status 410", gone=True)
        problem = "a redirect" if answer.status in _REDIRECT else f"status {answer.status}"
        return Outcome(answer.status, problem, rests=rest(answer.headers.get("retry-after")) if answer.status in BUSY else 0)
