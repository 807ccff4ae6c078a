"""Idempotency-Key: a request has its effect once, and the same request again gets the same answer.

Draft: draft-ietf-httpapi-idempotency-key-header. Stored answers may contain a secret that is shown once, so they are encrypted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, Forbidden, IdpError, Invalid, NotFound, PreconditionFailed, Unavailable
from idp.store.idempotency import Done, InProgress, Mismatch
from idp.telemetry import record

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.services.keys.keyring import Keyring
    from idp.store.idempotency import Idempotency

LIFETIME = 86400
_PURPOSE = "idempotency"

# These are raised before anything is written. The key is deleted, so that a corrected request can use it.
_NOTHING_DONE = (Conflict, Forbidden, Invalid, NotFound, PreconditionFailed)


class Reused(IdpError):
    """The key was used for another request: 422 (draft §2.7)."""

    status = 422


@dataclass(frozen=True, slots=True)
class Answer:
    """The stored answer of a request. `replayed`: it was stored before this request.

    `about`: the user whose data it has, or the owner that stands for an address (`Tickets.address_owner`). An erasure removes it by that.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False
    about: str = ""


class Idempotent:
    """Stores answers for a day."""

    def __init__(self, store: Idempotency, keyring: Keyring, clock: Clock) -> None:
        self._store, self._keyring, self._clock = store, keyring, clock

    def run_once(self, principal: str, key: str, digest: str, act: Callable[[], Answer]) -> Answer:
        """Return the answer of `act`, which runs at most once for this principal and key. `digest` identifies the request.

        It is stored under a key of this deployment: a request can have a password, and a reader of the tables could otherwise try
        passwords by a fast hash. The release before stored the digest itself, and the same request may come to both within a day.

        Raises:
            Reused: the key was used for another request.
            Conflict: the same request is in progress, or failed without an answer; the caller must look whether it took effect.
        """
        stored = hmac.digest(self._keyring.derive(_PURPOSE), digest.encode(), "sha256").hex()
        match self._store.begin(principal, key, stored, self._clock(), LIFETIME, earlier=digest):
            case Done(status=status, body_json=sealed):
                return self._open(principal, key, status, sealed)
            case Mismatch():
                raise Reused("idempotency.reused")
            case InProgress():
                raise Conflict("idempotency.in_progress")
        try:
            answer = act()
        except _NOTHING_DONE:
            self._store.abandon(principal, key)
            raise
        self._finish(principal, key, answer)
        return answer

    def _finish(self, principal: str, key: str, answer: Answer) -> None:
        plain = json.dumps({"body": answer.body.decode(), "headers": dict(answer.headers)}).encode()
        sealed = base64.b64encode(self._keyring.protect(_aad(principal, key), plain)).decode()
        try:
            self._store.finish(principal, key, answer.status, sealed, about=answer.about, until=self._clock() + LIFETIME)
        except Unavailable as trouble:  # the act is done, so the caller gets the answer; only a repetition will not get it
            record.note(f"an answer could not be stored for its Idempotency-Key: {trouble.detail}")

    def _open(self, principal: str, key: str, status: int, sealed: str) -> Answer:
        plain = json.loads(self._keyring.reveal(_aad(principal, key), base64.b64decode(sealed)))
        return Answer(status, plain["body"].encode(), plain["headers"], replayed=True)


def digest(*parts: str | bytes) -> str:
    """Return one digest of several parts. The length of each part is included, so that different lists of parts give different digests."""
    whole = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def _aad(principal: str, key: str) -> str:
    return f"idempotency:{digest(principal, key)}"
