"""The second factors that were added to an account since a moment. They go when the owner takes the account back (threats H-15, M-12).

A stranger in the account could add a passkey, which opens it alone, or an authenticator app, which the owner would be asked for, or make
new recovery codes. A factor that is older than the moment stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from idp.domain.people.user import User


class Added(NamedTuple):
    """What is removed. `passkeys`: their ids. `totp`: the authenticator app. `codes`: the recovery codes, also if no factor is left."""

    passkeys: tuple[str, ...] = ()
    totp: bool = False
    codes: bool = False

    def without(self, user: User) -> User:
        """Return the user without these factors. The version does not change."""
        left = {name: summary for name, summary in user.passkeys.items() if name not in self.passkeys}
        return replace(user, passkeys=left, totp_enabled=user.totp_enabled and not self.totp)

    def describe(self) -> dict[str, str]:
        """Return the details of an audit event."""
        return {
            "passkeys_removed": str(len(self.passkeys)), "totp_removed": str(self.totp).lower(),
            "recovery_codes_removed": str(self.codes).lower(),
        }  # fmt: skip
