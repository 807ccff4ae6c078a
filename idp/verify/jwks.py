"""The issuer's keys in memory (RFC 7517 §5). If new keys cannot be fetched, the old ones are used for a limited time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from idp.verify import strict_json
from idp.verify.record import Record
from idp.verify.refused import unavailable
from idp.verify.signatures import Key, key_of

MAX_AGE, HARD_LIMIT = 300, 86400
"""Seconds: the age from which keys are fetched again, and the age from which they are not used any more if that fails."""
PAUSE, COLD_PAUSE = 60, 5
"""Seconds between two fetches: normally, and while there are no keys yet."""
_MOST = 100


class _Held(Record):
    keys: Mapping[str, Key]
    at: float


class Jwks:
    """The issuer's keys by `kid`. `fetch` returns the JWK Set or raises; `clock` returns seconds. Threads may share it."""

    def __init__(
        self, fetch: Callable[[], bytes], clock: Callable[[], float], *, max_age: float = MAX_AGE, hard_limit: float = HARD_LIMIT
    ) -> None:
        self._fetch, self._clock, self._max_age, self._hard_limit = fetch, clock, max_age, hard_limit
        self._held: _Held | None = None
        self._tried_at: float | None = None
        self._one_at_a_time = threading.Lock()

    def key(self, kid: str) -> Key | None:
        """The key with this `kid`, or None if the issuer has none.

        Raises:
            Refused: there are no keys that are younger than the hard limit (503).
        """
        now = self._clock()
        held = self._held
        if held is None or not 0 <= now - held.at < self._max_age:
            # While one thread fetches, the other threads use the old keys. Without old keys they wait.
            self.refresh(wait=held is None)
        held = self._usable(now)
        if kid not in held.keys:
            self.refresh()
            held = self._usable(now)
        return held.keys.get(kid)

    def refresh(self, *, wait: bool = True) -> None:
        """Fetch the keys. It does nothing if a fetch was tried just now, or (without `wait`) if another thread is fetching."""
        if not self._one_at_a_time.acquire(blocking=wait):
            return
        try:
            now, pause = self._clock(), COLD_PAUSE if self._held is None else PAUSE
            if self._tried_at is not None and 0 <= now - self._tried_at < pause:
                return
            self._tried_at = now
            with suppress(Exception):  # any failure of the fetch or of its answer: the old keys are used, up to the hard limit
                self._held = _Held(parse(self._fetch()), now)
        finally:
            self._one_at_a_time.release()

    def _usable(self, now: float) -> _Held:
        held = self._held
        if held is None or now - held.at >= self._hard_limit:
            raise unavailable("jwks")
        return held


def parse(raw: bytes) -> dict[str, Key]:
    """The usable signature keys of a JWK Set. Other keys are ignored (RFC 7517 §5). See RFC 7517 §4.

    Raises:
        ValueError: it is not a JWK Set, has no usable key, or has a `kid` twice.
    """
    listed = strict_json.loads(raw).get("keys")
    if not isinstance(listed, list) or len(listed) > _MOST:
        raise ValueError("not a JWK Set")
    found: dict[str, Key] = {}
    for jwk in listed:
        kid = jwk.get("kid") if isinstance(jwk, dict) else None
        if not isinstance(kid, str) or not kid:
            continue
        if kid in found:
            raise ValueError("a kid occurs twice")
        try:
            found[kid] = key_of(jwk)
        except (ValueError, TypeError):
            continue
    if not found:
        raise ValueError("there is no usable key")
    return found
