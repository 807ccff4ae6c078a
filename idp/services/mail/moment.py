"""Times in mails."""

from __future__ import annotations

import time


def at(epoch: int) -> str:
    """Format a time for people, in UTC. `epoch`: seconds since 1970."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(epoch))
