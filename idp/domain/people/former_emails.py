"""The addresses that a user gave up: each stays reserved for this user for seven days, and its mail can undo the change until then.

They are in `User.former_emails`: by address, the time at which it was given up (epoch seconds) and the id of the ticket that undoes it.
The id is left out once the change cannot be undone any more. No ticket of another address or of an earlier change restores one.
"""

from __future__ import annotations

from collections.abc import Mapping

RESERVED = 7 * 86400
"""Seconds for which no other user gets the address, and for which its former owner can restore it (threats M-14, M-16)."""
MOST = 10
"""Addresses that one user may give up in that time."""


def list_reserved(former: Mapping[str, str], now: int) -> dict[str, str]:
    """Return the addresses that are still reserved at `now`."""
    return {email: entry for email, entry in former.items() if now < _given_up_at(entry) + RESERVED}


def add(former: Mapping[str, str], email: str, ticket_id: str, now: int) -> dict[str, str]:
    """Return the addresses with one more, given up at `now`. `ticket_id`: of the ticket that restores it."""
    return {**former, email: f"{now} {ticket_id}"}


def can_restore(former: Mapping[str, str], email: str, ticket_id: str) -> bool:
    """Return whether the ticket with this id, which was mailed to `email`, may restore this address."""
    return bool(ticket_id) and former.get(email, "").partition(" ")[2] == ticket_id


def undo_ends(former: Mapping[str, str]) -> int:
    """Return when the last change that can still be undone can be undone no longer (epoch seconds); 0 if there is none."""
    return max((_given_up_at(entry) + RESERVED for entry in former.values() if entry.partition(" ")[2]), default=0)


def given_up_at(former: Mapping[str, str], email: str) -> int:
    """Return when the user gave up this address (epoch seconds)."""
    return _given_up_at(former[email])


def settle(former: Mapping[str, str], *, since: str = "") -> dict[str, str]:
    """Return the addresses, none of which can be restored any more. They stay reserved.

    `since`: an address. Then only those that were given up after it, or together with it, cannot be restored. So an undo ends the undo
    links of the changes that it reverts, and no later change can end the undo link of an earlier one.
    """
    first = _given_up_at(former[since]) if since else 0
    return {email: f"{at} " if (at := _given_up_at(entry)) >= first else entry for email, entry in former.items()}


def _given_up_at(entry: str) -> int:
    return int(entry.partition(" ")[0])
