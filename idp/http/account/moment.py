"""Times on pages. The server writes them in UTC; `idp.js` shows them in the reader's time zone."""

from __future__ import annotations

import time
from dataclasses import dataclass

from idp.services.mail.moment import at


@dataclass(frozen=True)
class Moment:
    """A time in UTC. `text`: for people, with the zone. `machine`: for the `datetime` attribute (HTML, the time element)."""

    text: str
    machine: str


def moment(epoch: int) -> Moment:
    """`epoch`: seconds since 1970-01-01 00:00 UTC."""
    return Moment(at(epoch), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)))
