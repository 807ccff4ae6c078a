"""A person by number, and the items that the product writes when this person is created, signs in, allows an app, and gets search rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from bench.search import Names
from idp.domain.audit.event import AuditEvent
from idp.domain.audit.retention import Retention
from idp.domain.people.consent import Consent
from idp.domain.people.search_words import Findable
from idp.domain.people.user import User
from idp.domain.sessions.session import Session
from idp.services.access.assignments import describe_difference
from idp.services.audit.recorder import SYSTEM
from idp.settings import Settings
from idp.store import consents, events, keys, sessions, user_items
from idp.store.search_rows import row_items
from idp.store.tables import Item
from idp.store.user_items import EmailItem

START = 1_800_000_000
"""The time of a deployment, in epoch seconds. `tests.support.clock.Clock` stands there, too."""
SPAN = 30 * 86400
"""The people were created in so many seconds before."""
SOME = 4
"""Every so many people one person is in the group, has a session, and has allowed an app."""
CREATED = "user.created"


class Base(NamedTuple):
    """What people refer to. `apps`: pairs of client_id and stamp. `group`: name and id. `password_hash`: of the same password for all."""

    apps: list[list[str]]
    group: list[str]
    password_hash: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """One person. `event_id`: of the event of the creation."""

    user: User
    event_id: str
    session: Session | None = None
    consent: Consent | None = None


def person(names: Names, base: Base, settings: Settings, number: int) -> Seeded:
    """Return the person with this number. It is always the same."""
    dice = random.Random(number)  # noqa: S311  # the same people in each run
    at = START - SPAN + dice.randrange(SPAN)
    name, id_ = base.group
    some = number % SOME == 0
    user = replace(
        names.person(dice, number), password_hash=base.password_hash, password_changed_at=at, created_at=at, updated_at=at,
        groups={name: id_} if some else {},
    )  # fmt: skip
    if not some:
        return Seeded(user, _id(dice))
    app, stamp = base.apps[number // SOME % len(base.apps)]
    session = Session(
        _id(dice), user.id, at, at, ("pwd",), at + settings.session_absolute_lifetime, at, address=f"203.0.113.{number % 250}",
        user_agent="Firefox",
    )  # fmt: skip
    return Seeded(user, _id(dice), session, Consent(user.id, app, ("openid", "email"), at, client_stamp=stamp))


def _id(dice: random.Random) -> str:
    return f"{dice.getrandbits(128):032x}"[:22]


def rows(one: Seeded) -> Iterator[Item]:
    """The items by which the person is found."""
    found = Findable.of(one.user)
    yield from row_items(found, found.rows())


def items(one: Seeded, settings: Settings) -> Iterator[Item]:
    """All other items of the person."""
    user, retention = one.user, settings.event_retention
    yield user_items.item(user, sharded=True)
    yield EmailItem.new(keys.email(user.email), user_id=user.id)
    yield events.item(_created(one), retention=retention.seconds(CREATED), sharded=True)
    if one.session and one.consent:
        yield sessions.item(one.session, retention=_signing_in(retention), client_id=one.consent.client_id, sharded=True)
        yield consents.item(one.consent)


def _created(one: Seeded) -> AuditEvent:
    details: dict[str, Any] = {"admin": "false", **describe_difference({}, one.user.groups, "groups")}
    return AuditEvent(one.event_id, one.user.created_at * 1000, CREATED, actor=SYSTEM.id, subject=one.user.id, details=details)


def _signing_in(retention: Retention) -> int:
    return retention.seconds("sign_in.succeeded")
