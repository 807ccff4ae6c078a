"""Remembers names in a memory of fixed size: a Bloom filter (Bloom 1970).

It never forgets a name. It may take a new one for a known one: for a million names once in a million runs, for four million once in a
hundred.
"""

from __future__ import annotations

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
        digest = int.from_bytes(blake2b(name.encode(), digest_size=28).digest())
        known = True
        for _ in range(_PROBES):
            place, mask = (digest >> 3) & (_BYTES - 1), 1 << (digest & 7)
            if not self._bits[place] & mask:
                known = False
                self._bits[place] |= mask
            digest >>= _BITS
        return known
