"""RSA keys for deployments in this process, made once: a new key takes 0.1 to 0.5 seconds, and nearly every test makes a deployment."""

from __future__ import annotations

from itertools import count

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from joserfc.jwk import RSAKey

KEPT = 32
"""So many keys are made for each size. After them the first one comes again: a test with more keys than this would see one twice."""


def keep_rsa_keys() -> None:
    """From now on, keys that joserfc makes in this process come from KEPT real ones, in turn."""
    make = RSAKey.binding.generate_private_key
    kept: dict[int, list[RSAPrivateKey]] = {}
    turn = count()

    def next_key(size: int) -> RSAPrivateKey:
        keys = kept.setdefault(size, [])
        if len(keys) < KEPT:
            keys.append(make(size))
            return keys[-1]
        return keys[next(turn) % KEPT]

    setattr(RSAKey.binding, "generate_private_key", staticmethod(next_key))  # noqa: B010  # mypy refuses to assign a method
