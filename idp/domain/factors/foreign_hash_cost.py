"""How much work a foreign hash may take: about a second and 256 MiB (threats R-08). It is computed from its parameters, never timed.

The times of a unit of work were measured on one vCPU of the machine of docs/performance.md and rounded up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.factors.foreign_hash import FAST, ForeignHashError

if TYPE_CHECKING:
    from idp.domain.factors.foreign_hash import ForeignHash

MOST_MILLISECONDS = 1000.0
MOST_KIB = 256 * 1024

_MOST_LOGARITHM = 40
"""A greater one is not used as an exponent."""
_MOST_LANES = 64
"""Argon2 starts a thread for each lane."""
_ALWAYS_WRAPPED = {"md5-crypt", "apr1", "phpass"}
_PBKDF2 = {"sha1": (20, 0.00025), "sha224": (28, 0.00025), "sha256": (32, 0.00025), "sha384": (48, 0.00055), "sha512": (64, 0.00055)}
"""Of each hash function: bytes of a block, and milliseconds of an iteration."""


def milliseconds(it: ForeignHash) -> float:
    """Return the processor time that a check takes, without that of a wrapping Argon2id."""
    kind, _, name = it.scheme.partition("-")
    match kind, it.cost:
        case (("bcrypt" | "wp" | "phpass"), (logarithm,)):
            return _power(logarithm) * (0.0005 if kind == "phpass" else 0.06)
        case ("scrypt", (_, r, p, _)) | ("firescrypt", (_, r, p)):
            return _steps(it) * r * p * 0.0004
        case "pbkdf2", (iterations, length):
            block, each = _PBKDF2[name]
            return iterations * -(-length // block) * each
        case (("argon2i" | "argon2d" | "argon2id"), (memory, passes, *_)):
            return memory * passes * 0.0009
        case (("sha256" | "sha512"), (rounds,)):
            return rounds * 0.0006
    return 0.5 if it.scheme in _ALWAYS_WRAPPED else 0.01


def kib(it: ForeignHash) -> int:
    """Return the memory that a check takes, without that of a wrapping Argon2id."""
    if it.scheme in {"scrypt", "firescrypt"}:
        return (_steps(it) + it.cost[2]) * it.cost[1] // 8
    return it.cost[0] if it.scheme.startswith("argon2") else 0


def require_affordable(it: ForeignHash) -> None:
    """Raise ForeignHashError if a check would take more than MOST_MILLISECONDS, MOST_KIB or _MOST_LANES."""
    lanes = it.cost[2] if it.scheme.startswith("argon2") else 1
    if milliseconds(it) > MOST_MILLISECONDS or kib(it) > MOST_KIB or lanes > _MOST_LANES:
        raise ForeignHashError("foreign_hash.too_costly", scheme=it.scheme)


def is_fast(it: ForeignHash) -> bool:
    """Return whether the hash may be stored only inside an Argon2id hash, because guesses at it are cheap."""
    return it.scheme in _ALWAYS_WRAPPED or milliseconds(it) < FAST


def _steps(it: ForeignHash) -> int:
    """Return scrypt's N."""
    return it.cost[0] if it.scheme == "scrypt" else _power(it.cost[0])


def _power(logarithm: int) -> int:
    return int(2 ** min(logarithm, _MOST_LOGARITHM))
