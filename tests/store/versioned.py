"""The three cases of a store whose objects are written together with an audit event, each under its version (see `verbs`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.audit.event import AuditEvent
from idp.store.events import Events
from tests.store.examples import NOW, new_id
from tests.store.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.store.database import Database
    from idp.store.transport import Raw


class Versioned(NamedTuple):
    """A store. `make`: a new object. `changed`, `other`: the object with another value each. `id_of`: what `get` of the store takes."""

    name: str
    store: Callable[[Database], Any]
    make: Callable[[], Any]
    changed: Callable[[Any], Any]
    other: Callable[[Any], Any]
    id_of: Callable[[Any], str]

    def cases(self) -> tuple[Callable[[Database], Verb], ...]:
        """Return the cases of `create`, `replace` and `delete`."""
        found = (self._created, self._replaced, self._deleted)
        return tuple(_named(case, f"{verb}_{self.name}") for case, verb in zip(found, ("create", "replace", "delete"), strict=True))

    def _created(self, db: Database) -> Verb:
        del db
        new = self.make()
        return Verb(
            "TransactWriteItems",
            lambda db: self.store(db).create(new, _event(db)),
            lambda db: self.store(db).get(self.id_of(new)),
            lambda db: self.store(db).create(self.other(new), _event(db)),
        )

    def _replaced(self, db: Database) -> Verb:
        made = self.make()
        self.store(db).create(made, _event(db))
        return Verb(
            "TransactWriteItems",
            lambda db: self.store(db).replace(self.changed(made), _event(db)) is not None,
            lambda db: self.store(db).get(self.id_of(made)),
            lambda db: self.store(db).replace(self.other(made), _event(db)) is not None,
        )

    def _deleted(self, db: Database) -> Verb:
        made = self.make()
        self.store(db).create(made, _event(db))
        return Verb(
            "TransactWriteItems",
            lambda db: self.store(db).delete(made, _event(db)),
            lambda db: self.store(db).get(self.id_of(made)),
            lambda db: self.store(db).delete(made, _event(db)),
        )


def _event(db: Database) -> Raw:
    return Events(db).once_part(AuditEvent(new_id(), NOW * 1000, "settings.changed"), retention=60)


def _named(case: Callable[[Database], Verb], name: str) -> Callable[[Database], Verb]:
    """Return the case under a name of its own, which tests show."""

    def run(db: Database) -> Verb:
        return case(db)

    run.__name__ = name
    return run
