"""Roles and groups: what somebody has, by assignments that count only for what they were made for."""

from __future__ import annotations

import pytest

from idp.domain.access.roles import Group, Role, RoleModel, is_name, is_permission

MODEL = RoleModel(
    {"reader": Role("reader", "r1", ("a:read", "b:read")), "writer": Role("writer", "r2", ("a:write", "a:read"))},
    {"staff": Group("staff", "g1", {"writer": "r2", "gone": "r9"}), "old": Group("old", "g2", {"reader": "r0"})},
)


def test_own_roles_and_those_of_groups() -> None:
    """Together, each once, sorted."""
    assert MODEL.effective({"reader": "r1"}, {"staff": "g1"}) == ("reader", "writer")
    assert MODEL.effective({"writer": "r2"}, {"staff": "g1"}) == ("writer",)
    assert MODEL.permissions(("reader", "writer")) == ("a:read", "a:write", "b:read")


@pytest.mark.parametrize(
    ("roles", "groups"),
    [
        ({}, {}), ({"reader": "r0"}, {}), ({"reader": ""}, {}), ({"reader": "r2"}, {}), ({"nobody": "r1"}, {}), ({"staff": "g1"}, {}),
        ({}, {"staff": "g0"}), ({}, {"staff": "r2"}), ({}, {"old": "g2"}), ({}, {"nobody": "g1"}), ({}, {"reader": "r1"}),
    ],
)  # fmt: skip
def test_an_assignment_of_something_else_gives_nothing(roles: dict[str, str], groups: dict[str, str]) -> None:
    """What was deleted, made anew, or is of the other kind; also where a group names it."""
    assert MODEL.effective(roles, groups) == ()
    assert MODEL.permissions(MODEL.effective(roles, groups)) == ()


def test_permissions_of_what_is_no_role() -> None:
    """None; and none where there is no model."""
    assert MODEL.permissions(("nobody", "staff", "")) == ()
    assert RoleModel().effective({"reader": "r1"}, {"staff": "g1"}) == ()


@pytest.mark.parametrize("name", ["a", "0", "order-editor", "a.b_c:d-e", "a" * 64])
def test_names(name: str) -> None:
    """Lower case, and four signs."""
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "A", "a b", "a/b", "#a", ".a", "-a", "_a", ":a", "a" * 65, "a\n", "ä", "\u0430", "a%23", "a\u0000", None, 5, b"a", ["a"]]
)
def test_what_is_no_name(name: object) -> None:
    """Nothing that looks like another, or would be escaped somewhere."""
    assert not is_name(name)


@pytest.mark.parametrize("word", ["*", "a*", "a b", "", "/a", "a" * 129, "a\n", "ä", "a,b", "a|b", "a#b", 'a"b', None, 5])
def test_what_is_no_permission(word: object) -> None:
    """No patterns, no separators."""
    assert not is_permission(word)
    assert is_permission("Orders/refund:all.v2_x-y")
