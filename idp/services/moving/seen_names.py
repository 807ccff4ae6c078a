"""Remembers names in a memory of fixed size: a Bloom filter (Bloom 1970).

It never forgets a name. It may take a new one for a known one: for a million names once in a million runs, for four million once in a
hundred.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

_BYTES = 32 * 1024 * 1024
_PROBES = 8
_BITS = 28
"""Bits of a probe: 2**28 are `_BYTES`."""


class SeenNames:
    """Names that were seen."""

    def __init__(self) -> None:
        self._bits = bytearray(_BYTES)

    def see(self, name: str) -> bool:
        """Remember the name. Return whether it was seen before."""
        known = True
        for place, mask in _probes(name):
            if not self._bits[place] & mask:
                known = False
                self._bits[place] |= mask
        return known

    def __contains__(self, name: str) -> bool:
        """Return whether the name was seen."""
        return all(self._bits[place] & mask for place, mask in _probes(name))


def _probes(name: str) -> Iterator[tuple[int, int]]:
    """Yield the bytes and bits of a name."""
    digest = int.from_bytes(blake2b(name.encode(), digest_size=28).digest())
    for _ in range(_PROBES):
        yield (digest >> 3) & (_BYTES - 1), 1 << (digest & 7)
        digest >>= _BITS
