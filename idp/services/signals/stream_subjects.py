"""Subjects that a receiver removes from its stream, and adds again (Shared Signals Framework 1.0 §8.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden, Invalid, InvalidValue
from idp.domain.people.email import normalise
from idp.services.apps.subjects import PAIRWISE

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock
    from idp.services.signals.audience import Audience
    from idp.settings import Settings
    from idp.store.signal_subjects import SignalSubjects
    from idp.store.users import Users

_LONGEST = 256
_ABSENT = "?"
"""An id that no person has."""


class StreamSubjects:
    """Everyone who used the app is a subject at first (`default_subjects` is ALL), and no other person becomes one.

    The answer is the same for people who are unknown or did not use the app, so it tells nothing about them (§9.1).
    """

    def __init__(self, settings: Settings, subjects: SignalSubjects, audience: Audience, users: Users, clock: Clock) -> None:
        self._settings, self._subjects, self._audience, self._users, self._clock = settings, subjects, audience, users, clock

    def set(self, client: Client, subject: object, *, removed: bool) -> None:
        """Remove the subject, or add it again.

        Raises:
            Invalid: it is no `iss_sub` subject (RFC 9493 §3.2.3) of this issuer, and no `email` subject (§3.2.2).
            Forbidden: the client has pairwise subjects, by which no person is found, or it names an address without the scope `email`.
        """
        if client.subject_type == PAIRWISE:
            raise Forbidden("signals.pairwise_subject")
        sub = self._by_email(client, subject) if _format(subject) == "email" else self._by_sub(subject)
        if known := self._audience.knows(sub, client):
            self._subjects.set_removed(sub, client.id, client.incarnation, removed=removed, noted=known.noted, now=self._clock())
            if self._users.get(sub) is None:  # erased meanwhile: the erasure may not have met the item
                self._subjects.purge(sub, client.id, now=self._clock())

    def _by_sub(self, subject: object) -> str:
        """Return the `sub` of an `iss_sub` subject. Whether there is such a person is not looked at."""
        if not isinstance(subject, dict) or set(subject) != {"format", "iss", "sub"} or subject["format"] != "iss_sub":
            raise Invalid("signals.subject_malformed")
        sub = subject["sub"]
        if subject["iss"] != self._settings.issuer or not isinstance(sub, str) or not 0 < len(sub) <= _LONGEST:
            raise Invalid("signals.subject_malformed")
        return sub

    def _by_email(self, client: Client, subject: object) -> str:
        """Return the id of the person with this verified address, or one that no person has: both cost the same calls.

        Otherwise an app that may not read addresses could guess the address of a person, and check it by later events.
        An address that is not verified may belong to another person.
        """
        if not isinstance(subject, dict) or set(subject) != {"format", "email"} or not isinstance(subject["email"], str):
            raise Invalid("signals.subject_malformed")
        if "email" not in client.scopes:
            raise Forbidden("signals.email_subject")
        try:
            address = normalise(subject["email"])
        except InvalidValue:
            raise Invalid("signals.subject_malformed") from None
        found = self._users.get(self._users.id_of(address) or _ABSENT)
        return found.id if found and found.email_verified and found.email == address else _ABSENT


def _format(subject: object) -> object:
    return subject.get("format") if isinstance(subject, dict) else None
