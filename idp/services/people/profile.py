"""A person changes the claims of their own profile: those that IDP_PROFILE_CLAIMS lists, by the rules of the admin API."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.people import asked_claims
from idp.domain.people.profile import fingerprint
from idp.services.people.user_changes import merge_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.people.asked_claims import AskedClaim
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.settings import Settings
    from idp.store.users import Users

_TRIES = 5


class OwnProfile:
    """The profile of the visitor."""

    def __init__(self, settings: Settings, users: Users, audit: Audit) -> None:
        self._settings, self._users, self._audit = settings, users, audit

    @property
    def claims(self) -> tuple[AskedClaim, ...]:
        """Return the claims that people change themselves."""
        return asked_claims.parse(self._settings.profile_claims)

    def change(self, visitor: Visitor, typed: Mapping[str, str], *, seen: str, origin: Origin, now: int) -> None:
        """Write the claims that the person typed, by name of the field. A claim that people change and that has no text is removed.

        `seen`: the fingerprint of the claims and fields that the page showed. A change of anything else in the user does no harm.
        One call, or none if nothing changes.

        Raises:
            Invalid: a text is not valid for its claim, and `field` names the field; or the profile changed since the page was made.
        """
        asked = self.claims
        found = asked_claims.read(asked, typed)
        user = visitor.user
        for _ in range(_TRIES):
            if fingerprint(user.claims, asked) != seen or not user.accepts(visitor.session.security_stamp):
                break
            claims = merge_claims(user.claims, {each.name: found.get(each.name) for each in asked})
            names = sorted({name for name in {*claims, *user.claims} if claims.get(name) != user.claims.get(name)})
            if not names:
                return
            event = self._audit.record_part(
                "user.profile_changed", origin=origin, actor=user.id, subject=user.id, changed=" ".join(names)
            )  # fmt: skip
            if self._users.replace(replace(user, claims=claims, updated_at=now), also=[event]):
                return
            user = self.read(user)
        raise Invalid("profile.changed_meanwhile")

    def read(self, user: User) -> User:
        """Return the user as stored now; the same object if the user is gone."""
        return self._users.get(user.id) or user
