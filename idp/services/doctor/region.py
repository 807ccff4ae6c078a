"""This region serves, where there are two (docs/decisions/0021-two-regions.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import ok, wrong
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Compare IDP_REGION with the stored region. Nothing is told where neither is there."""
    home, here = parts.key_items.load().home, parts.settings.region
    if home is None and not here:
        return
    if home is None:
        yield wrong("region", marked("IDP_REGION is {here}, and no region is stored. Run: idp region start {here}"), here=here)
    elif not here:
        nameless = marked("{region} serves, and IDP_REGION is not set. Set it to the name of this region.")
        yield wrong("region", nameless, region=home.region)
    elif home.region != here:
        elsewhere = marked("{region} serves, and this is {here}. To let this region serve, run: idp region activate")
        yield wrong("region", elsewhere, region=home.region, here=here)
    else:
        yield ok("region", marked("{region} serves"), region=here)
