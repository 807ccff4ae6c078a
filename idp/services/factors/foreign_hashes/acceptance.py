"""Prepares foreign hashes for the store: at import."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.factors.foreign_hash_cost import is_fast
from idp.domain.factors.hash_notations import notation
from idp.services.factors.foreign_hashes.checking import in_hex

if TYPE_CHECKING:
    from collections.abc import Callable


class ForeignHashes:
    """Accepts hashes of other systems."""

    def __init__(self, hash_text: Callable[[str], str]) -> None:
        """`hash_text`: makes an Argon2id hash with the parameters of the settings, as `Passwords.hash`."""
        self._hash_text = hash_text

    def accept(self, text: str) -> str:
        """Return the hash as it is stored: in one notation, and inside an Argon2id hash if guesses at it would be cheap.

        `text`: in any notation of `hash_notations`. Converters for the notations of vendors: `idp.domain.moving.hashes`.

        Raises:
            ForeignHashError: it is unknown or malformed, or a check would take more than about a second or 256 MiB.
        """
        found = notation.read(text)
        if is_fast(found) and not found.wrapped_in:
            found = replace(found, digest=b"", wrapped_in=self._hash_text(in_hex(found.digest)))
        return notation.write(found)
