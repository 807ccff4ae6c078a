"""The cost of Argon2id is at or above OWASP's minimum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.cli.doctor.finding import Finding, ok, skipped, wrong
from idp.settings import ARGON2_FLOOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Compare the settings with the minimum."""
    s = services.settings
    cost = (s.argon2_memory_kib, s.argon2_iterations, s.argon2_parallelism)
    argon2 = f"{cost[0]} KiB, {cost[1]} iterations, {cost[2]} lanes"
    if all(have >= floor for have, floor in zip(cost, ARGON2_FLOOR, strict=True)):
        yield ok("hashing", f"Argon2id with {argon2}")
    elif s.dev:
        yield skipped("hashing", f"Argon2id with {argon2}, which is for development only")
    else:
        yield wrong("hashing", f"Argon2id with {argon2} is below {ARGON2_FLOOR}. Raise IDP_ARGON2_MEMORY_KIB, _ITERATIONS or _PARALLELISM.")
