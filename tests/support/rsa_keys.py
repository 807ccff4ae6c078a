"""RSA keys for new deployments in this process, made once: a new key takes 0.1 to 0.5 seconds, and nearly every test makes a deployment."""

from __future__ import annotations

from itertools import count
from threading import local
from typing import TYPE_CHECKING, Any

from joserfc.jwk import RSAKey

from idp.services.keys.key_rotation import KeyRotation

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

KEPT = 16
"""So many keys are made for each size. A new deployment takes two that follow one another, for RS256 and again for PS256."""


def keep_rsa_keys() -> None:
    """From now on, the first keys of a deployment without keys come from KEPT real ones, in turn. All other keys are made as ever.

    So a rotation never gives a deployment a key that it had.
    """
    make: Any = RSAKey.binding.generate_private_key
    ensure: Any = KeyRotation._ensure  # noqa: SLF001  # it is replaced below
    kept: dict[int, list[RSAPrivateKey]] = {}
    turn, thread = count(), local()

    def next_key(size: int) -> RSAPrivateKey:
        keys = kept.setdefault(size, [])
        if getattr(thread, "is_new", False) and len(keys) >= KEPT:
            return keys[next(turn) % KEPT]
        new: RSAPrivateKey = make(size)
        if getattr(thread, "is_new", False):
            keys.append(new)
        return new

    def ensure_first(rotation: KeyRotation, alg: str, signing: list[Any], now: int) -> None:
        thread.is_new = not signing
        try:
            ensure(rotation, alg, signing, now)
        finally:
            thread.is_new = False

    setattr(RSAKey.binding, "generate_private_key", staticmethod(next_key))  # noqa: B010  # mypy refuses to assign a method
    setattr(KeyRotation, "_ensure", ensure_first)  # noqa: B010  # as above
