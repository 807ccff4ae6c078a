"""The list of people in shards and in the partition of before: one list by address, whatever process wrote a person and reads the list."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.store import keys
from idp.store.admins import Admins
from idp.store.database import Database
from idp.store.look_through import Found
from idp.store.signing_keys import KeyItems
from idp.store.time_shards import PEOPLE, PEOPLE_SHARDS, people_partition, people_partitions, switch_on
from idp.store.user_items import UserItem
from idp.store.users import Users
from tests.store.examples import NOW, user
from tests.store.race import crowd

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.people.user import User

NAMES = (
    "ada",
    "ada-b",
    "ada.c",
    "adam",
    "bea",
    "bo",
    "cy",
    "dan",
    "eve",
    "fay",
    "gil",
    "hal",
    "ida",
    "jo",
    "kim",
    "lea",
    "max",
    "noa",
    "zoë",
)


@pytest.fixture
def both(fresh: Database) -> list[str]:
    """People by address, of whom every second one was written before the mark."""
    names = list(NAMES)
    random.Random(1).shuffle(names)  # noqa: S311  # an order, no secret
    for number, name in enumerate(names):
        fresh.time_shards = number % 2 == 1
        assert Users(fresh).create(user(email=f"{name}@example.com"))
    fresh.time_shards = True
    return sorted(f"{name}@example.com" for name in names)


def pages(database: Database, *, prefix: str = "", limit: int = 3) -> list[str]:
    """The addresses of all pages."""
    found, start = list[str](), None
    while True:
        page, start = Users(database).listing(email_prefix=prefix, limit=limit, start=start)
        found += [each.email for each in page]
        if start is None:
            return found


def searched(database: Database, fits: Callable[[User], bool] = lambda _: True, limit: int = 3) -> list[str]:
    """The addresses of all people who fit."""
    found, start = list[str](), None
    while True:
        page: Found[User] = Users(database).search(fits, limit=limit, start=start)
        found += [each.email for each in page.items]
        start = page.more
        if start is None:
            return found


def places(database: Database) -> dict[str, str]:
    """The partition of the index of each person, by address."""
    return {raw["listing_sk"]["S"]: raw["listing_pk"]["S"] for raw in database.scan("directory") if raw["kind"] == {"S": "user"}}


@pytest.mark.parametrize("known", [True, None])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_a_list_has_each_person_once_by_address(fresh: Database, both: list[str], limit: int, *, known: bool | None) -> None:
    """On small and on large pages, and in a process that has not read the mark yet."""
    fresh.time_shards = known
    assert pages(fresh, limit=limit) == both
    assert searched(fresh, limit=limit) == both


@pytest.mark.parametrize("prefix", ["a", "ada", "ada.", "b", "zoë", "x", "ada@example.com", "\U0010ffff"])
@pytest.mark.parametrize("limit", [1, 100])
def test_a_prefix_is_found_over_several_pages(fresh: Database, both: list[str], prefix: str, limit: int) -> None:
    assert pages(fresh, prefix=prefix, limit=limit) == [each for each in both if each.startswith(prefix)]


def test_a_search_goes_on_after_a_page_without_a_match(fresh: Database, both: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each person is looked at once, and the last one is found."""
    monkeypatch.setattr("idp.store.look_through.MOST", 4)
    monkeypatch.setattr("idp.store.look_through._CHUNK", 2)
    seen = list[str]()

    def fits(it: User) -> bool:
        seen.append(it.email)
        return it.email == both[-1]

    assert searched(fresh, fits) == [both[-1]]
    assert seen == both


def test_a_cursor_has_no_shard(fresh: Database, both: list[str]) -> None:
    """So the release before, and an environment that has not read the mark, goes on with it in its own partition."""
    _, more = Users(fresh).listing(limit=5)
    assert more
    assert more.keys() == {"pk", "sk", "listing_pk", "listing_sk"}
    assert (more["listing_pk"], more["listing_sk"]) == ({"S": PEOPLE}, {"S": both[4]})
    old, _ = fresh.query("directory", PEOPLE, index=("listing", "listing_pk", "listing_sk"), start=more)
    assert [raw["listing_sk"]["S"] for raw in old] == [each for each in both[5:] if places(fresh)[each] == PEOPLE]


