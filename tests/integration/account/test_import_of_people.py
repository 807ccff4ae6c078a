"""People of another system are imported and sign in with the password and the authenticator that they had (threats R-10, R-12)."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, Unavailable
from idp.domain.moving.formats import csv_file, keycloak
from idp.domain.moving.person import ImportedPerson, ImportedTotp, RefusedRow
from idp.services.moving.choices import Choices
from idp.services.moving.importer import Importer, Result
from idp.services.moving.preparation import Place, Preparation
from idp.store import people_imports
from idp.store.people_imports import Outcome
from tests.integration.account.guessing import attempt
from tests.store.race import crowd
from tests.support.exports import Exported, csv_of, keycloak_user, people
from tests.support.exports import keycloak as keycloak_export
from tests.support.pages import error, sign_in
from tests.support.people import Person, Phone

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.world import World

ALL = Choices(trust_verified=True, with_totp=True, with_roles=True)
NOTHING = Choices()
MANY = 1000


@pytest.fixture
def domain() -> str:
    """A domain of this test: its people are new in the shared tables."""
    return f"{secrets.token_hex(6)}.example"


def rows_of(exported: list[Exported], source: str) -> Iterator[ImportedPerson | RefusedRow]:
    """The rows of a file with these people."""
    if source == "csv":
        return csv_file.read(io.BytesIO(csv_of(exported)))
    return keycloak.read(io.BytesIO(keycloak_export([keycloak_user(each) for each in exported])))


def run(
    world: World, rows: Iterable[ImportedPerson | RefusedRow], choices: Choices = ALL, **options: Any
) -> tuple[Result, list[RefusedRow]]:
    """Import the rows."""
    refused: list[RefusedRow] = []
    result = world.services.importer.run(rows, options.pop("system", "test"), choices, refused=refused.append, **options)
    return result, refused


def importer_of(world: World, store: people_imports.PeopleImports, pauses: list[float]) -> Importer:
    """An importer that writes to this store, and notes its pauses."""
    services = world.services
    place = Place(services.roles.model(), {}, (), services.settings.webauthn_rp_id)

    def preparation(choices: Choices) -> Preparation:
        return Preparation(services.keyring, services.foreign_hashes.accept, services.new_id, place, choices)

    return Importer(store, preparation, lambda: services.hash_counts, world.clock, pauses.append)


def row(number: int, domain: str, **changes: Any) -> ImportedPerson:
    """A person of a file."""
    return replace(ImportedPerson(number, f"{number}@{domain}", f"person.{number}@{domain}"), **changes)


def stored(world: World, address: str) -> User | None:
    """The account with this address."""
    user_id = world.services.users.id_of(address)
    return world.services.users.get(user_id) if user_id else None


def found(world: World, address: str) -> User:
    """The same, which has to be there."""
    user = stored(world, address)
    assert user
    return user


def with_roles(world: World) -> None:
    """Make the role and the group of the exports, unless an earlier test did."""
    model = world.services.roles.model()
    if "editor" not in model.roles:
        world.services.role_service.create("editor", scope=DEPLOYMENT)
    if "staff" not in model.groups:
        world.services.group_service.create("staff", scope=DEPLOYMENT)


@pytest.mark.parametrize("source", ["csv", "keycloak"])
def test_a_thousand_people_are_imported_and_sign_in(world: World, domain: str, source: str) -> None:
    """A sample signs in over HTTP: password, and where they have one the code of the authenticator. A second run does nothing."""
    with_roles(world)
    everybody = people(MANY, domain)
    result, refused = run(world, rows_of(everybody, source), system=source)
    assert (result.created, result.known, result.refused, refused) == (MANY, 0, 0, [])
    for each in (everybody[0], everybody[1], everybody[50], everybody[MANY - 2]):
        user = found(world, each.address)
        assert (user.email_verified, user.admin, user.disabled) == (True, False, False)
        assert (set(user.roles), set(user.groups), user.created_at) == ({"editor"}, {"staff"}, 1_600_000_000)
        person = Person(user, each.password)
        if each.totp_secret:
            person.phone = Phone(base64.b32encode(each.totp_secret.encode()).decode(), world.clock)
        assert sign_in(world, world.browser(), world.client(), person).redirected_to
        browser = world.browser()
        wrong = browser.submit(world.authorize(browser, world.client()), {"email": each.email, "password": each.password + "x"})
        assert error(wrong) == "The email or the password is wrong."
    disabled = everybody[9]
    assert found(world, disabled.address).disabled
    with pytest.raises(Invalid):
        attempt(world, disabled.address, disabled.password)
    again, _ = run(world, rows_of(everybody, source), system=source)
    assert (again.created, again.known, again.refused) == (0, MANY, 0)


def test_nothing_is_believed_without_an_option(world: World, domain: str) -> None:
    """R-10: verified addresses, authenticators and roles. What was left out is counted."""
    result, _ = run(world, rows_of(people(6, domain), "keycloak"), NOTHING)
    for number in range(6):
        user = found(world, f"person.{number}@{domain}")
        assert (user.email_verified, user.totp_enabled, dict(user.roles), dict(user.groups)) == (False, False, {}, {})
        assert world.services.factors.totp(user.id) is None
    assert result.left_out == Counter(
        {"verified addresses": 6, "roles and groups": 6, "authenticators": 2, "client_roles": 6}
    )  # fmt: skip


def test_a_column_or_member_makes_no_admin(world: World, domain: str) -> None:
    """R-10: also not a role of that name, and the id of the account is always new."""
    users = [{**keycloak_user(each), "admin": True, "id": f"usr_{each.id}", "realmRoles": ["admin"]} for each in people(2, domain)]
    result, _ = run(world, keycloak.read(io.BytesIO(keycloak_export(users))), replace(ALL, with_roles=False))
    assert result.created == 2
    for number in range(2):
        user = found(world, f"person.{number}@{domain}")
        assert not user.admin
        assert user.id not in {each["id"] for each in users}


def test_roles_have_to_exist(world: World, domain: str) -> None:
    """R-10: a row with an unknown one is refused and says which; an import makes no role."""
    result, refused = run(world, [row(1, domain, roles=("no-such-role",)), row(2, domain, groups=("no-such-group",)), row(3, domain)])
    assert (result.created, result.refused) == (1, 2)
    assert {(each.row, each.reason.id, each.field) for each in refused} == {
        (1, "assignment.unknown_name", "roles"), (2, "assignment.unknown_name", "groups")
    }  # fmt: skip
    assert stored(world, f"person.1@{domain}") is None


def test_the_account_of_another_person_is_not_touched(world: World, domain: str) -> None:
    """R-10: neither by its address, in any spelling, nor by its id."""
    owner = world.person(f"person.1@{domain}").user
    result, refused = run(world, [row(1, domain, password_hash="$2b$04$" + "a" * 53), row(2, domain, source_id=owner.id)])
    assert (result.created, result.refused) == (1, 1)
    assert [(each.row, each.reason.id, each.field) for each in refused] == [(1, "moving.email_taken", "email")]
    assert world.services.users.get(owner.id) == owner
    assert found(world, f"person.2@{domain}").id != owner.id


@pytest.mark.parametrize("dry_run", [False, True])
def test_of_two_rows_with_one_address_the_first_counts(world: World, domain: str, *, dry_run: bool) -> None:
    """Far apart or side by side, however many workers there are."""
    rows = [row(number, domain) for number in range(120)]
    rows[1] = replace(rows[1], email=rows[0].email)
    rows[119] = replace(rows[119], email=rows[0].email)
    result, refused = run(world, rows, dry_run=dry_run, workers=7)
    assert (result.created, result.refused) == (118, 2)
    assert {(each.row, each.reason.id) for each in refused} == {(1, "moving.email_repeated"), (119, "moving.email_repeated")}


def test_a_second_row_with_one_id_is_no_second_person(world: World, domain: str) -> None:
    """An id is imported once."""
    result, _ = run(world, [row(1, domain), row(2, domain, source_id=row(1, domain).source_id)], workers=1)
    assert (result.created, result.known) == (1, 1)


def test_ids_of_two_systems_are_different_ids(world: World, domain: str) -> None:
    """The name of the format belongs to the mark."""
    for number, system in enumerate(("csv", "keycloak")):
        assert run(world, [row(number, domain, source_id=f"7@{domain}")], system=system)[0].created == 1


@pytest.mark.parametrize(
    "hashed",
    ["plain text", "$2x$04$" + "a" * 53, "$2b$31$" + "a" * 53, "$argon2id$v=19$m=99999999,t=9,p=9$YWFhYWFhYWE$YWFhYWFhYWFhYWFhYWFhYQ"],
)
def test_a_hash_that_cannot_be_checked_is_refused(world: World, domain: str, hashed: str) -> None:
    """R-08: unknown, or so costly that each attempt to sign in would stop others. The person is not imported without it."""
    result, refused = run(world, [row(1, domain, password_hash=hashed), row(2, domain)])
    assert (result.created, result.refused) == (1, 1)
    assert refused[0].reason.id.startswith("foreign_hash.")
    assert stored(world, f"person.1@{domain}") is None


def test_an_account_that_is_too_large_is_refused_alone(world: World, domain: str) -> None:
    """DynamoDB refuses the whole transaction; the others are written without it."""
    huge = {f"role-{number}": "x" * 100_000 for number in range(5)}
    rows = [row(number, domain) for number in range(5)]

    class TooLarge(people_imports.PeopleImports):
        def write(self, given: Any) -> list[Outcome]:
            wide = [
                replace(each, user=replace(each.user, roles=huge)) if each.user.email.startswith("person.3@") else each for each in given
            ]
            return super().write(wide)

    importer = importer_of(world, TooLarge(world.services.database), [])
    refused: list[RefusedRow] = []
    result = importer.run(rows, "test", ALL, refused=refused.append, workers=1)
    assert (result.created, [each.reason.id for each in refused]) == (4, ["moving.too_large"])


def everything(world: World) -> list[str]:
    """All items of the directory."""
    return sorted(json.dumps(item, sort_keys=True, default=str) for item in world.services.database.scan("directory"))


def test_a_dry_run_writes_nothing(world: World, domain: str) -> None:
    """It says the same as the import that follows, and the tables are as before."""
    taken = world.person(f"person.3@{domain}").user
    run(world, [row(5, domain)])
    rows = [row(number, domain) for number in range(10)] + [row(11, domain, password_hash="?")]
    before = everything(world)
    dry, dry_refused = run(world, rows, dry_run=True)
    assert everything(world) == before
    real, refused = run(world, rows)
    assert (dry.created, dry.known, dry.refused) == (real.created, real.known, real.refused) == (8, 1, 2)
    assert sorted(each.row for each in dry_refused) == sorted(each.row for each in refused) == [3, 11]
    assert world.services.users.get(taken.id) == taken


class DiesError(Exception):
    """The process ends."""


def test_an_import_that_was_killed_goes_on(world: World, domain: str) -> None:
    """R-12: after any number of rows, and inside any transaction, nothing is half there; the next run makes the rest."""
    rows = [row(number, domain, totp=ImportedTotp(b"k" * 20, "SHA256", 60)) for number in range(60)]

    def cut(number: int) -> Iterator[ImportedPerson]:
        yield from islice(rows, number)
        raise DiesError

    for number in (1, 25, 40):
        with pytest.raises(DiesError):
            run(world, cut(number), workers=3)
        for each in rows:
            user = stored(world, each.email)
            assert user is None or (user.totp_enabled and world.services.factors.totp(user.id))
    result, _ = run(world, rows)
    assert (result.created + result.known, result.refused) == (60, 0)
    assert result.known >= 24
    assert len({found(world, each.email).id for each in rows}) == 60


def unexpected(row: RefusedRow) -> None:
    """Fail."""
    raise AssertionError(row)


class Throttled(people_imports.PeopleImports):
    """Tables that do not bear every call. `fails`: how many calls are refused first."""

    fails = 5

    def write(self, given: Any) -> list[Outcome]:
        if self.fails > 0:
            self.fails -= 1
            raise Unavailable(detail="ThrottlingException")
        return super().write(given)


def test_the_import_waits_for_tables_that_are_throttled(world: World, domain: str) -> None:
    """With growing pauses. When the store stays away the import ends, and nothing was reported as refused."""
    pauses = list[float]()
    store = Throttled(world.services.database)
    importer = importer_of(world, store, pauses)
    rows = [row(number, domain) for number in range(10)]
    assert importer.run(rows, "test", ALL, refused=unexpected, workers=1).created == 10
    assert pauses == [0.25, 0.5, 1, 2, 4]
    store.fails = 10**6
    with pytest.raises(Unavailable):
        importer.run([row(number, domain) for number in range(10, 400)], "test", ALL, refused=unexpected, workers=3)


def test_an_imported_authenticator_with_other_parameters(world: World, domain: str) -> None:
    """SHA-512 and a minute: its code signs in once, a code of the usual parameters does not."""
    exported = people(1, domain)[0]
    key = hashlib.sha256(domain.encode()).digest()
    (made,) = rows_of([exported], "csv")
    assert isinstance(made, ImportedPerson)
    assert run(world, [replace(made, totp=ImportedTotp(key, "SHA512", 60), roles=(), groups=())])[0].created == 1
    app = pyotp.TOTP(base64.b32encode(key).decode(), digest=hashlib.sha512, interval=60)
    browser = world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": exported.email, "password": exported.password})
    usual = pyotp.TOTP(base64.b32encode(key).decode()).at(world.clock())
    page = browser.submit(page, {"code": usual})
    assert not page.redirected_to
    code = app.at(world.clock())
    assert browser.submit(page, {"code": code}).redirected_to
    other = world.browser()
    page = other.submit(world.authorize(other, world.client()), {"email": exported.email, "password": exported.password})
    assert not other.submit(page, {"code": code}).redirected_to


def test_a_person_without_a_hash_has_no_way_in_but_the_reset(world: World, domain: str) -> None:
    """No password is right, also not an empty one. The account is there for "forgot password"."""
    run(world, [row(1, domain)])
    assert found(world, f"person.1@{domain}").password_hash is None
    for typed in ("", "None", "x" * 20):
        with pytest.raises(Invalid):
            attempt(world, f"person.1@{domain}", typed)


def test_an_erased_person_does_not_come_back(world: World, domain: str) -> None:
    """The mark of the row stays. It names no person."""
    run(world, [row(1, domain)])
    user = found(world, f"person.1@{domain}")
    world.services.user_service.delete(user.id, scope=DEPLOYMENT)
    again, _ = run(world, [row(1, domain)])
    assert (again.created, again.known) == (0, 1)
    marks = [str(item) for item in world.services.database.scan("directory") if item["pk"]["S"].startswith("SOURCE#")]
    assert marks
    assert not [mark for mark in marks if domain in mark or user.id in mark]


def test_the_secret_of_an_authenticator_is_encrypted(world: World, domain: str) -> None:
    """As one that was enrolled here."""
    key = secrets.token_bytes(20)
    run(world, [row(1, domain, totp=ImportedTotp(key, "SHA1", 30))])
    totp = world.services.factors.totp(found(world, f"person.1@{domain}").id)
    assert totp
    assert key not in totp.sealed
    assert base64.b32encode(key) not in totp.sealed
    assert world.services.keyring.reveal(f"totp:{totp.user_id}", totp.sealed) == base64.b32encode(key)


@pytest.mark.engines
def test_two_imports_at_once_make_each_person_once(racing: World, domain: str) -> None:
    """R-12: on real engines, with several workers each. Together they create all people, and none of them reports a refusal."""
    rows = [row(number, domain, totp=ImportedTotp(b"k" * 20, "SHA1", 30)) for number in range(60)]
    _ = racing.services.importer  # made before the threads begin

    def one(number: int) -> tuple[int, int, int]:
        result, _ = run(racing, rows[:: 1 - 2 * number], workers=2)
        return result.created, result.known, result.refused

    results = crowd(2, one)
    assert sum(created for created, _, _ in results) == 60
    assert [(created + known, refused) for created, known, refused in results] == [(60, 0), (60, 0)]
    for each in rows:
        user = found(racing, each.email)
        assert racing.services.factors.totp(user.id)
