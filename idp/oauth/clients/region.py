"""Assertions and a change of the region: one that the region before may have used is refused (threats FI-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.oauth.provider import ClientParts


def is_of_the_region_before(provider: ClientParts, issued_at: float | None, expires_at: float, *, longest: int) -> bool:
    """Whether it may be from before this region served, so that its mark of use may not have arrived. Times are epoch seconds.

    `issued_at`: its `iat`; None if it has none. Then it may be as old as `longest`, the seconds that an assertion may live.
    """
    if not provider.settings.region:
        return False
    return (expires_at - longest if issued_at is None else issued_at) < provider.keyring.serves_since()
