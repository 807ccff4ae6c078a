"""The table of the kinds of items about a person names every kind that the store has (idp/store/person_items.py)."""

from __future__ import annotations

from idp.store import person_items
from idp.store.person_items import OTHER_ITEMS, PERSON_ITEMS, Place
from tests.support.item_kinds import kinds


def test_every_kind_is_about_a_person_or_not() -> None:
    """A new kind of items must be added to one of the tables, so that export and erasure know it."""
    about_people = {each.kind for each in PERSON_ITEMS}
    assert len(about_people) == len(PERSON_ITEMS), "a kind is listed twice"
    assert about_people | set(OTHER_ITEMS) == {kind for kind, _ in kinds()}
    assert not about_people & set(OTHER_ITEMS)


def test_every_kind_about_a_person_is_in_its_table() -> None:
    """An erasure would otherwise look for it in the wrong table."""
    assert {(each.kind, each.table) for each in PERSON_ITEMS} <= set(kinds())


def test_the_kinds_of_a_partition_are_those_with_the_place() -> None:
    """Both tables have a partition of the user."""
    assert person_items.in_partition("directory") == {
        "user", "totp", "recovery_codes", "passkey", "consent", "issuer_link", "scim_user", "scim_membership",
        "membership",
    }  # fmt: skip
    assert "session" in person_items.in_partition("state")
    assert "email" not in person_items.in_partition("directory")
    assert all(each.place is not Place.PARTITION for each in PERSON_ITEMS if each.table == "keys")
