"""What was added to an account since a moment. It goes when the owner takes the account back (threats H-15, M-12).

A stranger in the account could add a passkey or the link of a connection, which open it alone, or an authenticator app, which the owner
would be asked for, or make new recovery codes. A factor that is older than the moment stays, and so does one that was added in a browser
which was known long before. The owner has that browser, and a stranger who reads the mailbox has not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.tickets.ticket import LIFETIMES, NOT_ME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.people.user import User

KNOWN_LONG = LIFETIMES[NOT_ME]
"""Seconds. A browser that was known this long before the moment is the owner's: the mail about its first sign-in could be disowned until
then, and was not. A stranger's browser that was known a shorter time before the moment counts as strange.
"""


def is_strange(*, added_at: int, browser_known_since: int | None, since: int) -> bool:
    """Whether a factor was added at `since` (epoch seconds) or later, in a browser that was not known for long then.

    `browser_known_since`: of the session that added it; None if that is unknown, for example for a factor that an earlier release stored
    or that a reset by mail made. It counts as added in a new browser, so the owner gets the account back.
    """
    return added_at >= since and (browser_known_since is None or browser_known_since > since - KNOWN_LONG)


class Added(NamedTuple):
    """What is removed. `passkeys`: their ids. `totp`: the authenticator app. `codes`: the recovery codes, also if no factor is left.

    `links`: the ids of the links of connections. They are no part of the user.
    """

    passkeys: tuple[str, ...] = ()
    totp: bool = False
    codes: bool = False
    links: tuple[str, ...] = ()

    def without(self, user: User) -> User:
        """Return the user without these factors. The version does not change."""
        left = {name: summary for name, summary in user.passkeys.items() if name not in self.passkeys}
        automatic = {name: "" if name in self.passkeys else summary for name, summary in user.automatic_passkeys.items()}
        return replace(user, passkeys=left, automatic_passkeys=automatic, totp_enabled=user.totp_enabled and not self.totp)

    def with_passkeys(self, ids: Iterable[str]) -> Added:
        """Return the same with these passkeys, too."""
        return self._replace(passkeys=tuple(dict.fromkeys((*self.passkeys, *ids))))

    def describe(self) -> dict[str, str]:
        """Return the details of an audit event."""
        return {
            "passkeys_removed": str(len(self.passkeys)), "totp_removed": str(self.totp).lower(),
            "recovery_codes_removed": str(self.codes).lower(), "links_removed": str(len(self.links)),
        }  # fmt: skip
