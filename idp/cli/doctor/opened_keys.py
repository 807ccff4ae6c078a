"""The stored keys can be decrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import Finding, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Open them. Raises Unavailable if they cannot be decrypted."""
    services.keyring.sealer()
    yield ok("keys", "The stored keys open")
