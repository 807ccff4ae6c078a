"""The stamp of a client: whether a grant, token or request belongs to this client and was made after it was last disabled.

Everything that is given to a client contains the client's stamp: its incarnation, a dot, its security stamp. A client that was made before
incarnations existed has an empty stamp, and so has everything that it was given. For such a client the time of creation is compared as
well.
"""

from __future__ import annotations


def stamp(incarnation: str, security_stamp: int) -> str:
    """Return the stamp. It is empty for a client without an incarnation that was never disabled."""
    return f"{incarnation}.{security_stamp}" if incarnation or security_stamp else ""


def incarnation_of(given: str) -> str:
    """Return the incarnation of the client that a stamp is of, "" for one that was made before incarnations existed."""
    return given.rpartition(".")[0]


def is_of(given: str, since: int, *, incarnation: str, created_at: int) -> bool:
    """Return whether a thing with the stamp `given`, made at `since` (epoch seconds), belongs to this client, even if the client was
    disabled later.
    """
    return incarnation_of(given) == incarnation and (bool(incarnation) or since >= created_at)


def is_valid(given: str, since: int, *, incarnation: str, security_stamp: int, created_at: int) -> bool:
    """Return whether a thing with the stamp `given`, made at `since` (epoch seconds), may still be used. Disabling the client ends it
    permanently.
    """
    return given == stamp(incarnation, security_stamp) and (bool(incarnation) or since >= created_at)
