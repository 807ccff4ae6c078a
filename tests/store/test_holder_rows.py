"""Rows by which the people of a role or group are found, on every engine."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access.roles import Group, Role, RoleModel
from idp.domain.access.tenancy import DEPLOYMENT, Organisation
from idp.domain.errors import Forbidden
from idp.domain.people.search_words import Findable
from idp.domain.people.user import User
from idp.services.search.holder_search import QUERIES, HolderSearch
from idp.services.search.rebuild import SearchRebuild
from idp.services.search.row_writer import SearchRowWriter, Seen
from idp.store import keys
from idp.store.database import Database, Raw
from idp.store.look_through import Found
from idp.store.search_rows import SearchRows
from idp.store.user_items import UserItem
from idp.store.users import Users
from tests.store.examples import NOW, user
from tests.store.rebuilding import small_slices, stop_after


class Directory:
    """People with rows, the role `editor`, and groups that give it or do not."""

    def __init__(self, database: Database) -> None:
        self.db, self.rows, self.users = database, SearchRows(database), Users(database)
        self.writer = SearchRowWriter(self.rows, self.users)
        self.rebuild = SearchRebuild(database, self.rows, self.writer, self.users, lambda: NOW)
        self.search = HolderSearch(self.rows, self.users, lambda: NOW)
        own = secrets.token_hex(6)
        self.editor = {"editor": f"role-{own}"}
        self.groups = {name: Group(name, f"{number}-{own}", self.editor) for number, name in enumerate(("day", "night"))}
        self.groups["office"] = Group("office", f"8-{own}")
        self.model = RoleModel({"editor": Role("editor", f"role-{own}"), "viewer": Role("viewer", f"viewer-{own}")}, self.groups)
        state = self.rows.new_state(NOW)
        state.complete = state.holders = True
        self.rows.keep_state(state)

    def add(self, *groups: str, role: bool = False) -> User:
        """A new person with rows, in these groups."""
        member = {name: self.groups[name].id for name in groups}
        made = user(roles=self.editor if role else {}, groups=member)
        assert self.users.create(made)
        self.writer.write({made.id: Seen(Findable.of(made))})
        return made

    def change(self, person: User, **changes: Any) -> User:
        """The person as it is stored now; the rows stay."""
        changed = self.users.replace(replace(person, **changes))
        assert changed
        return changed

    def page(self, *, limit: int = 50, start: Raw | None = None, **wanted: str) -> Found[User] | None:
        def fits(each: User) -> bool:
            return self.model.has(each.roles, each.groups, role=wanted.get("role"), group=wanted.get("group"))

        return self.search.find(
            self.model, fits, role=wanted.get("role"), group=wanted.get("group"), scope=DEPLOYMENT, limit=limit, start=start
        )

    def find(self, *, limit: int = 50, **wanted: str) -> list[str]:
        """The ids of all people who are found, page by page."""
        found: list[str] = []
        start: Raw | None = None
        while True:
            page = self.page(limit=limit, start=start, **wanted)
            assert page
            assert len(page.items) <= limit
            found += [each.id for each in page.items]
            start = page.more
            if start is None:
                return found

    def stored(self, person: User) -> set[tuple[str, str]]:
        """The keys of the person's rows."""
        raws = [raw for raw in self.db.scan("directory") if raw.get("kind") == {"S": "search_row"}]
        return {(raw["pk"]["S"], raw["word"]["S"]) for raw in raws if raw["user_id"]["S"] == person.id}


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database)


def ids(*people: User) -> list[str]:
    return sorted(each.id for each in people)


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_each_holder_is_found_once(directory: Directory, limit: int) -> None:
    """By themselves, by one group, by two, and by all of these; whatever the size of a page."""
    people = [
        directory.add(role=True),
        directory.add("day"),
        directory.add("day", "night"),
        directory.add("night", role=True),
        directory.add("night", "office"),
    ]
    directory.add("office")
    directory.add()
    found = directory.find(role="editor", limit=limit)
    assert (sorted(found), len(found)) == (ids(*people), len(people))
    assert sorted(directory.find(group="night", limit=limit)) == ids(*people[2:])
    assert sorted(directory.find(group="night", role="editor", limit=limit)) == ids(*people[2:])
    assert directory.find(group="office", role="editor", limit=limit) == [people[4].id]


@pytest.mark.parametrize("wanted", [{"role": "viewer"}, {"role": "unknown"}, {"group": "unknown"}, {"group": "office", "role": "viewer"}])
def test_others_are_not_found(directory: Directory, wanted: dict[str, str]) -> None:
    directory.add("day", "office", role=True)
    assert directory.find(limit=50, **wanted) == []


def test_a_role_of_an_earlier_time_has_no_holders(directory: Directory) -> None:
    """A new role has another id: the rows of the former one of this name are not read (a group of it, too)."""
    directory.add("office", role=True)
    new = Role("editor", f"new-{secrets.token_hex(6)}")
    directory.model = replace(directory.model, roles={"editor": new}, groups={"office": replace(directory.groups["office"], id="new")})
    assert directory.find(role="editor") == []
    assert directory.find(group="office") == []


