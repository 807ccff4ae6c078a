"""Times on pages: in UTC as the server writes them; `idp.js` shows them in the reader's own time zone."""

from __future__ import annotations

import time
from dataclasses import dataclass

from idp.services.mail.notices import at


@dataclass(frozen=True)
class Moment:
    """A time. `text`: for people, in UTC, and it says so. `machine`: for the `datetime` attribute (HTML, the time element)."""

    text: str
    machine: str


def moment(epoch: int) -> Moment:
    """The moment that is `epoch` seconds after 1970 began in UTC."""
    return Moment(at(epoch), time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)))
