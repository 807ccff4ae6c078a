"""The cost of Argon2id is at or above OWASP's minimum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import ok, skipped, wrong
from idp.domain.texts import marked
from idp.settings import ARGON2_FLOOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Compare the settings with the minimum."""
    s = parts.settings
    cost = (s.argon2_memory_kib, s.argon2_iterations, s.argon2_parallelism)
    told = {"memory": cost[0], "iterations": cost[1], "lanes": cost[2]}
    if all(have >= floor for have, floor in zip(cost, ARGON2_FLOOR, strict=True)):
        yield ok("hashing", marked("Argon2id with {memory} KiB, iterations: {iterations}, lanes: {lanes}"), **told)
    elif s.dev:
        weak = marked("Argon2id with {memory} KiB, iterations: {iterations}, lanes: {lanes}. This is for development only")
        yield skipped("hashing", weak, **told)
    else:
        below = marked(
            "Argon2id with {memory} KiB, iterations: {iterations}, lanes: {lanes} is below the minimum, which is {floor}. "
            "Raise IDP_ARGON2_MEMORY_KIB, _ITERATIONS or _PARALLELISM."
        )
        yield wrong("hashing", below, floor=", ".join(map(str, ARGON2_FLOOR)), **told)
