"""Compares a password with a foreign hash."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from idp.services.factors.foreign_hashes import schemes

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.factors.foreign_hash import ForeignHash

_NO_DIGEST = "00"
"""In place of a digest that the scheme cannot compute. A digest in hex is longer."""


def matches(it: ForeignHash, password: str, verify_argon2id: Callable[[str, str], bool]) -> bool:
    """Return whether it is the password. Every refusal takes as long as a match, whatever the reason.

    `password`: as it was typed, because that is what the other system hashed. An empty one is never right.
    `verify_argon2id`: compares an Argon2id hash with a text; for a hash that is wrapped.

    Raises:
        ValueError: the library refuses the parameters.
    """
    found = schemes.digest(it, password.encode())
    if it.wrapped_in:
        return verify_argon2id(it.wrapped_in, in_hex(found)) and password != ""
    return hmac.compare_digest(found or b"", it.digest) and password != ""


def in_hex(digest: bytes | None) -> str:
    """Return the text of a digest that Argon2id hashes."""
    return _NO_DIGEST if digest is None else digest.hex()
