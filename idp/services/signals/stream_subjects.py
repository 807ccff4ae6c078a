"""Subjects that a receiver removes from its stream, and adds again (Shared Signals Framework 1.0 §8.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden, Invalid
from idp.services.apps.subjects import PAIRWISE

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock
    from idp.services.signals.audience import Audience
    from idp.settings import Settings
    from idp.store.signal_subjects import SignalSubjects
    from idp.store.users import Users

_LONGEST = 256


class StreamSubjects:
    """Everyone who used the app is a subject at first (`default_subjects` is ALL), and nobody else ever becomes one.

    The answer is the same for people who are unknown or did not use the app, so it tells nothing about them (§9.1).
    """

    def __init__(self, settings: Settings, subjects: SignalSubjects, audience: Audience, users: Users, clock: Clock) -> None:
        self._settings, self._subjects, self._audience, self._users, self._clock = settings, subjects, audience, users, clock

    def set(self, client: Client, subject: object, *, removed: bool) -> None:
        """Remove the subject, or add it again.

        Raises:
            Invalid: it is no `iss_sub` subject (RFC 9493 §3.2.1) of this issuer.
            Forbidden: the client has pairwise subjects, from which nobody is found.
        """
        if client.subject_type == PAIRWISE:
            raise Forbidden("signals.pairwise_subject")
        if not isinstance(subject, dict) or set(subject) != {"format", "iss", "sub"} or subject["format"] != "iss_sub":
            raise Invalid("signals.subject_malformed")
        sub = subject["sub"]
        if subject["iss"] != self._settings.issuer or not isinstance(sub, str) or not 0 < len(sub) <= _LONGEST:
            raise Invalid("signals.subject_malformed")
        if known := self._audience.knows(sub, client):
            self._subjects.set_removed(sub, client.id, client.incarnation, removed=removed, noted=known.noted, now=self._clock())
            if self._users.get(sub) is None:  # erased meanwhile: the erasure may not have met the item
                self._subjects.purge(sub, client.id, now=self._clock())
