"""What protects an account, and the one step that would protect it better. For the account page."""

from __future__ import annotations

from dataclasses import dataclass

VERIFY_EMAIL = "verify_email"
SECOND_STEP = "second_step"
RECOVERY_CODES = "recovery_codes"
PASSKEY = "passkey"
ANOTHER_WAY = "another_way"
NOTHING = ""
FEW_CODES = 3
"""Fewer recovery codes than this are worth a new set."""


@dataclass(frozen=True, slots=True)
class Protection:
    """The facts. `passkeys`, `synced`: how many passkeys there are, and how many of them are on several devices of the person.

    `password_changed_at`: epoch seconds; 0 if that is unknown. `offers_passkeys`: the deployment has passkeys switched on.
    `can_verify`: the person can verify the address on the account page.
    """

    has_password: bool
    password_changed_at: int
    passkeys: int
    synced: int
    totp: bool
    recovery_left: int
    email_verified: bool
    offers_passkeys: bool = True
    can_verify: bool = False

    @property
    def two_steps(self) -> bool:
        """Return whether a stolen password is not enough to sign in."""
        return self.totp or self.passkeys > 0

    @property
    def few_codes(self) -> bool:
        """Return whether a lost device could close the account, because few recovery codes are left."""
        return self.two_steps and self.recovery_left < FEW_CODES

    @property
    def next_step(self) -> str:
        """Return the most useful step of the person, or NOTHING.

        A stolen password comes first, then a lost device, then an address that may not be the person's, then what is only better.
        """
        if not self.two_steps:
            return SECOND_STEP
        if self.few_codes:
            return RECOVERY_CODES
        if not self.email_verified and self.can_verify:
            return VERIFY_EMAIL
        if not self.passkeys:
            return PASSKEY if self.offers_passkeys else NOTHING
        alone = self.passkeys == 1 and not self.synced and not self.totp
        return ANOTHER_WAY if alone and self.offers_passkeys else NOTHING

    @property
    def is_good(self) -> bool:
        """Return whether nothing has to be done. A step may still be recommended."""
        return self.next_step in {NOTHING, PASSKEY, ANOTHER_WAY}
