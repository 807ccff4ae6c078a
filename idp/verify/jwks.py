"""The issuer's keys, in memory (RFC 7517 §5). Old ones serve for a while when new ones cannot be had; none at all is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from idp.verify import strict_json
from idp.verify.record import Record
from idp.verify.refused import unavailable
from idp.verify.signatures import Key, key_of

MAX_AGE, HARD_LIMIT = 300, 86400
"""Seconds after which keys are fetched again, and after which they are no longer believed when that fails."""
PAUSE, COLD_PAUSE = 60, 5
"""Seconds between two fetches, whatever asks for them; and while there are no keys at all."""
_MOST = 100


class _Held(Record):
    keys: Mapping[str, Key]
    at: float


class Jwks:
    """Keys by `kid`. `fetch` gives the set, or raises; `clock` gives seconds. Threads may share it."""

    def __init__(
        self, fetch: Callable[[], bytes], clock: Callable[[], float], *, max_age: float = MAX_AGE, hard_limit: float = HARD_LIMIT
    ) -> None:
        self._fetch, self._clock, self._max_age, self._hard_limit = fetch, clock, max_age, hard_limit
        self._held: _Held | None = None
        self._tried_at: float | None = None
        self._one_at_a_time = threading.Lock()

    def key(self, kid: str) -> Key | None:
        """The key of this name; None when the issuer has none.

        Raises:
            Refused: there are no keys that may still be believed (503).
        """
        now = self._clock()
        held = self._held
        if held is None or not 0 <= now - held.at < self._max_age:
            # While one thread fetches, the others go on with what there is; if that is nothing, they wait.
            self.refresh(wait=held is None)
        held = self._believed(now)
        if kid not in held.keys:
            self.refresh()
            held = self._believed(now)
        return held.keys.get(kid)

    def refresh(self, *, wait: bool = True) -> None:
        """Fetch the keys, unless that was tried just now, or (without `wait`) another thread is at it."""
        if not self._one_at_a_time.acquire(blocking=wait):
            return
        try:
            now, pause = self._clock(), COLD_PAUSE if self._held is None else PAUSE
            if self._tried_at is not None and 0 <= now - self._tried_at < pause:
                return
            self._tried_at = now
            with suppress(Exception):  # whatever a fetch or a bad answer raises: the keys there are serve on, up to the limit
                self._held = _Held(parse(self._fetch()), now)
        finally:
            self._one_at_a_time.release()

    def _believed(self, now: float) -> _Held:
        held = self._held
        if held is None or now - held.at >= self._hard_limit:
            raise unavailable("jwks")
        return held


def parse(raw: bytes) -> dict[str, Key]:
    """The keys of a set. What is no key for signatures here is left out (RFC 7517 §5); two of one name are none.

    Raises:
        ValueError: no set, or no key in it that could be used.
    """
    listed = strict_json.loads(raw).get("keys")
    if not isinstance(listed, list) or len(listed) > _MOST:
        raise ValueError("no JWK Set")
    found: dict[str, Key] = {}
    for jwk in listed:
        kid = jwk.get("kid") if isinstance(jwk, dict) else None
        if not isinstance(kid, str) or not kid:
            continue
        if kid in found:
            raise ValueError("a kid twice")
        try:
            found[kid] = key_of(jwk)
        except (ValueError, TypeError):
            continue
    if not found:
        raise ValueError("no key")
    return found
