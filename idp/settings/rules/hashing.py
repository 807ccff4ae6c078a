"""Argon2id, which hashes passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings

ARGON2_FLOOR = (19456, 2, 1)
"""KiB, iterations, parallelism: OWASP's minimum for Argon2id."""
ARGON2_CEILING = (4 * 1024 * 1024, 64, 64)
"""Upper limits for the same values. Larger ones are typing errors, and Argon2 itself ends not far above."""


def rules(s: Settings) -> tuple[Rule, ...]:
    """Return the rules; the sentence of each says what to set."""
    argon2 = (s.argon2_memory_kib, s.argon2_iterations, s.argon2_parallelism)
    below = any(given < least for given, least in zip(argon2, ARGON2_FLOOR, strict=True))
    return (
        (
            s.dev or not below,
            "Argon2 is below 19456 KiB / 2 / 1. Raise IDP_ARGON2_MEMORY_KIB, IDP_ARGON2_ITERATIONS, IDP_ARGON2_PARALLELISM.",
        ),
        (s.argon2_parallelism >= 1 and s.argon2_iterations >= 1, "IDP_ARGON2_ITERATIONS and IDP_ARGON2_PARALLELISM must be at least 1."),
        (s.argon2_memory_kib >= 8 * s.argon2_parallelism, "IDP_ARGON2_MEMORY_KIB must be at least 8 times IDP_ARGON2_PARALLELISM."),
        (
            all(given <= most for given, most in zip(argon2, ARGON2_CEILING, strict=True)),
            "Argon2 is above 4194304 KiB / 64 / 64. Lower IDP_ARGON2_MEMORY_KIB, IDP_ARGON2_ITERATIONS, IDP_ARGON2_PARALLELISM.",
        ),
    )
