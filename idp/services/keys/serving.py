"""Whether this region serves (docs/decisions/0021-two-regions.md). Only a deployment with two regions loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from idp.domain.home import Home


class StandsBy(Unavailable):
    """This region does not serve. It answers 503 to every request but those for public documents."""

    retry_after = 30

    def __str__(self) -> str:
        """The detail: what an operator reads in the error of a function or command."""
        return self.detail


def require_serving(home: Home | None, here: str, now: int) -> None:
    """Return if the region `here` serves. `here` is IDP_REGION, or empty; `home` is what the deployment stored. `now`: epoch seconds.

    Raises:
        StandsBy: another region serves, or none yet, or it is not known which.
    """
    if home is None and not here:
        return
    if home is None:
        raise StandsBy(detail=f"region: IDP_REGION is {here}, and no region is stored. Run: idp region start {here}")
    if not here:
        raise StandsBy(detail=f"region: {home.region} serves, and IDP_REGION is not set. Set it to the name of this region")
    if home.region != here:
        raise StandsBy(detail=f"region: {home.region} serves, and this is {here}")
    if now < home.serves_from:
        raise StandsBy(detail=f"region: {here} serves in {home.serves_from - now} seconds")
