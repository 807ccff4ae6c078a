"""A passkey that a browser has just made: the judgement of its answer (WebAuthn Level 3 §7.1), and the recovery codes of a first factor."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from idp.domain.errors import Invalid, MalformedInput
from idp.domain.factors import recovery_codes
from idp.domain.passkeys.passkey import Passkey, clean_name
from idp.domain.passkeys.refusal import DeviceNotAccepted, DevicesNotChecked, MalformedResponse, RefusedCeremony
from idp.domain.passkeys.response import parse_registration
from idp.services.passkeys.verification import Expected, verify_registration
from idp.telemetry.record import note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.keys.keyring import Keyring
    from idp.services.passkeys.attestation import Attestations
    from idp.services.passkeys.challenges import Challenge
    from idp.settings import Settings


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that is not stored yet. `methods`: the `amr` values that it proved.

    `codes`: new recovery codes, to be shown once, if it is the first second factor. `digests`: what is stored of them.
    """

    passkey: Passkey
    methods: tuple[str, ...]
    codes: Sequence[str] = field(repr=False)
    digests: Sequence[str] = field(repr=False)


class NewPasskeys:
    """Judges new passkeys. It writes only the event of a refusal. `attestations`: None if the model of an authenticator does not matter."""

    def __init__(
        self, settings: Settings, keyring: Keyring, audit: Audit, attestations: Attestations | None = None,
        randbytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:  # fmt: skip
        self._settings, self._keyring, self._audit, self._randbytes = settings, keyring, audit, randbytes
        self._attestations = attestations

    def judge(
        self, user: User, challenge: Challenge, answer: str, *, name: str, origin: Origin, now: int, alone: bool = False,
        known: bool = True, conditional: bool = False,
    ) -> NewPasskey:  # fmt: skip
        """Return the passkey that the answer is about. `name`: what the person calls it.

        `alone`: it takes the place of a password, so its authenticator must have checked the person. `known`: the user exists, and a
        refusal is an event of theirs. `conditional`: it was asked for with conditional mediation, so the person need not have touched the
        authenticator (§7.1 step 15), it proves nothing, and there are no recovery codes before its first use.

        Raises:
            Invalid: the answer is refused.
        """
        expected = Expected(
            challenge.text, self._settings.webauthn_rp_id, self._settings.passkey_origins, verified=alone, present=not conditional
        )
        try:
            sent = parse_registration(answer)
            made = verify_registration(sent, expected)
            if self._attestations:
                self._attestations.check(sent, now=now)
        except RefusedCeremony as refused:
            self._refuse(refused, user.id if known else "", origin)
        state = made.state
        passkey = Passkey(
            user_id=user.id, credential_id=sent.credential_id, public_key=made.public_key, alg=made.alg, sign_count=state.sign_count,
            backup_eligible=state.backup_eligible, backed_up=state.backed_up, user_verified=state.verified, transports=sent.transports,
            aaguid=made.aaguid, name=clean_name(name, f"Passkey {len(user.all_passkeys) + 1}"), created_at=now, alone=alone,
        )  # fmt: skip
        if conditional:
            return NewPasskey(passkey, (), (), ())
        return NewPasskey(passkey, state.methods, *self.recovery_codes(user))

    def recovery_codes(self, user: User) -> tuple[Sequence[str], Sequence[str]]:
        """Return new recovery codes for a first second factor, and what is stored of them. Both are empty if the user has a factor."""
        codes = [] if user.has_second_factor else recovery_codes.generate(randbytes=self._randbytes)
        return codes, self._digests(user.id, codes)

    def _refuse(self, refused: RefusedCeremony, user_id: str, origin: Origin) -> NoReturn:
        note(f"passkey: {refused.reason}")
        if user_id:
            self._audit.record(
                "passkey.refused", origin=origin, outcome="failure", actor=user_id, subject=user_id, reason=refused.reason
            )  # fmt: skip
        raise _answer(refused) from None

    def _digests(self, user_id: str, codes: Sequence[str]) -> list[str]:
        if not codes:
            return []
        key = self._keyring.derive(recovery_codes.PURPOSE)
        return [recovery_codes.digest(key, user_id, recovery_codes.canonical(code) or "") for code in codes]


def _answer(refused: RefusedCeremony) -> Invalid:
    """What the person reads."""
    if isinstance(refused, MalformedResponse):
        return MalformedInput("passkey.not_added", field="passkey")
    if isinstance(refused, DevicesNotChecked):
        return Invalid("passkey.devices_not_checked", field="passkey")
    if isinstance(refused, DeviceNotAccepted):
        if refused.models:
            return Invalid("passkey.other_model", field="passkey", models=", ".join(refused.models))
        return Invalid("passkey.unproven_model", field="passkey")
    return Invalid("passkey.not_added", field="passkey")
