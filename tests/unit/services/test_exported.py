"""The export of a person names every kind of items about people, and every attribute of each: shown, or left out with a reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from idp.http.admin.schemas.user_export import UserExport
from idp.services.people.export.exported import EXPORTED, NOT_EXPORTED
from idp.services.people.export.row import Exported
from idp.store.person_items import PERSON_ITEMS

PAGE = (Path(__file__).resolve().parents[3] / "templates" / "data.html").read_text(encoding="utf-8")
KEYS = {"pk", "sk", "kind"}


def test_every_kind_about_a_person_is_exported_or_has_a_reason() -> None:
    """A new kind must be added to one of the tables."""
    exported = {row.model.kind_name for row in EXPORTED}
    assert len(exported) == len(EXPORTED), "a kind is listed twice"
    assert exported | set(NOT_EXPORTED) == {each.kind for each in PERSON_ITEMS}
    assert not exported & set(NOT_EXPORTED)
    assert all(NOT_EXPORTED.values())


@pytest.mark.parametrize("row", EXPORTED, ids=lambda row: row.model.kind_name)
def test_every_attribute_is_shown_or_has_a_reason(row: Exported) -> None:
    """A new attribute must be added to one of the two, so none comes out by accident and none is forgotten."""
    attributes = set(row.model.get_attributes()) - KEYS
    assert set(row.shown) - KEYS | set(row.left_out) == attributes
    assert not set(row.shown) & set(row.left_out)
    assert all(row.left_out.values())
    names = [name for name, _ in row.shown.values()]
    assert len(names) == len(set(names))


def test_the_sections_are_those_of_the_admin_api_and_of_the_page() -> None:
    """A new section has to be described in the one and said in words in the other."""
    sections = {row.section for row in EXPORTED}
    assert len(sections) == len(EXPORTED)
    assert sections | {"format", "version", "issuer", "created_at", "complete", "apps", "organization_names"} == set(
        UserExport.model_fields
    )
    assert set(re.findall(r'(?:section|marks)\("(\w+)"', PAGE)) | {"account"} == sections


def test_no_name_of_a_secret_is_shown() -> None:
    """A second look, by the names of attributes."""
    secret = re.compile(r"sealed|hash|mac|digest|nonce|challenge|secret|public_key|browser$|request$")
    for row in EXPORTED:
        for attribute in row.shown:
            assert not secret.search(attribute) or attribute == "password_hash", (row.section, attribute)
