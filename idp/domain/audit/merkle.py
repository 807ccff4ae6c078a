"""The hash of a list: the root of a Merkle tree (RFC 9162 §2.1.1). It changes with each entry, and with their order and number."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def root(entries: Sequence[bytes]) -> bytes:
    """Return the root over these entries: SHA-256, with different prefixes for entries and for inner nodes."""
    if not entries:
        return hashlib.sha256().digest()
    level = [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
    while len(level) > 1:
        # An odd last node goes up unchanged. This gives the tree of RFC 9162, whose left part has the largest power of two of entries.
        pairs = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]
