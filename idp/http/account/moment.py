"""Times on pages. The server writes them in the person's time zone if it is known, else in UTC; then `idp.js` shows the browser's zone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from idp.services.mail.moment import at

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Moment:
    """A time. `epoch`: seconds since 1970-01-01 00:00 UTC."""

    epoch: int

    @property
    def machine(self) -> str:
        """Return it for the `datetime` attribute (HTML, the time element)."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.epoch))

    def text(self, zone: str = "") -> str:
        """Return it for people, with the zone. `zone`: a name of the IANA Time Zone Database; an unknown one is UTC."""
        found = find_zone(zone)
        return f"{datetime.fromtimestamp(self.epoch, found):%Y-%m-%d %H:%M %Z}" if found else at(self.epoch)

    def day(self, zone: str = "") -> str:
        """Return the day for people. `zone`: as in `text`."""
        return f"{datetime.fromtimestamp(self.epoch, find_zone(zone) or UTC):%Y-%m-%d}"


def moment(epoch: int) -> Moment:
    """`epoch`: seconds since 1970-01-01 00:00 UTC."""
    return Moment(epoch)


def find_zone(name: str) -> ZoneInfo | None:
    """The zone with this name (OIDC Core §5.1, zoneinfo); None if there is none, or if the machine has no time zone database."""
    if not name:
        return None
    from zoneinfo import ZoneInfo  # few people have set a zone

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None
