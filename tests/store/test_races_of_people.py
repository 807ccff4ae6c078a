"""Concurrent changes of users, emails and factors: one owner, one change, no partial change (threats G-12, FI-5, J-05)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from idp.domain.access.trusted_issuer import IssuerLink, link_id
from idp.domain.apps.client import Client
from idp.domain.errors import Unavailable
from idp.domain.people.user import User
from idp.store import keys
from idp.store.admins import Admins, AdminsItem, LastAdminError
from idp.store.clients import Clients
from idp.store.database import Database
from idp.store.enrolments import Enrolments
from idp.store.factors import Factors, Totp
from idp.store.issuer_links import IssuerLinks
from idp.store.user_erasures import UserErasures
from idp.store.user_items import EmailTakenError
from idp.store.users import Users
from tests.store.examples import NOW, client, new_id, user
from tests.store.race import crowd

ARTEFACTS, AT_ONCE = 30, 20

pytestmark = pytest.mark.engines


def won(verb: Callable[[], object]) -> bool:
    """Whether the call succeeded. It also fails if the engine is too busy with the other transactions."""
    try:
        return bool(verb())
    except (EmailTakenError, LastAdminError, Unavailable):
        return False


def stored(users: Users) -> User:
    made = user()
    assert users.create(made)
    return made


def test_one_of_concurrent_users_gets_the_email(real: Database) -> None:
    """Other attempts leave neither a user without the email nor an email without its user."""
    users = Users(real)

    def race(people: list[User]) -> list[bool]:
        return crowd(len(people), lambda n: won(lambda: users.create(people[n])))

    for _ in range(ARTEFACTS):
        email = f"{new_id().lower()}@example.com"
        people = [user(email=email) for _ in range(AT_ONCE)]
        answers = race(people)
        assert answers.count(True) == 1
        winner = people[answers.index(True)]
        assert users.id_of(email) == winner.id
        assert [one for one in people if users.get(one.id)] == [winner]


def test_one_of_concurrent_changes_gets_the_new_email(real: Database) -> None:
    """Twenty users change to the same new email: one gets it, the others keep theirs."""
    users = Users(real)

    def race(people: list[User], email: str) -> list[bool]:
        return crowd(len(people), lambda n: won(lambda: users.replace(replace(people[n], email=email), email_was=people[n].email)))

    for _ in range(5):
        email, people = f"{new_id().lower()}@example.com", [stored(users) for _ in range(AT_ONCE)]
        answers = race(people, email)
        assert answers.count(True) == 1
        for one, moved in zip(people, answers, strict=True):
            assert users.id_of(email if moved else one.email) == one.id
            assert (users.id_of(one.email) is None) == moved


def test_one_of_concurrent_changes_of_a_user_is_written(real: Database) -> None:
    """The others are refused, by version or by password. No update is lost."""
    users = Users(real)

    def edits(who: User) -> list[bool]:
        return crowd(AT_ONCE, lambda n: users.replace(replace(who, claims={"name": f"n{n}"})) is not None)

    def passwords(who: User) -> list[bool]:
        return crowd(AT_ONCE, lambda n: users.set_password(who.id, f"h{n}", was=None, now=NOW, end_everything=True))

    for _ in range(ARTEFACTS):
        who = stored(users)
        edited, changed = edits(who), passwords(who)
        assert (edited.count(True), changed.count(True)) == (1, 1)
        found = users.get(who.id)
        assert found
        assert found.claims == {"name": f"n{edited.index(True)}"}
        assert found.password_hash == f"h{changed.index(True)}"


def test_one_of_concurrent_changes_of_a_client_is_written(real: Database) -> None:
    """Of twenty concurrent rotations of a secret one is reported as successful, and its secret works."""
    clients = Clients(real)

    def race(app: Client) -> list[Client | None]:
        return crowd(AT_ONCE, lambda n: clients.replace(replace(app, name=f"n{n}")))

    for _ in range(ARTEFACTS):
        app = client()
        clients.create(app)
        written = [one for one in race(app) if one]
        assert written == [clients.get(app.id)]


def test_one_of_concurrent_enrolments_succeeds(real: Database) -> None:
    """Credential, codes and flag are of the same attempt (H-07)."""
    users, factors, enrolments = Users(real), Factors(real), Enrolments(real)

    def race(who: User) -> list[bool]:
        return crowd(AT_ONCE, lambda n: won(lambda: enrolments.enrol(Totp(who.id, b"%d" % n, NOW, 1, 0), [f"{n}-{m}" for m in range(3)])))

    for _ in range(ARTEFACTS):
        who = stored(users)
        answers = race(who)
        winner, totp = answers.index(True), factors.totp(who.id)
        assert totp
        assert (answers.count(True), totp.sealed) == (1, b"%d" % winner)
        assert factors.use_recovery_code(who.id, f"{winner}-0", attempt="a")


def test_concurrent_removals_leave_one_admin(real: Database) -> None:
    """Two admins are removed concurrently, and there are no others: at most one removal succeeds."""
    admins = Admins(real)

    def race(pair: list[User]) -> list[bool]:
        return crowd(2, lambda n: won(lambda: admins.replace(replace(pair[n], admin=False), before=pair[n])))

    for _ in range(ARTEFACTS):
        real.delete(AdminsItem, keys.Key("ADMINS", "ADMINS"))
        pair = [user(admin=True), user(admin=True)]
        assert all(admins.create(one) for one in pair)
        answers = race(pair)
        assert answers.count(True) <= 1
        left = real.get(AdminsItem, keys.Key("ADMINS", "ADMINS"))
        assert left
        assert left.ids == {one.id for one, gone in zip(pair, answers, strict=True) if not gone}


def test_one_of_concurrent_links_of_a_subject_is_stored(real: Database) -> None:
    """Twenty users are linked to one subject of an issuer: one link is stored, and the others leave no part of a link."""
    users, links = Users(real), IssuerLinks(real)

    def race(people: list[User], subject: str) -> list[bool]:
        return crowd(
            len(people), lambda n: won(lambda: links.create(IssuerLink(people[n].id, "https://a.example", "", subject), people[n]))
        )

    for _ in range(5):
        people, subject = [stored(users) for _ in range(AT_ONCE)], new_id()
        answers = race(people, subject)
        assert answers.count(True) == 1
        winner = people[answers.index(True)]
        assert links.user_of(link_id("https://a.example", "", subject)) == winner.id
        assert [one.id for one in people if links.of(one.id)] == [winner.id]


def test_an_erased_user_keeps_no_link(real: Database) -> None:
    """A link and an erasure of the same user run concurrently. In any order, the subject is free afterwards."""
    users, links = Users(real), IssuerLinks(real)

    def both(one: User, link: IssuerLink) -> None:
        acts: list[Callable[[], object]] = [lambda: links.create(link, one), lambda: UserErasures(real).delete(one)]
        crowd(2, lambda n: won(acts[n]))

    for _ in range(ARTEFACTS):
        one = stored(users)
        link = IssuerLink(one.id, "https://a.example", "", new_id())
        both(one, link)
        if users.get(one.id):  # the erasure lost against the other writes too often and was refused
            UserErasures(real).delete(one)
        assert links.user_of(link.id) is None
        assert links.of(one.id) == []


def test_a_user_has_no_more_links_than_can_be_erased(real: Database) -> None:
    """Of concurrent links, those that read the user before another link was written are refused."""
    users, links = Users(real), IssuerLinks(real)
    one = stored(users)
    answers = crowd(AT_ONCE, lambda n: won(lambda: links.create(IssuerLink(one.id, "https://a.example", "", f"{one.id}{n}"), one)))
    assert answers.count(True) == 1
    assert len(links.of(one.id)) == 1
