"""Rows by which people are found, on every engine: pages, conditions, late writers, erasure, rebuild."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.errors import Forbidden, Unavailable
from idp.domain.people.search_words import MOST_ROWS, START, Findable, Row
from idp.domain.people.user import User
from idp.services.search.people_search import PeopleSearch
from idp.services.search.rebuild import SearchRebuild
from idp.services.search.row_writer import SearchRowWriter, Seen
from idp.store import keys, search_keys
from idp.store.database import Database, Raw
from idp.store.look_through import Found
from idp.store.search_rows import SearchRowItem, SearchRows, SearchStateItem
from idp.store.user_items import UserItem
from idp.store.users import Users
from tests.store.conftest import Faulty
from tests.store.examples import NOW, user
from tests.store.race import crowd
from tests.store.rebuilding import small_slices, stop_after


class Directory:
    """People of a database, with their rows."""

    def __init__(self, database: Database) -> None:
        self.db = database
        self.rows, self.users = SearchRows(database), Users(database)
        self.writer = SearchRowWriter(self.rows, self.users)
        self.search = PeopleSearch(self.rows, self.users, lambda: NOW)
        self.rebuild = SearchRebuild(database, self.rows, self.writer, self.users, lambda: NOW)

    def complete(self) -> None:
        """Note that all people have rows."""
        state = self.rows.new_state(NOW)
        state.complete = True
        self.rows.keep_state(state)

    def add(self, name: str, **given: Any) -> User:
        """A new person with rows."""
        made = user(claims={"name": name}, **given)
        assert self.users.create(made)
        self.writer.write({made.id: Seen(Findable.of(made))})
        return made

    def rename(self, person: User, name: str) -> User:
        """The person with another name, as it is stored now; the rows stay."""
        changed = self.users.replace(replace(person, claims={"name": name}))
        assert changed
        return changed

    def erase(self, person: User) -> None:
        self.db.delete(UserItem, keys.user(person.id))

    def find(self, typed: str, *, limit: int = 50, fits: Callable[[User], bool] = lambda _: True) -> list[str]:
        """The ids of all people that are found, page by page, in order."""
        found: list[str] = []
        start: Raw | None = None
        while True:
            page = self.page(typed, limit=limit, start=start, fits=fits)
            assert len(page.items) <= limit
            found += [each.id for each in page.items]
            start = page.more
            if start is None:
                return found

    def page(self, typed: str, *, limit: int = 50, start: Raw | None = None, fits: Callable[[User], bool] = lambda _: True) -> Found[User]:
        page = self.search.find(typed, fits, scope=DEPLOYMENT, limit=limit, start=start)
        assert page is not None
        return page

    def stored(self, *people: User) -> set[tuple[str, str]]:
        """The rows of these people in the whole table, as id and word."""
        ids = {each.id for each in people}
        raws = (raw for raw in self.db.scan("directory") if raw.get("kind") == {"S": "search_row"})
        return {(raw["user_id"]["S"], raw["word"]["S"]) for raw in raws if raw["user_id"]["S"] in ids}


def wanted(*people: User) -> set[tuple[str, str]]:
    """The rows that these people should have."""
    return {(each.id, row.word) for each in people for row in Findable.of(each).rows()}


def word() -> str:
    """A word that no other test has, of letters."""
    return "".join(secrets.choice("bcdfghjkmnpqrstvwxz") for _ in range(14))


@pytest.fixture
def directory(database: Database) -> Directory:
    made = Directory(database)
    made.complete()
    return made


def test_people_are_found_by_any_part_of_a_word(directory: Directory) -> None:
    name = word()
    person, other = directory.add(f"Ada {name.title()}"), directory.add(f"Bob {word()}")
    for typed in (name, name[:2] + name[2:9], name[3:8], name[-5:], f"ADA {name}", f"{name} ada", person.id, person.id[:12], person.email):
        assert person.id in directory.find(typed), typed
        assert other.id not in directory.find(typed), typed
    assert directory.find(f"{name}x") == []
    assert directory.find(f"bob {name}") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_show_each_person_once(directory: Directory, limit: int) -> None:
    """People with several matching rows, and with rows at the begin and inside of words, whatever the size of a page."""
    name = word()[:8]
    people = [
        directory.add(f"{name}a {name}b x{name}"),
        directory.add(f"x{name} y{name}"),
        directory.add(f"{name}"),
        directory.add(f"z{name}c"),
    ]
    found = directory.find(name, limit=limit)
    assert sorted(found) == sorted(each.id for each in people)
    assert {found[0], found[1]} == {people[0].id, people[2].id}, "beginnings of words come first"


def test_a_domain_finds_all_people_who_have_it(directory: Directory) -> None:
    """Its rows are in several partitions. Without @ a text is no domain."""
    domain = f"{word()}.example"
    people = [directory.add("Ada", email=f"p{number}@{domain}") for number in range(7)]
    assert len({search_keys.shard_of(each.id) for each in people}) == 2 or len(people) == 7
    for limit in (2, 100):
        assert sorted(directory.find(f"@{domain}", limit=limit)) == sorted(each.id for each in people)
    assert sorted(directory.find(f"@{domain[:9]}")) == sorted(each.id for each in people)
    assert directory.find(domain) == []


def test_further_words_are_compared_by_the_database(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also over several pages of rows, and for a text that is too long for a row."""
    monkeypatch.setattr("idp.services.search.people_search.READ", 4)
    name, rare = word(), word()
    for number in range(11):
        directory.add(f"{name} common{number}")
    person = directory.add(f"{name} {rare[:6]}")
    long = directory.add(f"{name} {'x' * 400} {rare[:6]}")
    assert sorted(directory.find(f"{name} {rare[:6]}")) == sorted([person.id, long.id])
    assert directory.find(f"{name} {rare[6:12]}") == []


