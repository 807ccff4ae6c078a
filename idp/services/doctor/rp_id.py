"""The RP ID of passkeys: the stored one and that of the settings are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import ok, skipped, wrong
from idp.domain.texts import marked
from idp.services.keys.rp_id import DIFFERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Compare them."""
    stored, configured = parts.key_items.load().rp_id, parts.settings.webauthn_rp_id
    if stored is None:
        yield skipped("RP ID", marked("None is stored yet. The daily schedule or idp bootstrap stores {rp_id}"), rp_id=configured)
    elif stored == configured:
        yield ok("RP ID", marked("{rp_id}, as stored"), rp_id=stored)
    else:
        yield wrong("RP ID", DIFFERS, stored=stored, configured=configured)
