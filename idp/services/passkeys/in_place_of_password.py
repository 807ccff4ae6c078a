"""A new passkey in place of a password: for a new account, or for one whose password is forgotten.

It opens the account alone, so the authenticator must keep it, name the user and check the person. Both pages are proved by a mail, and the
challenge is sealed for the ticket of that mail (N-03), which the caller uses up in the transaction that stores the passkey (N-02).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid
from idp.domain.people.user import ID_PREFIX, User
from idp.services.passkeys import options
from idp.services.passkeys.options import Asked

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.domain.sessions.request_origin import Origin
    from idp.services.passkeys.authentication import Given
    from idp.services.passkeys.challenges import Challenges
    from idp.services.passkeys.new_passkeys import NewPasskey, NewPasskeys
    from idp.settings import Settings
    from idp.store.passkeys import Passkeys
    from idp.store.transport import Raw

SIGN_UP, RESET = "sign_up", "reset_by_passkey"
"""The purposes of the challenges."""


class Made(NamedTuple):
    """The new passkey. `parts`: of the transaction that stores it; the caller writes the user with it."""

    new: NewPasskey
    parts: list[Raw]


class InPlaceOfPassword:
    """Offers and judges such passkeys. It writes nothing, except the event of a refusal."""

    def __init__(self, settings: Settings, passkeys: Passkeys, challenges: Challenges, new_passkeys: NewPasskeys, new_id: NewId) -> None:
        self._settings, self._passkeys, self._challenges, self._new_passkeys = settings, passkeys, challenges, new_passkeys
        self._new_id = new_id

    def offer_sign_up(self, email: str, ticket_id: str) -> Asked | None:
        """Return the options for an account that does not exist yet, whose id they have; None if accounts need a password here."""
        return self.offer(User(id=ID_PREFIX + self._new_id(), email=email), SIGN_UP, ticket_id)

    def offer(self, user: User, purpose: str, ticket_id: str) -> Asked | None:
        """Return the options for the page; None if accounts need a password here."""
        if not self._settings.allows_passwordless:
            return None
        challenge = self._challenges.issue(purpose, ticket_id, about=user.id)
        return Asked(options.creation(self._settings, user, challenge.text, alone=True), challenge.handle)

    def user_id(self, given: Given, purpose: str, ticket_id: str) -> str:
        """Return the id of the user for whom the page asked.

        Raises:
            Invalid: the page is too old, or was of another mail.
        """
        return self._challenges.open(given.handle, purpose, ticket_id).about

    def judge(
        self, user: User, given: Given, purpose: str, ticket_id: str, *, name: str, known: bool, origin: Origin, now: int
    ) -> Made:  # fmt: skip
        """Judge the answer of the browser. `known`: the user exists.

        Raises:
            Invalid: it is refused, or the page is too old, or accounts need a password here.
        """
        challenge = self._challenges.open(given.handle, purpose, ticket_id)
        if not self._settings.allows_passwordless or challenge.about != user.id:
            raise Invalid("passkey.expired", field="passkey")
        new = self._new_passkeys.judge(user, challenge, given.answer, name=name, alone=True, known=known, origin=origin, now=now)
        attempt = self._new_id()
        return Made(new, self._passkeys.adding_parts(new.passkey, issued=challenge.issued, attempt=attempt, recovery=new.digests))
