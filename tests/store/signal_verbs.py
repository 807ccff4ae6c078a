"""Cases of the methods that write streams of shared signals, and who hears of whom (see `verbs`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from idp.domain.signals.stream import PAUSED, PREFIX, SignalStream
from idp.store.database import Database
from idp.store.signal_streams import SignalStreams
from idp.store.signal_subjects import SignalSubjects
from tests.store.examples import NOW, new_id
from tests.store.verb import Verb
from tests.store.versioned import Versioned


def _stream() -> SignalStream:
    return SignalStream(PREFIX + new_id(), new_id(), "i", description="CRM")


def _subject(
    db: Database, act: Callable[[SignalSubjects, str], None], *, rival: Callable[[SignalSubjects, str], None] | None = None
) -> Verb:
    """A case about a person who used the app. `rival`: what changes nothing any more."""
    user_id = new_id()
    SignalSubjects(db).used(user_id, "crm", "i", now=NOW)

    def effect(db: Database) -> object:
        (found,) = SignalSubjects(db).of(user_id).values()
        return found.removed, found.ended, found.purged, found.used_at, found.incarnation, found.ttl

    def done(db: Database, what: Callable[[SignalSubjects, str], None]) -> bool:
        before = effect(db)
        what(SignalSubjects(db), user_id)
        return effect(db) != before

    against = rival
    return Verb("UpdateItem", lambda db: done(db, act), effect, (lambda db: done(db, against)) if against else None)


def note_use_of_a_receiver(db: Database) -> Verb:
    return _subject(db, lambda it, user_id: it.used(user_id, "crm", "later", now=NOW + 9))


def remove_a_subject(db: Database) -> Verb:
    return _subject(
        db,
        lambda it, user_id: it.set_removed(user_id, "crm", "i", removed=True, noted=True, now=NOW + 9),
        rival=lambda it, user_id: it.set_removed(user_id, "crm", "later", removed=False, noted=True, now=NOW + 9),
    )


def end_the_access_of_a_receiver(db: Database) -> Verb:
    return _subject(db, lambda it, user_id: it.forget(user_id, "crm", now=NOW + 9))


def purge_a_subject(db: Database) -> Verb:
    return _subject(
        db,
        lambda it, user_id: it.purge(user_id, "crm", now=NOW + 9),
        rival=lambda it, user_id: it.used(user_id, "crm", "later", now=NOW + 99),
    )


TRANSACTIONS = Versioned(
    "signal_stream", SignalStreams, _stream, lambda it: replace(it, status=PAUSED), lambda it: replace(it, description="other"),
    lambda it: it.id,
).cases()  # fmt: skip
ALL = (note_use_of_a_receiver, remove_a_subject, end_the_access_of_a_receiver, purge_a_subject)
