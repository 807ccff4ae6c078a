"""Counts how many people still have a foreign hash. `domain/factors/hash_mix.py` says what the numbers are for."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.domain.factors.foreign_hash import ForeignHashError
from idp.domain.factors.hash_mix import WAITING, HashMix
from idp.domain.factors.hash_notations import notation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from idp.domain.clock import Clock
    from idp.services.keys.keyring import Keyring
    from idp.store.hash_mixes import HashMixes

MOST_KINDS = 64
"""Kinds that are counted one by one: the most frequent ones. One more kind is counted with the most frequent one."""
_STEPS = 256
"""Up to so many people of a kind, each sign-in is counted. Of more, a sample, so that many sign-ins do not all write one item."""


class HashCounts:
    """Reads and changes the numbers."""

    def __init__(self, store: HashMixes, keyring: Keyring, clock: Clock, randbelow: Callable[[int], int], own: str) -> None:
        """`own`: the beginning of the hashes that we make with the present settings."""
        self._store, self._keyring, self._clock, self._randbelow, self._own = store, keyring, clock, randbelow, own

    def read(self) -> tuple[HashMix, int] | None:
        """Return the numbers and the time of the last count (epoch seconds, 0 for never); None where no hash was imported. One call."""
        found = self._store.get()
        return (found.mix(), int(found.counted_at)) if found else None

    def add(self, stored: Iterable[str | None]) -> None:
        """Count people who were just imported, by their stored hashes, or WAITING for those without one.

        The importer calls this after each slice that was written.

        Nothing is stored as long as no person came with a foreign hash.
        """
        people, kinds = self._count(stored)
        if kinds or (people and self._keyring.hash_mix()):
            self._store.add(kinds, people)

    def count_all(self, stored: Iterable[str | None]) -> HashMix:
        """Replace the numbers by a count of the stored hashes of all people. Returns them. They are stored only if there are any."""
        people, left = self._count(stored)
        before = self.read()
        imported = {label: max(number, left[label]) for label, number in (before[0].imported if before else {}).items()}
        mix = HashMix(people, {**left, **imported}, left)
        if before or left:
            self._store.put(mix, self._clock())
        return mix

    def rehashed(self, stored: str) -> None:
        """Count that one person's foreign hash was replaced by ours. A failure of the store is ignored: the next full count corrects it."""
        mix, found = self._keyring.hash_mix(), self._kind(stored)
        if mix is None or found is None or found not in mix.left:
            return
        step = max(1, mix.left[found] // _STEPS)
        if self._randbelow(step) == 0:
            with contextlib.suppress(Unavailable):
                self._store.take(found, step) or self._store.take(found, 1)

    def _kind(self, stored: str | None) -> str | None:
        """Return the label of a stored hash. None for our own, and for one that cannot be read."""
        if stored == WAITING:
            return WAITING
        if stored is None or stored.startswith(self._own):
            return None
        try:
            return notation.read(stored).label
        except ForeignHashError:
            return None

    def _count(self, stored: Iterable[str | None]) -> tuple[int, Counter[str]]:
        people, kinds = 0, Counter[str]()
        for each in stored:
            people += each is not None
            if (label := self._kind(each)) is not None:
                kinds[label] += 1
        kept = Counter(dict(kinds.most_common(MOST_KINDS)))
        if kept:
            kept[kept.most_common(1)[0][0]] += kinds.total() - kept.total()
        return people, kept