def test_a_page_takes_at_most_three_calls(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    name = word()
    for number in range(4):
        directory.add(f"{name}{number} x{name}")
    calls: list[str] = []
    call = directory.db.transport.call

    def counted(operation: str, request: Raw) -> Any:
        calls.append(operation)
        return call(operation, request)

    monkeypatch.setattr(directory.db.transport, "call", counted)
    for typed in (name, name[3:], f"{name} ada", f"@{name}", "zzzqq", f"{name} zzzqq", "li", "usr_zzzz"):
        for start in (None, {"step": 1, "after": None}):
            directory.page("zzzqq")  # whether the rows are complete is known for a minute
            calls.clear()
            directory.search.find(typed, lambda _: True, scope=DEPLOYMENT, limit=50, start=start)
            assert len(calls) <= 3, (typed, calls)


def test_a_row_of_an_erased_person_shows_no_person(directory: Directory) -> None:
    """Also a row that a late writer left (threats Q-09)."""
    name = word()
    person = directory.add(name)
    directory.erase(person)
    assert directory.find(name) == []


def test_a_row_of_an_earlier_name_shows_no_person(directory: Directory) -> None:
    """What is shown is what the person is called now."""
    old, new = word(), word()
    person = directory.rename(directory.add(old), new)
    assert directory.find(old) == []
    directory.writer.write({person.id: Seen(Findable.of(person))})
    assert directory.find(new) == [person.id]


def test_a_changed_person_loses_the_rows_of_before(directory: Directory) -> None:
    person = directory.add(f"{word()} {word()}")
    before = Findable.of(person)
    changed = directory.rename(person, word())
    directory.writer.write({person.id: Seen(Findable.of(changed), set(before.rows()))})
    assert directory.stored(person) == wanted(changed)


def test_an_old_change_that_comes_late_is_corrected(directory: Directory) -> None:
    """Records can come again, and out of order with those of another writer."""
    first = directory.add(word())
    second = directory.rename(first, word())
    third = directory.rename(second, word())
    images = [Findable.of(each) for each in (first, second, third)]
    directory.writer.write({first.id: Seen(images[2], set(images[1].rows()))})
    directory.writer.write({first.id: Seen(images[1], set(images[0].rows()))})
    assert directory.stored(first) == wanted(third)


def test_a_late_write_about_an_erased_person_leaves_no_row(directory: Directory) -> None:
    person = directory.add(word())
    directory.erase(person)
    directory.writer.write({person.id: Seen(None, set(Findable.of(person).rows()))})
    assert directory.stored(person) == set()
    directory.writer.write({person.id: Seen(Findable.of(person))})
    assert directory.stored(person) == set()


def test_rows_are_removed_before_an_erasure(directory: Directory) -> None:
    """It needs no stream: rows may stay from a time when there was one."""
    person = directory.add(word())
    directory.writer.forget(person)
    directory.writer.forget(person)
    assert directory.stored(person) == set()


def test_a_person_who_changes_without_end_is_tried_again(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer gives up after some tries, and the batch comes again."""
    person = directory.add(word())
    read = directory.users.several

    def changing(ids: Any) -> dict[str, User]:
        current = read([person.id])[person.id]
        directory.rename(current, word())
        return read(ids)

    monkeypatch.setattr(directory.users, "several", changing)
    with pytest.raises(Unavailable):
        directory.writer.write({person.id: Seen(Findable.of(person))})


def test_two_writers_of_one_person_leave_the_rows_of_now(real: Database) -> None:
    """Each of them has seen another name; one may be late. Threads on a real engine."""
    for _ in range(5):
        directory = Directory(real)
        directory.complete()
        people = [directory.add(f"{word()} {word()}")]
        for _ in range(4):
            people.append(directory.rename(people[-1], f"{word()} {word()}"))
        images = [Findable.of(each) for each in people]

        def write(number: int, images: list[Findable] = images, directory: Directory = directory) -> None:
            known = set(images[number].rows())
            directory.writer.write({images[0].id: Seen(images[number + 1], known)})

        crowd(4, write)
        assert directory.stored(people[0]) == wanted(people[-1])


def test_an_erasure_beside_writers_leaves_no_row(real: Database) -> None:
    """The last writer sees that the person is gone."""
    for _ in range(5):
        directory = Directory(real)
        directory.complete()
        person = directory.add(f"{word()} {word()}")
        image = Findable.of(person)

        def act(number: int, directory: Directory = directory, person: User = person, image: Findable = image) -> None:
            if number == 0:
                directory.writer.forget(person)
                directory.erase(person)
                directory.writer.write({person.id: Seen(None, set(image.rows()))})  # the record of the removal
            else:
                directory.writer.write({person.id: Seen(image)})

        crowd(4, act)
        assert directory.stored(person) == set()


def test_lost_replies_change_nothing(lossy_store: Faulty) -> None:
    """Every write may be repeated."""
    directory = Directory(lossy_store.through)
    directory.complete()
    between = lossy_store.proxy
    lost = between.drop_reply("BatchWriteItem")
    person = directory.add(word())
    assert lost.hits == 1
    assert directory.stored(person) == wanted(person)


def test_rows_that_are_not_complete_are_not_used(fresh: Database) -> None:
    """Then the caller reads one person after the other."""
    directory = Directory(fresh)
    assert directory.search.find("ada", lambda _: True, scope=DEPLOYMENT, limit=5, start=None) is None
    state = directory.rows.new_state(NOW)
    directory.rows.keep_state(state)
    assert directory.search.find("ada", lambda _: True, scope=DEPLOYMENT, limit=5, start=None) is None
    state.complete, state.format = True, 0
    directory.rows.keep_state(state)
    assert directory.search.find("ada", lambda _: True, scope=DEPLOYMENT, limit=5, start=None) is None
    directory.complete()
    assert directory.search.find("ada", lambda _: True, scope=DEPLOYMENT, limit=5, start=None) is not None
    assert directory.search.find("a", lambda _: True, scope=DEPLOYMENT, limit=5, start=None) is None
    assert directory.search.find("ada", lambda _: True, scope=DEPLOYMENT, limit=5, start={"pk": {"S": "x"}, "sk": {"S": "y"}}) is None


def test_a_rebuild_gives_all_people_rows(fresh: Database) -> None:
    """Twice makes the same. An item that cannot be read does not stop it."""
    directory = Directory(fresh)
    people = [user(claims={"name": f"{word()} {number}"}) for number in range(230)]
    for each in people:
        assert directory.users.create(each)
    fresh.write_raw("directory", [{"pk": {"S": "USER#broken"}, "sk": {"S": "USER"}, "kind": {"S": "user"}}])
    told: list[int] = []
    state = directory.rebuild.run(scope=DEPLOYMENT, tell=told.append)
    assert (int(state.people), state.usable, told[-1]) == (230, True, 230)
    assert directory.stored(*people) == wanted(*people)
    assert directory.find(people[7].email) == [people[7].id]
    directory.rebuild.run(scope=DEPLOYMENT, prune=True)
    assert directory.stored(*people) == wanted(*people)


def test_a_rebuild_goes_on_where_it_stopped(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are not used before its end."""
    small_slices(monkeypatch)
    directory = Directory(fresh)
    people = [user(claims={"name": word()}) for _ in range(40)]
    for each in people:
        assert directory.users.create(each)
    stop_after(20, directory.rebuild)
    stopped = directory.rebuild.status(scope=DEPLOYMENT)
    assert stopped
    assert not stopped.usable
    assert stopped.after_pk
    seen: list[int] = []
    state = directory.rebuild.run(scope=DEPLOYMENT, tell=seen.append)
    assert seen[0] > 5, "it did not begin anew"
    assert int(state.people) == 40
    assert directory.stored(*people) == wanted(*people)


def test_pruning_removes_rows_without_a_person(fresh: Database) -> None:
    """Rows of a person who is gone, of an earlier name, and of another release; the others stay."""
    directory = Directory(fresh)
    directory.complete()
    gone, changed, same = directory.add(word()), directory.add(word()), directory.add(word())
    directory.erase(gone)
    changed = directory.rename(changed, word())
    foreign = SearchRowItem.new(keys.Key("NAME#xy", "xyz#other"), user_id=same.id, word="xyz", text="")
    fresh.put(foreign)
    directory.rebuild.run(scope=DEPLOYMENT, prune=True)
    assert directory.stored(gone, changed, same) == wanted(changed, same)


def test_rows_are_removed_altogether(fresh: Database) -> None:
    directory = Directory(fresh)
    directory.complete()
    people = [directory.add(word()) for _ in range(3)]
    assert directory.rebuild.remove(scope=DEPLOYMENT) == len(wanted(*people))
    assert directory.stored(*people) == set()
    assert directory.rebuild.status(scope=DEPLOYMENT) is None
    assert directory.rebuild.remove(scope=DEPLOYMENT) == 0


def test_an_organisation_may_not_touch_rows(database: Database) -> None:
    rebuild = Directory(database).rebuild
    for act in (rebuild.run, rebuild.remove, rebuild.status):
        with pytest.raises(Forbidden):
            act(scope=Organisation("acme"))


def test_rows_have_no_more_than_they_need(directory: Directory) -> None:
    """Neither a hash nor a flag of the account."""
    person = directory.add("Ada Lovelace", password_hash="$argon2id$x", admin=True)
    for row in Findable.of(person).rows():
        key = search_keys.row(row, person.id)
        raw = next(raw for raw in directory.db.query_all("directory", key.pk) if raw["sk"]["S"] == key.sk)
        assert raw.keys() <= {"pk", "sk", "kind", "user_id", "word", "text"}
    assert len(Findable.of(person).rows()) <= MOST_ROWS
    assert search_keys.row(Row(START, "ada"), person.id).pk == "NAME#ad"
    assert SearchStateItem.kind_name == "search_state"
