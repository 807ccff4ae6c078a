"""The RP ID of passkeys: the stored one and that of the settings are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.cli.doctor.finding import Finding, ok, skipped, wrong
from idp.services.keys.rp_id import RpIdDiffers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Compare them."""
    stored, configured = services.relying_party.read_stored(), services.relying_party.configured
    if stored is None:
        yield skipped("RP ID", f"none is stored yet; the daily schedule or idp bootstrap stores {configured}")
    elif stored == configured:
        yield ok("RP ID", f"{stored}, as stored")
    else:
        yield wrong("RP ID", RpIdDiffers(stored, configured).detail)
