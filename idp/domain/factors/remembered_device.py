"""A remembered device: a browser in which a person does not have to use the second factor for some days, because they asked for it there.

It is no factor. A sign-in with it is worth one factor (`aal1`), and some sign-ins do not accept it (`may_skip_second_factor`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.people.user import User


@dataclass(frozen=True, slots=True)
class RememberedDevice:
    """One device of one user. Times are epoch seconds. `user_agent` and `address` are those of the browser when it was remembered.

    `security_stamp` and `factor_stamp` are those of the user at that time (`User`).
    """

    id: str
    user_id: str
    security_stamp: int
    factor_stamp: int
    created_at: int
    expires_at: int
    user_agent: str = ""
    address: str = ""

    def counts_for(self, user: User, now: int) -> bool:
        """Return whether this device of the user counts at `now`: it is not over, no password was changed and no factor removed since."""
        same = user.accepts(self.security_stamp) and self.factor_stamp == user.factor_stamp
        return same and user.has_second_factor and now < self.expires_at
