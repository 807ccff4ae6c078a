"""Imported people: user, address, authenticator and mark of the row in one transaction, once (threats R-10, R-12)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.errors import Unavailable
from idp.domain.factors.totp import Parameters
from idp.domain.people.user import User
from idp.store import keys
from idp.store.database import Database
from idp.store.factors import Factors, Totp
from idp.store.people_imports import PARTS, NewPerson, Outcome, PeopleImports
from idp.store.source_marks import SourceItem
from idp.store.user_items import EmailItem
from idp.store.users import Users
from tests.store.conftest import Faulty
from tests.store.examples import NOW, new_id, user
from tests.store.race import crowd

CREATED, KNOWN, TAKEN, ID_TAKEN, LINK_TAKEN, PASSKEY_TAKEN, ADMINS_FULL = Outcome
AT_ONCE = PARTS // 4


def person(of: User | None = None, source: str = "", *, totp: bool = False) -> NewPerson:
    """A person of an import, with a new address and id unless the test gives them."""
    made = of or user(totp_enabled=totp)
    return NewPerson(
        made, "test", source or new_id(), Totp(made.id, b"sealed", NOW, 0, 0, parameters=Parameters("SHA256", 60)) if totp else None
    )


def again(of: NewPerson) -> NewPerson:
    """The same row in another run: the id of the account is new."""
    return replace(of, user=replace(of.user, id=f"usr_{new_id()}"), totp=None)


def is_there(database: Database, each: NewPerson) -> tuple[bool, bool, bool]:
    """Whether the user, the address and the mark are stored."""
    users = Users(database)
    mark = database.get(SourceItem, keys.source(each.system, each.source))
    return users.get(each.user.id) is not None, users.id_of(each.user.email) == each.user.id, mark is not None


def test_people_are_written_as_they_are(database: Database) -> None:
    """As many as one call may have, with everything."""
    people = [person(totp=number % 2 == 0) for number in range(AT_ONCE)]
    assert PeopleImports(database).write(people) == [CREATED] * AT_ONCE
    for each in people:
        assert Users(database).get(each.user.id) == each.user
        assert is_there(database, each) == (True, True, True)
        assert Factors(database).totp(each.user.id) == each.totp


def test_a_row_is_imported_once(database: Database) -> None:
    """Also if the person changed the address since, in the other system or here."""
    imports, first = PeopleImports(database), person()
    assert imports.write([first]) == [CREATED]
    second, moved = again(first), person(source=first.source)
    for each in (second, moved):
        assert imports.look([each]) == [KNOWN]
        assert imports.write([each]) == [KNOWN]
        assert is_there(database, each) == (False, False, True)


def test_the_address_of_an_account_stays_with_it(database: Database) -> None:
    """R-10: neither the account nor the row's own items are written, and the row can be imported when the address is free."""
    imports, owner = PeopleImports(database), user()
    assert Users(database).create(owner)
    late = person(replace(user(), email=owner.email))
    assert imports.look([late]) == [TAKEN]
    assert imports.write([late]) == [TAKEN]
    assert is_there(database, late) == (False, False, False)
    assert Users(database).get(owner.id) == owner


@pytest.mark.parametrize(("later", "expected"), [(-1, TAKEN), (0, CREATED)])
def test_an_address_that_was_given_up_is_free_when_its_time_is_over(lossy_store: Faulty, later: int, expected: Outcome) -> None:
    """M-14: for the same account at once. The others of the transaction are written, and a lost reply is no refusal."""
    database, owner = lossy_store.direct, user()
    imports = PeopleImports(lossy_store.through)
    database.put(EmailItem.new(keys.email(owner.email), user_id=owner.id, reserved_until=NOW + 100))
    others = [person(), person()]
    late = person(replace(user(), email=owner.email, updated_at=NOW + 100 + later))
    assert imports.look([late]) == [expected]
    lossy_store.proxy.take()
    lost = lossy_store.proxy.drop_reply("TransactWriteItems", nth=2) if expected is CREATED else None
    assert imports.write([others[0], late, others[1]]) == [CREATED, expected, CREATED]
    assert [is_there(database, each) for each in others] == [(True, True, True)] * 2
    assert is_there(database, late) == ((True, True, True) if expected is CREATED else (False, False, False))
    assert lost is None or lost.hits == 1


def test_the_same_account_has_an_address_back_that_it_gave_up(database: Database) -> None:
    kept = replace(person(), kept="a call")
    database.put(EmailItem.new(keys.email(kept.user.email), user_id=kept.user.id, reserved_until=NOW + 10**6))
    assert PeopleImports(database).write([kept]) == [CREATED]
    assert is_there(database, kept) == (True, True, True)


