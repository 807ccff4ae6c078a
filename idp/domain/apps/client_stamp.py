"""Whether something was given to this client, or to another one that had its id before, or before it was disabled.

Whatever a client is given carries the client's stamp: its incarnation, a dot, its security stamp. A client that was made before there were
incarnations has the empty one, and so has what it was given; only for such a client the time is compared as well.
"""

from __future__ import annotations


def stamp(incarnation: str, security_stamp: int) -> str:
    """The stamp of a client; empty for one without an incarnation that was never disabled."""
    return f"{incarnation}.{security_stamp}" if incarnation or security_stamp else ""


def is_of(given: str, since: int, *, incarnation: str, created_at: int) -> bool:
    """Whether what carries the stamp `given` since `since` (epoch seconds) is about this client, disabled meanwhile or not."""
    return given.rpartition(".")[0] == incarnation and (bool(incarnation) or since >= created_at)


def is_valid(given: str, since: int, *, incarnation: str, security_stamp: int, created_at: int) -> bool:
    """Whether what carries the stamp `given` since `since` (epoch seconds) may still be used: a disabling ends it for good."""
    return given == stamp(incarnation, security_stamp) and (bool(incarnation) or since >= created_at)
