"""The role of an organisation that a group of a directory stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.access.roles import is_name
from idp.domain.readable_text import is_readable
from idp.domain.scim.group_role import LONGEST_DESCRIPTION, is_of_directory, role_of
from idp.domain.scim.resources import ScimGroup


def group(name: str, id_: str = "grp_1") -> ScimGroup:
    return ScimGroup(id_, "org_acme.okta", name)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Store Managers", "okta:store-managers"), ("Süd & Ost", "okta:sud-ost"), ("  --x--  ", "okta:x"), ("admin", "okta:admin"),
        ("okta:admin", "okta:okta-admin"), ("../..//a", "okta:a"),
    ],
)  # fmt: skip
def test_the_name_is_that_of_the_client_and_of_the_group(name: str, wanted: str) -> None:
    assert role_of(group(name), "okta", ()).name == wanted


@given(st.text(max_size=260), st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True))
def test_each_display_name_gives_a_role_without_permissions(name: str, own_id: str) -> None:
    """Whatever a directory sends: a name within its own prefix, and a description that pages can show."""
    made = role_of(group(name), own_id, ())
    assert is_name(made.name)
    assert made.name.startswith(f"{own_id}:")
    assert (made.id, made.permissions, is_of_directory(made)) == ("grp_1", (), True)
    assert is_readable(made.description)
    assert len(made.description) <= LONGEST_DESCRIPTION
    other = role_of(group(name, "grp_2"), own_id, {made.name})
    assert is_name(other.name)
    assert other.name != made.name


@pytest.mark.parametrize("name", ["管理者", "!!!", "\u202eevil", "a\nb", "x" * 201])
def test_what_no_page_can_show_is_no_description(name: str) -> None:
    made = role_of(group(name), "okta", ())
    assert is_name(made.name)
    assert made.description == (name if name in {"管理者", "!!!"} else "")