def test_a_taken_address_costs_no_write_more(lossy_store: Faulty) -> None:
    """One write is refused, and one has the others."""
    owner = user()
    assert Users(lossy_store.direct).create(owner)
    lossy_store.proxy.take()
    people = [person(), person(replace(user(), email=owner.email)), person()]
    assert PeopleImports(lossy_store.through).write(people) == [CREATED, TAKEN, CREATED]
    assert lossy_store.proxy.take() == {"TransactWriteItems": 2}


def test_the_others_of_a_transaction_are_written(database: Database) -> None:
    """Some rows are known, some addresses taken."""
    imports, known, owner = PeopleImports(database), person(), user()
    assert imports.write([known]) == [CREATED]
    assert Users(database).create(owner)
    people = [person(), again(known), person(totp=True), person(replace(user(), email=owner.email)), person()]
    expected = [CREATED, KNOWN, CREATED, TAKEN, CREATED]
    assert imports.look(people) == expected
    assert not Users(database).get(people[0].user.id)
    assert imports.write(people) == expected
    assert [bool(Users(database).get(each.user.id)) for each in people] == [outcome is CREATED for outcome in expected]


def test_a_lost_reply_is_no_refusal(lossy_store: Faulty) -> None:
    """FI-3: the call is repeated and finds its own users."""
    people = [person(totp=True) for _ in range(3)]
    lost = lossy_store.proxy.drop_reply("TransactWriteItems")
    assert PeopleImports(lossy_store.through).write(people) == [CREATED] * 3
    assert lost.hits == 1
    assert [is_there(lossy_store.direct, each) for each in people] == [(True, True, True)] * 3


def test_a_kept_id_is_created_once(lossy_store: Faulty) -> None:
    """R-12: the id of the user cannot tell whose write it was, so the mark does."""
    imports, kept = PeopleImports(lossy_store.through), replace(person(), kept="first call")
    lost = lossy_store.proxy.drop_reply("TransactWriteItems")
    assert imports.write([kept]) == [CREATED]
    assert lost.hits == 1
    second = replace(kept, kept="second call")
    assert imports.look([second]) == imports.write([second]) == [KNOWN]
    thief = replace(person(replace(user(), id=kept.user.id)), kept="third call")
    assert imports.look([thief]) == imports.write([thief]) == [ID_TAKEN]
    assert Users(lossy_store.direct).get(kept.user.id) == kept.user


@pytest.mark.engines
def test_two_imports_of_one_file_make_each_person_once(real: Database) -> None:
    """R-12: the rows are the same, the chunks overlap, and the ids of accounts differ in each run."""
    rows = [person() for _ in range(12)]
    runs = [[again(each) for each in rows[at:] + rows[:at]] for at in (0, 5, 7, 0)]

    def run(number: int) -> list[Outcome]:
        found: list[Outcome] = []
        for at in range(0, 12, 4):
            part = runs[number][at : at + 4]
            while True:
                try:
                    found += PeopleImports(real).write(part)
                    break
                except Unavailable:  # the engine was too busy with the other transactions
                    continue
        return found

    outcomes = crowd(4, run)
    for each in rows:
        made = [
            (run[number].user.id, outcomes[at][number])
            for at, run in enumerate(runs)
            for number in range(12)
            if run[number].source == each.source
        ]
        (winner,) = [user_id for user_id, outcome in made if outcome is CREATED]
        assert Users(real).id_of(each.user.email) == winner
        assert [user_id for user_id, _ in made if Users(real).get(user_id)] == [winner]


@pytest.mark.engines
def test_a_sign_up_and_an_import_do_not_share_an_address(real: Database) -> None:
    """One of them gets it."""
    pairs = [(user(), user()) for _ in range(10)]
    pairs = [(one, replace(two, email=one.email)) for one, two in pairs]
    for signing_up, imported in pairs:
        row = person(imported)

        def race(number: int, signing_up: User = signing_up, row: NewPerson = row) -> bool:
            try:
                return PeopleImports(real).write([row]) == [CREATED] if number else Users(real).create(signing_up)
            except Unavailable:
                return False

        won = crowd(2, race)
        assert sum(won) <= 1
        owner = Users(real).id_of(imported.email)
        assert [bool(Users(real).get(each.id)) for each in (signing_up, imported)] == [owner == signing_up.id, owner == imported.id]
