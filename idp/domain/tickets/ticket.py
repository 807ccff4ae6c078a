"""A ticket: what is stored about a mail with a link and a code. It proves that a person reads the mail of an address.

Each owner has at most one live ticket of a kind, or of a kind and slot. Issuing another one replaces it, so the earlier link and code stop
working (threats H-12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.people.user import User

SIGN_UP = "sign_up"
INVITE = "invite"
JOIN = "join"
RESET = "reset"
SIGN_IN_CODE = "sign_in_code"
VERIFY_EMAIL = "verify_email"
EMAIL_CHANGE = "email_change"
EMAIL_UNDO = "email_undo"
NOT_ME = "not_me"
DELETE_UNDO = "delete_undo"
BYPASS = "bypass"

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

LIFETIMES: Mapping[str, int] = {
    SIGN_UP: _DAY, INVITE: 7 * _DAY, RESET: 30 * _MINUTE, SIGN_IN_CODE: 10 * _MINUTE, VERIFY_EMAIL: _DAY, EMAIL_CHANGE: _HOUR,
    EMAIL_UNDO: 7 * _DAY, NOT_ME: 7 * _DAY, DELETE_UNDO: 30 * _DAY, BYPASS: _DAY, JOIN: 7 * _DAY,
}  # fmt: skip
"""The kinds of tickets, and the seconds for which a ticket of each kind is valid."""

TRIES = 5
"""Codes that may be typed for one ticket."""
FAILURES = 100
"""Codes that may be typed for one owner and kind, over all tickets, until one is used (NIST SP 800-63B-4 §3.2.2)."""
PAUSE = 60
"""Seconds after which another ticket may be issued (threats M-13)."""
HOURLY = 5
"""Tickets of one owner and kind in an hour of the clock (threats M-07, M-13)."""
HOURLY_FROM_ALL = 10
"""Mails to one address in an hour of the clock, of a kind that has slots, from all networks. `HOURLY` holds for each network (M-13)."""
HOURLY_OF_ORGANISATION = 200
"""Invitations that the admins of one organisation send in an hour of the clock (threats Q-04). For one address it is `HOURLY`."""
LONGEST_REQUEST = 16_384
"""Characters of a sealed authorization request that a ticket keeps. Every request that fits into an address is shorter. A longer one, which
was pushed, is left out, and the sign-in ends at the account page.
"""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket. Times are in epoch seconds.

    `owner`: a user id, or the owner that stands for an address. `email`: the canonical address of the mail. `user_id`: the account,
    or "". `stamp`: the account's security stamp when the ticket was issued. `code_mac`: the MAC of the code. `tries`: codes
    typed for this ticket. `failures`: codes typed for this owner and kind since the last use. `browser`: digest of the browser that asked;
    "" if the ticket is not bound to one. `request`: the sealed authorization request that the person came with. `details`: what else the
    kind needs. `slot`: keeps several tickets of one owner and kind apart, such as those of several browsers; "" if there is one at a time.
    """

    owner: str
    kind: str
    email: str
    user_id: str = ""
    stamp: int = 0
    browser: str = ""
    request: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    code_mac: str = field(default="", repr=False)
    tries: int = 0
    failures: int = 0
    asked_hour: int = 0
    asked_count: int = 0
    created_at: int = 0
    expires_at: int = 0
    used_by: str = ""
    slot: str = ""

    def live(self, now: int) -> bool:
        """Return whether it is neither used nor expired at `now` (epoch seconds)."""
        return not self.used_by and now < self.expires_at

    def too_soon(self, now: int) -> bool:
        """Return whether another ticket in its place has to wait: for a minute, and after five tickets for the next hour.

        After five tickets, another one is issued once the last one has expired. Otherwise a stranger who asks five times early in each hour
        would leave the person without a valid ticket for the rest of it (threats G-07).
        """
        many = self.asked_hour == now // _HOUR and self.asked_count >= HOURLY and now < self.expires_at
        return many or now < self.created_at + PAUSE

    def is_of(self, user: User | None) -> bool:
        """Return whether `user` is the account of this ticket, is not disabled, and has the same address and security stamp as then.

        A new password, a change of address and the end of all access make it False (threats H-12, H-14, M-05).
        """
        return user is not None and user.id == self.user_id and user.email == self.email and user.accepts(self.stamp)


def count_asked(before: Ticket | None, now: int) -> tuple[int, int]:
    """Return the hour of the clock at `now`, and the number of tickets in it including a new one. `before`: the one that it replaces."""
    hour = now // _HOUR
    return hour, (before.asked_count if before and before.asked_hour == hour else 0) + 1
