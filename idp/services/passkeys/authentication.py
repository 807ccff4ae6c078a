"""Uses a passkey (WebAuthn Level 3 §7.2): alone, as the second factor, or to confirm who a signed-in person is.

As the first factor the list of allowed passkeys is always empty, so that it does not tell which accounts exist (N-12). The passkey's user
handle names the user. As the second factor the user is known, and the list has their passkeys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from idp.domain.errors import Invalid, MalformedInput
from idp.domain.passkeys.authenticator import COPIED
from idp.domain.passkeys.passkey import passkey_id
from idp.domain.passkeys.refusal import MalformedResponse, RefusedCeremony
from idp.domain.passkeys.response import parse_assertion
from idp.services.factors.password_sign_in import Proved
from idp.services.passkeys import options
from idp.services.passkeys.options import Asked
from idp.services.passkeys.sign_in_request import SIGN_IN
from idp.services.passkeys.verification import Expected, verify_assertion
from idp.store import factor_keys, keys
from idp.store.clients import place
from idp.store.consents import ConsentItem
from idp.store.passkey_items import PasskeyItem
from idp.store.passkeys import Used
from idp.store.user_items import UserItem
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.clock import NewId
    from idp.domain.passkeys.authenticator import AuthenticatorState
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.passkeys.response import Assertion
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.factors.known_devices import Devices
    from idp.services.mail.notices import Notices
    from idp.services.passkeys.challenges import Challenge, Challenges
    from idp.services.passkeys.first_use import Counted, FirstUse
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.passkeys import Passkeys

SECOND_FACTOR, CONFIRM, RESET, WITHOUT_PASSWORD = "second_factor", "confirm", "reset", "without_password"
"""The purposes of challenges, beside SIGN_IN."""


class Given(NamedTuple):
    """What a browser sent. `handle`: the sealed challenge of the page. `answer`: the authenticator's answer in JSON."""

    handle: str | None
    answer: str


class UsedPasskey(NamedTuple):
    """A passkey that was used. `methods`: the `amr` values. `verified`: a PIN or the like was checked, so it stands for two factors.

    `counted`: the user and new recovery codes, if it counts as a second factor from now on.
    """

    methods: tuple[str, ...]
    verified: bool
    counted: Counted | None = None


