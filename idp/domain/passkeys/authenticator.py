"""What an authenticator says about itself and the person (WebAuthn Level 3 §6.1), and the rules about it."""

from __future__ import annotations

import hmac
from typing import NamedTuple

from idp.domain.passkeys.refusal import RefusedCeremony

UP, UV, BE, BS = 0x01, 0x04, 0x08, 0x10


class AuthenticatorState(NamedTuple):
    """`present`: the person touched it. `verified`: it checked a PIN, a fingerprint or a face.

    `backup_eligible` and `backed_up`: the passkey may be synced, and is synced. `sign_count`: its signature counter.
    """

    rp_id_hash: bytes
    present: bool
    verified: bool
    backup_eligible: bool
    backed_up: bool
    sign_count: int

    @property
    def methods(self) -> tuple[str, ...]:
        """The `amr` values (RFC 8176 §2) of its key and of the touch: hwk for a key that cannot leave the device, otherwise swk."""
        return ("swk" if self.backup_eligible else "hwk", "user")


def state(rp_id_hash: bytes, flags: int, sign_count: int) -> AuthenticatorState:
    """The state by the flags of the authenticator data (§6.1)."""
    return AuthenticatorState(rp_id_hash, bool(flags & UP), bool(flags & UV), bool(flags & BE), bool(flags & BS), sign_count)


def check_state(
    now: AuthenticatorState, *, rp_id_hash: bytes, verification_required: bool, presence_required: bool = True
) -> None:  # fmt: skip
    """Check what a registration and an authentication have in common (§7.1 steps 14 to 17, §7.2 steps 15 to 18).

    `presence_required`: False only for a registration that was asked for with conditional mediation (§7.1 step 15).

    Raises:
        RefusedCeremony: another RP ID; no user presence or no user verification where it is required; or backed up without being
            eligible.
    """
    if not hmac.compare_digest(now.rp_id_hash, rp_id_hash):
        raise RefusedCeremony("rp_id")
    if presence_required and not now.present:
        raise RefusedCeremony("not_present")
    if verification_required and not now.verified:
        raise RefusedCeremony("not_verified")
    if now.backed_up and not now.backup_eligible:
        raise RefusedCeremony("backup_state")


def check_same_key(now: AuthenticatorState, *, backup_eligible: bool | None, sign_count: int) -> None:
    """Check a use against what is stored (WebAuthn Level 3 §7.2): the backup eligibility never changes, and the counter grows.

    `backup_eligible`: None if it is not known yet. A counter that is 0 both times is an authenticator without one, for example of a synced
    passkey.

    Raises:
        RefusedCeremony: the eligibility changed, or the counter did not grow: there may be a copy of the authenticator.
    """
    if backup_eligible is not None and now.backup_eligible != backup_eligible:
        raise RefusedCeremony("backup_eligibility")
    if (now.sign_count or sign_count) and now.sign_count <= sign_count:
        raise RefusedCeremony(COPIED)


COPIED = "counter"
"""The reason of a refusal because of the counter."""