def test_a_late_row_shows_no_person(directory: Directory) -> None:
    """The person lost the role, left the group or was erased; the row is still there."""
    people = [directory.add(role=True), directory.add("day"), directory.add(role=True)]
    directory.change(people[0], roles={})
    directory.change(people[1], groups={})
    directory.db.delete(UserItem, keys.user(people[2].id))
    assert directory.find(role="editor") == []
    page = directory.page(role="editor")
    assert page
    assert page.searched == 3
    both = directory.change(directory.add("day", role=True), roles={})
    assert directory.find(role="editor") == [both.id]


def test_a_page_has_bounded_calls(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for a role of many groups that have no members: the list goes on with the next page."""
    many = {f"g{number:02d}": Group(f"g{number:02d}", f"{secrets.token_hex(6)}", directory.editor) for number in range(QUERIES * 2)}
    last = max(many.values(), key=lambda each: each.id)
    directory.model = replace(directory.model, groups=many)
    directory.groups = dict(many)
    person = directory.add(last.name)
    assert directory.page(role="editor")  # whether the rows are complete is known for a minute
    calls: list[str] = []
    call = directory.db.transport.call

    def counted(operation: str, request: Raw) -> Any:
        calls.append(operation)
        return call(operation, request)

    monkeypatch.setattr(directory.db.transport, "call", counted)
    page = directory.page(role="editor")
    assert page
    assert (page.items, len(calls)) == ([], QUERIES)
    assert directory.find(role="editor") == [person.id]
    calls.clear()
    assert directory.find(group=last.name) == [person.id]
    assert calls == ["Query", "BatchGetItem"]


def test_a_list_goes_on_when_its_group_no_longer_gives_the_role(directory: Directory) -> None:
    people = [directory.add("day"), directory.add("day"), directory.add("night")]
    first = directory.page(role="editor", limit=1)
    assert first
    assert first.more
    directory.model = replace(directory.model, groups={**directory.groups, "day": replace(directory.groups["day"], roles={})})
    rest = directory.page(role="editor", start=first.more)
    assert rest
    assert [each.id for each in rest.items] == [people[2].id]
    directory.model = replace(directory.model, groups={})
    ended = directory.page(role="editor", start=first.more)
    assert ended
    assert (ended.items, ended.more) == ([], None)


def test_rows_that_are_not_complete_are_not_used(fresh: Database) -> None:
    """Those of the release before have no roles. Nor is anything guessed about a role that cannot be read."""
    directory = Directory(fresh)
    state = directory.rows.new_state(NOW)
    for complete, holders, usable in ((True, None, False), (False, True, False), (True, True, True)):
        state.complete, state.holders = complete, holders
        directory.rows.keep_state(state)
        assert (directory.page(role="editor") is not None) == usable
    assert directory.page(role="editor", start={"pk": {"S": "x"}, "sk": {"S": "y"}}) is None
    for unreadable in ({"unreadable_roles": frozenset({"x"})}, {"unreadable_groups": frozenset({"x"})}):
        directory.model = RoleModel(directory.model.roles, directory.model.groups, **unreadable)
        assert directory.page(role="editor") is None


def test_a_rebuild_makes_them_and_only_a_whole_one_switches_them_on(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one that the release before began: its first people have no rows of roles."""
    small_slices(monkeypatch)
    directory = Directory(fresh)
    directory.rows.forget_state()
    people = [user(roles=directory.editor) for _ in range(20)]
    for each in people:
        assert directory.users.create(each)
    stop_after(10, directory.rebuild)
    begun = directory.rows.state()
    assert begun
    begun.makes_holders = None  # as the release before writes it
    directory.rows.keep_state(begun)
    state = directory.rebuild.run(scope=DEPLOYMENT)
    assert (state.usable, state.has_holders) == (True, False)
    assert directory.page(role="editor") is None
    state = directory.rebuild.run(scope=DEPLOYMENT)
    assert (state.usable, state.has_holders) == (True, True)
    assert sorted(directory.find(role="editor")) == ids(*people)


def test_an_old_change_that_comes_late_is_corrected(directory: Directory) -> None:
    """Only the new row was to be written; then the writer sees that the person has changed, and writes what they have now."""
    first = directory.add()
    second = directory.change(first, roles=directory.editor)
    third = directory.change(second, roles={}, groups={"day": directory.groups["day"].id})
    images = [Findable.of(each) for each in (first, second, third)]
    for before, after in ((1, 2), (0, 1)):
        known = {*images[before].rows(), *images[after].rows()}
        directory.writer.write({first.id: Seen(images[after], known, images[after].held - images[before].held)})
        assert {place for place, _ in directory.stored(first) if place.startswith("HAS_")} == {f"HAS_GROUP#{directory.groups['day'].id}"}
        assert {word for _, word in directory.stored(first)} == {row.word for row in images[2].rows()}


def test_an_organisation_may_not_search_them(directory: Directory) -> None:
    with pytest.raises(Forbidden):
        directory.search.find(directory.model, lambda _: True, role="editor", group=None, scope=Organisation("acme"), limit=5, start=None)
