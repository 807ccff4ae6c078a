"""People who came with the hash of another system sign in with the password that they had, and get our hash (threats R-08, R-09)."""

from __future__ import annotations

import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import bcrypt
import pytest

from idp.domain.errors import Invalid, Throttled
from idp.domain.factors import password_policy
from idp.services.factors.passwords import Passwords
from tests.integration.account.conftest import _world
from tests.integration.account.guessing import WRONG, attempt
from tests.integration.account.people import signed_in
from tests.support.foreign_hashes import PUBLISHED, Published
from tests.support.pages import error, recorded, sign_in

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.settings import Settings
    from tests.support.people import Person
    from tests.support.world import World

CHEAPEST = {each.label.partition(":")[0]: each for each in reversed(PUBLISHED)}
"""A hash of each scheme."""
BCRYPT = "$2b$04$012345678901234567890u"
LABEL = "wrapped-bcrypt:4"


@pytest.fixture
def alone(deployment: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider with tables of its own, because the numbers of hashes are those of a deployment."""
    return _world(replace(deployment, table_prefix=f"t{uuid.uuid4().hex[:12]}"), quick_endpoint, set(), monkeypatch)


@pytest.fixture
def racing_alone(deployment: Settings, dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same on a real engine."""
    return _world(replace(deployment, table_prefix=f"t{uuid.uuid4().hex[:12]}"), dynamodb_endpoint, set(), monkeypatch)


def bcrypt_of(password: str) -> str:
    """Return a cheap bcrypt hash."""
    return bcrypt.hashpw(password.encode(), BCRYPT.encode()).decode()


def imported(world: World, text: str, password: str, *, disabled: bool = False) -> Person:
    """Return a person with this hash, as an import leaves them."""
    person = world.person(disabled=disabled)
    stored = replace(person.user, password_hash=world.services.foreign_hashes.accept(text))
    user = world.services.users.replace(stored)
    assert user
    return replace(person, user=user, password=password)


def counted(world: World) -> None:
    """Count all, as the importer does, and read the keys again."""
    found: list[User] = world.services.users.listing(limit=100)[0]
    world.services.hash_counts.count_all(user.password_hash for user in found)
    world.services.keyring.reload()


def hash_of(world: World, person: Person) -> str:
    """Return the stored hash."""
    user = world.services.users.get(person.user.id)
    assert user
    assert user.password_hash
    return user.password_hash


@pytest.mark.parametrize("it", CHEAPEST.values(), ids=CHEAPEST)
def test_the_old_password_signs_in_and_the_hash_becomes_argon2id(world: World, it: Published) -> None:
    """In a browser: a wrong password is refused and changes nothing, the right one signs in, and then again."""
    person = imported(world, it.text, it.password)
    before = hash_of(world, person)
    browser = world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": it.password + "x"})
    assert error(page) == "The email or the password is wrong."
    assert hash_of(world, person) == before
    assert sign_in(world, world.browser(), world.client(), person).redirected_to
    after = hash_of(world, person)
    assert after.startswith(world.services.passwords.own_beginning)
    assert sign_in(world, world.browser(), world.client(), person).redirected_to
    assert hash_of(world, person) == after
    user = world.services.users.get(person.user.id)
    assert user
    assert (user.security_stamp, user.password_changed_at) == (person.user.security_stamp, person.user.password_changed_at)


def test_a_long_password_of_a_person_with_bcrypt(world: World) -> None:
    """72 bytes are compared once. Afterwards the whole password counts, because our hash is of the whole."""
    person = imported(world, bcrypt_of("x" * 72), "x" * 80)
    assert attempt(world, person.email, "x" * 80).user.id == person.user.id
    with pytest.raises(Invalid):
        attempt(world, person.email, "x" * 72)
    assert attempt(world, person.email, "x" * 80).user.id == person.user.id


@pytest.mark.parametrize("typed", ["", "x\0", "\ud800", "x" * 5000, "\0" * 80, "ﬀ" * 2000])
def test_what_cannot_be_the_password_is_refused(world: World, typed: str) -> None:
    """NUL, a lone surrogate, too long, empty: as any wrong password."""
    person = imported(world, bcrypt_of("x"), "x")
    with pytest.raises(Invalid) as refused:
        attempt(world, person.email, typed)
    assert refused.value.message.id == "sign_in.wrong"


def test_the_hash_of_an_empty_password_opens_no_account(world: World) -> None:
    """Some systems had them. The form of the sign-in sends an empty field as well as a filled one."""
    person = imported(world, bcrypt_of(""), "")
    with pytest.raises(Invalid):
        attempt(world, person.email, "")


def test_a_compatibility_character_is_compared_as_it_was_typed(world: World) -> None:
    """The old system hashed ². After the first sign-in ours has the NFKC form, in which both ways to type it are right."""
    person = imported(world, bcrypt_of("x²"), "x²")
    with pytest.raises(Invalid):
        attempt(world, person.email, "x2")
    assert attempt(world, person.email, "x²").user.id == person.user.id
    assert attempt(world, person.email, "x2").user.id == person.user.id


def test_a_disabled_person_is_not_let_in(world: World) -> None:
    """The hash stays as it is."""
    person = imported(world, bcrypt_of("x"), "x", disabled=True)
    with pytest.raises(Invalid):
        attempt(world, person.email, "x")
    assert hash_of(world, person).startswith("$wrapped$")


def test_a_confirmation_compares_with_the_foreign_hash(world: World) -> None:
    """A person who signed in by mail may still have it when the account page asks for the password."""
    person = imported(world, bcrypt_of("a quiet river"), "a quiet river")
    service, origin = world.services.sign_in, world.origin()
    service.again(person.user, "a quiet river", device=None, origin=origin, now=world.clock(), event="x")
    with pytest.raises(Invalid):
        service.again(person.user, WRONG, device=None, origin=origin, now=world.clock(), event="x")


def test_a_new_password_takes_the_place_of_a_foreign_hash(world: World) -> None:
    """On the account page, with the old password as the proof."""
    person = imported(world, bcrypt_of("a quiet river"), "a quiet river")
    browser = signed_in(world, person)
    page = browser.open("/account/password")
    browser.submit(page, {"current_password": "a quiet river", "new_password": "another quiet river"})
    assert attempt(world, person.email, "another quiet river").user.id == person.user.id
    with pytest.raises(Invalid):
        attempt(world, person.email, "a quiet river")


def test_a_password_that_was_changed_meanwhile_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the check and the write of the new hash an admin sets another password. It is not overwritten."""
    person = imported(world, bcrypt_of("a quiet river"), "a quiet river")
    other = Passwords(world.services.settings).hash("set meanwhile")
    real = world.services.passwords.hash

    def hash_late(password: str) -> str:
        assert world.services.users.set_password(person.user.id, other, was=person.user.password_hash, now=0, end_everything=True)
        return real(password)

    monkeypatch.setattr(world.services.passwords, "hash", hash_late)
    attempt(world, person.email, "a quiet river")
    assert hash_of(world, person) == other


@pytest.mark.engines
def test_of_sign_ins_at_once_one_replaces_the_hash(racing_alone: World) -> None:
    """All are let in or told to wait, the stored hash is ours, and the person is counted once."""
    world = racing_alone
    person, _ = imported(world, bcrypt_of("a quiet river"), "a quiet river"), imported(world, bcrypt_of("x"), "x")
    counted(world)

    def one(number: int) -> bool:
        try:
            return attempt(world, person.email, "a quiet river", address=f"10.1.{number}.1").user.id == person.user.id
        except Throttled:
            return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(one, range(8)))
    assert hash_of(world, person).startswith(world.services.passwords.own_beginning)
    told = world.services.hash_counts.read()
    assert told
    assert (dict(told[0].imported), dict(told[0].left)) == ({LABEL: 2}, {LABEL: 1})


def test_the_numbers_fall_to_nothing_when_people_sign_in(alone: World) -> None:
    """And with them the decoys: at the end no address runs one."""
    people = [imported(alone, bcrypt_of(f"river {number}"), f"river {number}") for number in range(3)]
    counted(alone)
    decoys = alone.services.sign_in._decoys  # noqa: SLF001  # what an unknown address runs
    assert {decoys.label(f"{number}@example.com") for number in range(50)} == {LABEL}
    for expected, person in zip((2, 1, 0), people, strict=True):
        attempt(alone, person.email, person.password)
        told = alone.services.hash_counts.read()
        assert told
        assert told[0].left == {LABEL: expected}
    alone.services.keyring.reload()
    assert {decoys.label(f"{number}@example.com") for number in range(50)} == {""}


def test_unknown_addresses_run_the_hashes_of_people(alone: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-09: half of the people came with bcrypt. So do addresses without an account, and people without a password."""
    client = alone.client()
    people = [imported(alone, bcrypt_of("x"), "x"), alone.person()]
    without = [alone.person() for _ in range(8)]
    for person in without:
        assert alone.services.users.replace(replace(person.user, password_hash=None))
    counted(alone)
    ran: dict[str, str] = {}
    real = Passwords.verify

    def verify(self: Passwords, encoded: str | None, normalised: str, *, as_typed: str, decoy: str) -> bool:
        ran[as_typed] = decoy if encoded is None else "known"
        return real(self, encoded, normalised, as_typed=as_typed, decoy=decoy)

    monkeypatch.setattr(Passwords, "verify", verify)
    calls: list[list[str]] = []
    for email in [person.email for person in people] + [person.email for person in without] + [f"u{n}@example.org" for n in range(24)]:
        browser = alone.browser()
        page = alone.authorize(browser, client)
        with recorded(alone) as operations:
            assert error(browser.submit(page, {"email": email, "password": f"wrong {email}"})) == "The email or the password is wrong."
        calls.append(operations)
    assert all(each == calls[0] for each in calls)
    assert {ran[f"wrong {person.email}"] for person in people} == {"known"}
    assert {ran[f"wrong {person.email}"] for person in without} == {"", LABEL}
    assert {ran[f"wrong u{n}@example.org"] for n in range(24)} == {"", LABEL}


def test_an_address_runs_the_same_hash_each_time(alone: World) -> None:
    """Also in another environment, which has the same keys."""
    imported(alone, bcrypt_of("x"), "x")
    alone.person()
    counted(alone)
    decoys = alone.services.sign_in._decoys  # noqa: SLF001  # what an unknown address runs
    first = [decoys.label(f"{number}@example.com") for number in range(40)]
    alone.services.keyring.reload()
    assert [decoys.label(f"{number}@example.com") for number in range(40)] == first
    assert set(first) == {"", LABEL}


def test_without_an_import_nothing_is_read_and_nothing_changes(alone: World) -> None:
    """A sign-in and a refused one make the calls of before, there is no item, and no address runs a decoy of another scheme."""
    person, client = alone.person(), alone.client()
    browser = alone.browser()
    page = alone.authorize(browser, client)
    with recorded(alone) as operations:
        assert browser.submit(page, {"email": person.email, "password": person.password}).redirected_to
    assert operations == ["BatchGetItem", "BatchGetItem", "UpdateItem", "BatchWriteItem"]
    assert alone.services.keyring.hash_mix() is None
    assert alone.services.hash_counts.read() is None
    counted(alone)
    assert alone.services.hash_counts.read() is None
    assert alone.services.sign_in._decoys.label("x@example.com") == ""  # noqa: SLF001  # what an unknown address runs


def test_the_first_sign_in_after_an_import_costs_the_write_of_the_hash_and_its_count(alone: World) -> None:
    """Once for each person; the next one costs what it always did."""
    person, client = imported(alone, bcrypt_of("x"), "x"), alone.client()
    counted(alone)
    alone.services.keyring.hash_mix()
    for more in (["UpdateItem", "UpdateItem"], []):
        browser = alone.browser()
        page = alone.authorize(browser, client)
        with recorded(alone) as operations:
            assert browser.submit(page, {"email": person.email, "password": "x"}).redirected_to
        assert operations == ["BatchGetItem", "BatchGetItem", "UpdateItem", *more, "BatchWriteItem"]


def test_a_damaged_item_of_numbers_stops_no_sign_in(alone: World) -> None:
    """It only chooses decoys. All people sign in, and unknown addresses run our own hash."""
    person = imported(alone, bcrypt_of("x"), "x")
    counted(alone)
    alone.services.database.write_raw(
        "keys", [{"pk": {"S": "KEYS"}, "sk": {"S": "HASHMIX"}, "kind": {"S": "hash_mix"}, "imported": {"S": "?"}}]
    )
    alone.services.keyring.reload()
    assert alone.services.keyring.hash_mix() is None
    assert attempt(alone, person.email, "x").user.id == person.user.id


def test_a_sign_in_with_our_hash_loads_no_library_for_others(alone: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are imported with the first hash that needs them."""
    for name in [name for name in sys.modules if name.startswith("idp.services.factors.foreign_hashes.")]:
        monkeypatch.delitem(sys.modules, name)
    person = alone.person()
    attempt(alone, person.email, person.password)
    with pytest.raises(Invalid):
        attempt(alone, alone.unused_email(), WRONG)
    assert not [name for name in sys.modules if name.startswith("idp.services.factors.foreign_hashes.")]
    assert password_policy.normalise("x") == "x"
