"""A stored item changes only as the version before can bear, and with a note (docs/data-model.md, Versions together)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from pynamodb.attributes import UnicodeAttribute

from idp.cli import migrations_runner
from idp.store.user_items import UserItem
from tools.item_shapes import changes, recorded
from tools.item_shapes.changes import Change, differences, problems
from tools.item_shapes.shapes import shapes

Edit = Callable[[dict[str, Any]], object]
BEFORE: dict[str, Any] = {
    "kinds": {"user": {"table": "directory", "attributes": {"pk": "S", "email": "S", "age": "N?"}}},
    "keys": {"keys.user": "USER#user_id USER"},
    "members": {"user.claims": {"name": "str?"}},
}


def after(edit: Edit) -> dict[str, Any]:
    """The shapes with one change."""
    now = copy.deepcopy(BEFORE)
    edit(now)
    return now


def attributes(shapes: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = shapes["kinds"]["user"]["attributes"]
    return found


def members(shapes: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = shapes["members"]["user.claims"]
    return found


BREAKING: dict[str, tuple[Edit, Change]] = {
    "an attribute that has to be there": (lambda now: attributes(now).update(phone="S"), Change("user.phone", changes.CHANGED)),
    "an attribute that is gone": (lambda now: attributes(now).pop("email"), Change("user.email", changes.GONE)),
    "another type": (lambda now: attributes(now).update(age="S?"), Change("user.age", changes.CHANGED)),
    "an attribute that may be absent now": (lambda now: attributes(now).update(email="S?"), Change("user.email", changes.CHANGED)),
    "an attribute that may be absent no longer": (lambda now: attributes(now).update(age="N"), Change("user.age", changes.CHANGED)),
    "another table": (lambda now: now["kinds"]["user"].update(table="state"), Change("user", changes.MOVED)),
    "a kind that is gone": (lambda now: now["kinds"].pop("user"), Change("user", changes.GONE)),
    "another key": (lambda now: now["keys"].update({"keys.user": "U#user_id USER"}), Change("keys.user", changes.MOVED)),
    "a member that has to be there": (lambda now: members(now).update(sub="str"), Change("user.claims.sub", changes.CHANGED)),
    "another type of a member": (lambda now: members(now).update(name="int?"), Change("user.claims.name", changes.CHANGED)),
}
EXPANDING: dict[str, tuple[Edit, Change]] = {
    "a kind": (lambda now: now["kinds"].update(visit={"table": "state", "attributes": {"pk": "S"}}), Change("visit", changes.NEW)),
    "an attribute that may be absent": (lambda now: attributes(now).update(phone="S?"), Change("user.phone", changes.NEW)),
    "a member that may be absent": (lambda now: members(now).update(sub="str?"), Change("user.claims.sub", changes.NEW)),
}


def test_what_is_stored_is_recorded() -> None:
    """Every change since the version before is in item-changes.json, with what that version does. If not: python -m tools.item_shapes."""
    contracts = {path.stem for path in migrations_runner.list_migrations() if 'PHASE = "contract"' in path.read_text(encoding="utf-8")}
    assert problems(differences(recorded.shapes_before(), shapes()), recorded.changes(), contracts) == []


@pytest.mark.parametrize(("edit", "change"), BREAKING.values(), ids=BREAKING)
def test_a_breaking_change_needs_a_contracting_migration(edit: Edit, change: Change) -> None:
    """A note alone is not enough, nor is a migration that does not contract."""
    found, note = differences(BEFORE, after(edit)), {"what": change.what, "before": "cannot read it"}
    assert found == {change}
    assert problems(found, {change.place: note}, set())
    assert problems(found, {change.place: {**note, "contract": "0009_other"}}, {"0003_done"})
    assert problems(found, {change.place: {**note, "contract": "0003_done"}}, {"0003_done"}) == []


@pytest.mark.parametrize(("edit", "change"), EXPANDING.values(), ids=EXPANDING)
def test_an_expanding_change_needs_a_note(edit: Edit, change: Change) -> None:
    """Without a record, with an empty note, and with the record of another change it is refused."""
    found = differences(BEFORE, after(edit))
    assert found == {change}
    assert problems(found, {}, set())
    assert problems(found, {change.place: {"what": change.what, "before": " "}}, set())
    assert problems(found, {change.place: {"what": changes.GONE, "before": "ignores it"}}, set())
    assert problems(found, {change.place: {"what": change.what, "before": "ignores it"}}, set()) == []


def test_a_record_without_a_change_is_refused() -> None:
    """So the record does not keep what was taken back."""
    assert problems(set(), {"user.phone": {"what": changes.NEW, "before": "ignores it"}}, set())
    assert differences(BEFORE, copy.deepcopy(BEFORE)) == set()


def test_the_shapes_are_those_of_the_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attribute of a class shows without being written anywhere else."""
    before = shapes()
    monkeypatch.setitem(UserItem.get_attributes(), "phone", UnicodeAttribute(attr_name="phone"))
    assert differences(before, shapes()) == {Change("user.phone", changes.CHANGED)}
