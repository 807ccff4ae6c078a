"""The first use of a passkey that a browser made without a gesture (`upgrade`): from then on it is a second factor, with recovery codes.

The use was a sign-in with the passkey alone, so the authenticator has checked the person (WebAuthn Level 3 §7.2 step 17).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store.passkeys import Used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.clock import NewId
    from idp.domain.passkeys.authenticator import AuthenticatorState
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.passkeys.new_passkeys import NewPasskeys
    from idp.store.passkeys import Passkeys


class Counted(NamedTuple):
    """`done`: the result of the use. `user`: as written. `codes`: new recovery codes, to be shown once; empty with another factor."""

    done: Used
    user: User
    codes: Sequence[str]


class FirstUse:
    """Writes it."""

    def __init__(self, passkeys: Passkeys, new_passkeys: NewPasskeys, audit: Audit, new_id: NewId) -> None:
        self._passkeys, self._new_passkeys, self._audit, self._new_id = passkeys, new_passkeys, audit, new_id

    def write(
        self, user: User, passkey: Passkey, state: AuthenticatorState, *, issued: int, known_since: int | None, origin: Origin, now: int
    ) -> Counted:  # fmt: skip
        """Use the passkey and count it. `state`: what its authenticator said, verified. `issued`: when the challenge was issued (ms).

        `known_since`: when the browser became known, which the recovery codes keep.
        """
        codes, digests = self._new_passkeys.recovery_codes(user)
        event = self._audit.record_part("passkey.used_first", origin=origin, actor=user.id, subject=user.id, target=passkey.id)
        done, after = self._passkeys.use_first(
            user, passkey, sign_count=state.sign_count, backed_up=state.backed_up, issued=issued, now=now, attempt=self._new_id(),
            recovery=digests, known_since=known_since, also=[event], eligible=state.backup_eligible,
        )  # fmt: skip
        return Counted(done, after, codes)
