"""Roles and groups: what a subject has by its assignments. An assignment counts only for the role that it was made for."""

from __future__ import annotations

import pytest

from idp.domain.access.roles import Group, Role, RoleModel, is_name, is_permission

MODEL = RoleModel(
    {"reader": Role("reader", "r1", ("a:read", "b:read")), "writer": Role("writer", "r2", ("a:write", "a:read"))},
    {"staff": Group("staff", "g1", {"writer": "r2", "gone": "r9"}), "old": Group("old", "g2", {"reader": "r0"})},
)


def test_effective_roles_include_those_of_groups() -> None:
    """Each once, sorted."""
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
def test_an_assignment_with_another_id_gives_nothing(roles: dict[str, str], groups: dict[str, str]) -> None:
    """A role that was deleted, created again, or is a group; also in a group."""
    assert MODEL.effective(roles, groups) == ()
    assert MODEL.permissions(MODEL.effective(roles, groups)) == ()


def test_an_unknown_role_has_no_permissions() -> None:
    """Also with an empty model."""
    assert MODEL.permissions(("nobody", "staff", "")) == ()
    assert RoleModel().effective({"reader": "r1"}, {"staff": "g1"}) == ()


@pytest.mark.parametrize("name", ["a", "0", "order-editor", "a.b_c:d-e", "a" * 64])
def test_valid_names_are_accepted(name: str) -> None:
    """Lower case letters, digits and four signs."""
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "A", "a b", "a/b", "#a", ".a", "-a", "_a", ":a", "a" * 65, "a\n", "ä", "\u0430", "a%23", "a\u0000", None, 5, b"a", ["a"]]
)
def test_invalid_names_are_refused(name: object) -> None:
    """Names that look like another or would be escaped somewhere."""
    assert not is_name(name)


@pytest.mark.parametrize("word", ["*", "a*", "a b", "", "/a", "a" * 129, "a\n", "ä", "a,b", "a|b", "a#b", 'a"b', None, 5])
def test_invalid_permissions_are_refused(word: object) -> None:
    """No patterns and no separators."""
    assert not is_permission(word)
    assert is_permission("Orders/refund:all.v2_x-y")