class PasskeyAuthentication:
    """Offers and checks the use of passkeys."""

    def __init__(
        self, settings: Settings, database: Database, passkeys: Passkeys, challenges: Challenges, devices: Devices, audit: Audit,
        notices: Notices, new_id: NewId, first_use: Callable[[], FirstUse],
    ) -> None:  # fmt: skip
        """`first_use`: called only for a passkey that waits for its first use."""
        self._first_use = first_use
        self._settings, self._db, self._passkeys, self._challenges = settings, database, passkeys, challenges
        self._devices, self._audit, self._notices, self._new_id = devices, audit, notices, new_id

    def request(self, user: User, purpose: str, bound_to: str, *, alone: bool = False) -> Asked:
        """Return the options for a passkey of this user, who was identified before.

        `purpose`: SECOND_FACTOR, CONFIRM or WITHOUT_PASSWORD, with `bound_to` the id of the session; or RESET, with the id of the ticket.
        `alone`: the passkey is used as a sign-in without a password uses it.
        """
        challenge = self._challenges.issue(purpose, user.id, bound_to)
        allowed, verification = ((), "required") if alone else (user.passkeys.values(), "preferred")
        return Asked(options.request(self._settings, challenge.text, allowed=allowed, verification=verification), challenge.handle)

    def sign_in(
        self, handle: str | None, answer: str, *, browser: str, request_id: str, client_id: str | None, device: str | None, origin: Origin,
        now: int,
    ) -> Proved:  # fmt: skip
        """Find the user by the passkey alone. The person is verified by the authenticator, so it stands for two factors.

        Raises:
            Invalid: the passkey is refused or unknown, or the page is too old.
        """
        challenge = self._challenges.open(handle, SIGN_IN, browser, request_id)
        try:
            sent = parse_assertion(answer)
            user_id = _user_id(sent)
        except RefusedCeremony as refused:
            self._refuse(refused, "", client_id=client_id or "", origin=origin)
        client_key = [place(client_id), (ConsentItem, keys.consent(user_id, client_id))] if client_id else []
        user_item, item, *rest = self._db.batch_get(
            (UserItem, keys.user(user_id)), (PasskeyItem, factor_keys.passkey(user_id, passkey_id(sent.credential_id))), *client_key
        )
        user, passkey = user_item.user() if user_item else None, item.passkey() if item else None
        about: dict[str, Any] = {"client_id": client_id or "", "origin": origin}
        if user is None or passkey is None or passkey.id not in user.all_passkeys:
            self._refuse(RefusedCeremony("unknown_passkey"), "", **about)
        if user.disabled and not user.deleting_until:
            self._refuse(RefusedCeremony("disabled"), user.id, **about)
        known = self._devices.of(device, user, now)
        known_since = known.known_since if known else now
        used = self._use(user, passkey, sent, challenge, alone=True, known_since=known_since, now=now, **about)
        if user.disabled:
            from idp.services.mail.moment import at  # imported here because almost no sign-in needs it

            self._audit.record("sign_in.failed", outcome="failure", reason="deleting", subject=user.id, method="passkey", **about)
            raise Invalid("sign_in.deleting", field="passkey", until=at(user.deleting_until))
        count("SignIns", Outcome="success", Reason="passkey")
        device_now = known or self._devices.remember(user.email, now)
        client, consent = rest if client_id else (None, None)
        return Proved(
            used.counted.user if used.counted else user, client.client() if client else None, consent.consent() if consent else None,
            device_now.handle, known is None, device_now.known_since, amr=(*used.methods, "mfa"),
            recovery_codes=used.counted.codes if used.counted else (),
        )  # fmt: skip

    def list_keys(self, user_id: str, given: Given) -> list[tuple[type[PasskeyItem], Key]]:
        """Return the key of the passkey that the answer names, for a caller that reads it with other items. Empty for a malformed one."""
        try:
            return [(PasskeyItem, factor_keys.passkey(user_id, passkey_id(parse_assertion(given.answer).credential_id)))]
        except RefusedCeremony:
            return []

    def use(
        self, user: User, purpose: str, bound_to: str, given: Given, *, alone: bool = False, read: Sequence[Any] | None = None,
        client: Client | None = None, origin: Origin, now: int,
    ) -> UsedPasskey:  # fmt: skip
        """Use a passkey of the user. `purpose`, `bound_to`, `alone`: as in `request`. `client`: the app, for the audit event.

        `read`: the items at `list_keys`, if the caller has read them.

        Raises:
            Invalid: it is refused or not theirs, or the page is too old.
        """
        handle, answer = given
        challenge = self._challenges.open(handle, purpose, user.id, bound_to)
        about: dict[str, Any] = {"client_id": client.id if client else "", "origin": origin, "event": "second_factor.failed"}
        try:
            sent = parse_assertion(answer)
            _check_same_user(sent, user, required=alone)
        except RefusedCeremony as refused:
            self._refuse(refused, user.id, **about)
        wanted = passkey_id(sent.credential_id)
        found = read if read is not None else self._db.batch_get((PasskeyItem, factor_keys.passkey(user.id, wanted)))
        item: PasskeyItem | None = found[0] if found and wanted in user.passkeys else None
        if item is None:
            self._refuse(RefusedCeremony("unknown_passkey"), user.id, **about)
        used = self._use(user, item.passkey(), sent, challenge, alone=alone, now=now, **about)
        count("SecondFactors", Outcome="success", Reason="passkey")
        return used

    def _use(
        self, user: User, passkey: Passkey, sent: Assertion, challenge: Challenge, *, alone: bool, now: int, known_since: int | None = None,
        **about: Any,
    ) -> UsedPasskey:  # fmt: skip
        """Judge the answer, then use the passkey by one conditional write (N-02, N-08). Alone it must have checked the person (N-07).

        `known_since`: when the browser became known, for the recovery codes of a first use.
        """
        expected = Expected(challenge.text, self._settings.webauthn_rp_id, self._settings.passkey_origins, verified=alone)
        try:
            state = verify_assertion(sent, passkey, expected)
        except RefusedCeremony as refused:
            if refused.reason == COPIED:
                self._tell_of_copy(user, passkey, origin=about["origin"], now=now)
            self._refuse(refused, user.id, **about)
        counted = None
        if passkey.id in user.waiting_passkeys and not user.disabled:
            counted = self._first_use().write(
                user, passkey, state, issued=challenge.issued, known_since=known_since, origin=about["origin"], now=now
            )  # fmt: skip
        done = counted.done if counted else self._write(passkey, state, challenge, now, alone=alone)
        if done is Used.DONE:
            return UsedPasskey(state.methods, state.verified, counted)
        if done is Used.COPIED:
            self._tell_of_copy(user, passkey, origin=about["origin"], now=now)
        if done is Used.NEWER_CHALLENGE:
            note("passkey: newer_challenge")
            raise Invalid("passkey.expired", field="passkey")
        return self._refuse(RefusedCeremony(COPIED if done is Used.COPIED else "unknown_passkey"), user.id, **about)

    def _write(self, passkey: Passkey, state: AuthenticatorState, challenge: Challenge, now: int, *, alone: bool) -> Used:
        return self._passkeys.use(
            passkey, sign_count=state.sign_count, backed_up=state.backed_up, verified=state.verified, alone=alone, issued=challenge.issued,
            now=now, attempt=self._new_id(), eligible=state.backup_eligible,
        )  # fmt: skip

    def _tell_of_copy(self, user: User, passkey: Passkey, *, origin: Origin, now: int) -> None:
        """The counter of a passkey did not grow: there may be a copy of it. The owner is told (§7.2 step 22)."""
        self._audit.record("passkey.copied", origin=origin, outcome="failure", subject=user.id, target=passkey.id)
        self._notices.tell(user, "passkey_copied", origin=origin, now=now)

    def _refuse(
        self, refused: RefusedCeremony, user_id: str, *, client_id: str, origin: Origin, event: str = "sign_in.failed"
    ) -> NoReturn:  # fmt: skip
        """Write the event and refuse with the one sentence for every reason.

        Without a user, whom only a passkey of theirs names, no event is written: strangers could fill the trail.

        Raises:
            Invalid: always.
        """
        note(f"passkey: {refused.reason}")
        if user_id:
            self._audit.record(
                event, origin=origin, outcome="failure", reason=refused.reason, subject=user_id, client_id=client_id, method="passkey"
            )  # fmt: skip
        else:
            count("SignIns", Outcome="failure", Reason="passkey")
        if isinstance(refused, MalformedResponse):
            raise MalformedInput("passkey.malformed", field="passkey")
        raise Invalid("passkey.refused", field="passkey")


def _check_same_user(sent: Assertion, user: User, *, required: bool) -> None:
    """A user handle, if there is one, names the user who was identified before (§7.2 step 6). `required`: there must be one."""
    if (required or sent.user_handle is not None) and sent.user_handle != user.id.encode():
        raise RefusedCeremony("user_handle")


def _user_id(sent: Assertion) -> str:
    """The user whom the passkey names (§7.2 step 6: it must, if the list of allowed passkeys is empty)."""
    if sent.user_handle is None:
        raise RefusedCeremony("user_handle")
    try:
        return sent.user_handle.decode()
    except UnicodeDecodeError:
        raise RefusedCeremony("user_handle") from None
