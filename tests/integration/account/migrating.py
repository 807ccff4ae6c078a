"""A system that people come from, at the network's edge, and people who wait for their first sign-in here."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from idp.adapters.outgoing import Answered, FetchRefused
from idp.domain.connections.connection import Connection
from idp.services.upstream.secret import seal_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.people import Person
    from tests.support.world import World

HOOK = "https://old.example/check"
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1ob29r" * 2  # of a test
OLD = "the password of the old system"


@dataclass
class OldSystem:
    """In place of the fetcher. `people`: passwords by address. `answer`: another answer, or a function of the question."""

    people: dict[str, str] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    answer: bytes | Callable[[dict[str, Any]], bytes] | None = None
    status: int = 200
    down: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, bytes, dict[str, Any]]] = field(default_factory=list)

    def send(self, url: str, *, content: bytes = b"", **options: Any) -> Answered:
        question = json.loads(content)
        self.asked.append(question)
        self.requests.append((url, content, options))
        if self.down:
            raise FetchRefused("TimeoutError")
        if self.answer is not None:
            return Answered(self.status, self.answer if isinstance(self.answer, bytes) else self.answer(question), {})
        return Answered(self.status, json.dumps(self.told(question)).encode(), {})

    def told(self, question: dict[str, Any]) -> dict[str, Any]:
        """What an honest system answers."""
        expected = self.people.get(question["email"])
        if expected is None:
            return {"result": "unknown"}
        if expected != question["password"]:
            return {"result": "wrong"}
        return {"result": "right", "user": {"email": question["email"], **self.user}}

    @property
    def about(self) -> list[str]:
        """The addresses that it was asked about."""
        return [question["email"] for question in self.asked]


def migrating(world: World, **changes: Any) -> OldSystem:
    """Connect the deployment with a new old system, and return that."""
    made = Connection(
        id="old", type="password", preset="password", name="Old", client_auth="signature", hook=HOOK, who="known", scopes=(), shown=False,
        secret=seal_secret(world.services.keyring, "old", SECRET),
    )  # fmt: skip
    store, made = world.services.connections, replace(made, **changes)
    before = store.get(made.id)
    assert store.replace(replace(made, version=before.version)) if before else store.create(made)
    world.clock.advance(61)  # the copy of the list of connections is a minute old at most
    system = OldSystem()
    world.services.__dict__["outgoing"] = system
    return system


def waiting(world: World, system: OldSystem | None = None, *, password: str = OLD, **changes: Any) -> Person:
    """A person who was imported without a password, and whom the old system knows."""
    person = world.person()
    stored = replace(person.user, password_hash=None, awaits_migration=True, **changes)
    user = world.services.users.replace(stored)
    assert user
    if system is not None:
        system.people[person.email] = password
    return replace(person, user=user, password=password)