def test_a_cursor_of_before_is_continued(fresh: Database, both: list[str]) -> None:
    """That of the query of one partition."""
    _, more = fresh.query("directory", PEOPLE, index=("listing", "listing_pk", "listing_sk"), limit=2)
    assert more
    page, _ = Users(fresh).listing(limit=100, start=more)
    assert [each.email for each in page] == both[both.index(more["listing_sk"]["S"]) + 1 :]


def test_people_who_come_and_go_between_pages_move_no_other(fresh: Database, both: list[str]) -> None:
    """A page begins after the position of the cursor, also if that person is gone."""
    page, more = Users(fresh).listing(limit=4)
    fresh.delete(UserItem, keys.user(page[-1].id))
    assert Users(fresh).create(user(email="aaa@example.com"))
    rest, _ = Users(fresh).listing(limit=100, start=more)
    assert [each.email for each in rest] == both[4:]


def test_without_the_mark_a_list_is_one_query_of_the_partition_of_before(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing becomes slower, and the release before finds all people. With the mark a page asks each shard once."""
    fresh.time_shards = False
    for name in NAMES:
        Users(fresh).create(user(email=f"{name}@example.com"))
    assert set(places(fresh).values()) == {PEOPLE}
    asked, query = list[str](), fresh.query

    def counted(table: str, pk: str, **named: Any) -> Any:
        asked.append(pk)
        return query(table, pk, **named)

    monkeypatch.setattr(fresh, "query", counted)
    _, more = Users(fresh).listing(limit=5)
    Users(fresh).listing(limit=5, start=more)
    assert asked == [PEOPLE, PEOPLE]
    asked.clear()
    fresh.time_shards = True
    Users(fresh).listing(limit=5)
    assert asked == people_partitions(sharded=True)


def test_people_are_spread_evenly_and_an_address_has_one_place(fresh: Database) -> None:
    """All eight shards are used, each for about an eighth."""
    made = [people_partition(f"person{number}@example.com", sharded=True) for number in range(4000)]
    assert len(set(made)) == PEOPLE_SHARDS
    assert all(400 < made.count(each) < 600 for each in set(made))
    assert people_partition("ada@example.com", sharded=False) == PEOPLE


def test_a_person_stays_where_they_were_written_first(fresh: Database) -> None:
    """Also an admin, and one with another address: no sign-in pays for a move, in either direction. Each is listed once."""
    made = {
        name: user(email=f"{name}@example.com", admin="admin" in name) for name in ("old", "old-admin", "old-moved", "new", "new-moved")
    }
    for name, one in made.items():
        fresh.time_shards = name.startswith("new")
        assert (Admins(fresh) if one.admin else Users(fresh)).create(one)
    before = {raw["user_id"]["S"]: raw["listing_pk"] for raw in fresh.scan("directory") if raw["kind"] == {"S": "user"}}
    for name, one in made.items():
        fresh.time_shards = not name.startswith("new")
        if one.admin:
            assert Admins(fresh).reset_factors(one)
        else:
            moved = replace(one, email=f"other-{one.email}") if "moved" in name else one
            assert Users(fresh).replace(moved, email_was=one.email)
    assert {raw["user_id"]["S"]: raw["listing_pk"] for raw in fresh.scan("directory") if raw["kind"] == {"S": "user"}} == before
    fresh.time_shards = True
    assert pages(fresh) == sorted(f"{'other-' if 'moved' in name else ''}{name}@example.com" for name in made)


def test_a_deployment_that_passes_to_shards_loses_no_person(real: Database) -> None:
    """Four writers go on while the mark is set; one never reads it. Readers never fail, and at the end each person is listed once."""
    prefix = user().id.lower()
    old = Database(prefix=real.prefix, transport=real.transport)

    def run(worker: int) -> list[str]:
        database = old if worker == 3 else Database(prefix=real.prefix, transport=real.transport)
        if worker > 3:
            return [each for _ in range(5) for each in pages(database, prefix=prefix, limit=20)]
        made = list[str]()
        for number in range(20):
            if worker == 0 and number == 5:
                switch_on(database, NOW)
            if worker != 3 and number % 4 == 0:
                KeyItems(database).load()
            made.append(f"{prefix}-{number:02d}-{worker}@example.com")
            assert Users(database).create(user(email=made[-1]))
        return made

    *written, during = crowd(5, run)
    expected = sorted(each for names in written for each in names)
    assert set(during) <= set(expected)
    for known in (True, None):
        real.time_shards = known
        assert pages(real, prefix=prefix, limit=7) == expected
    assert {place == PEOPLE for address, place in places(real).items() if address.startswith(prefix)} == {True, False}
