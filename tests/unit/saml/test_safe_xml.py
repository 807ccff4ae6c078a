"""The reading of XML from others: each layer alone, and the limits of what is taken from it (threats S-03, S-07)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from idp.adapters.saml import safe_xml
from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.safe_xml import parse

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def unsearched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser alone, without the search for a DTD before it."""
    monkeypatch.setattr(safe_xml, "_DECLARATION", re.compile(r"(?!)"))


@pytest.mark.usefixtures("unsearched")
def test_the_parser_alone_replaces_no_entity() -> None:
    for entity in ('"boom"', 'SYSTEM "file:///etc/hostname"', 'SYSTEM "http://127.0.0.1:9/"'):
        with pytest.raises(SamlRefused, match=r"an entity|not XML"):
            parse(f"<!DOCTYPE r [<!ENTITY x {entity}>]><r>&x;</r>".encode())


@pytest.mark.usefixtures("unsearched")
def test_the_parser_alone_reads_no_other_file(tmp_path: Path) -> None:
    """A default of an attribute could be the ID to which a signature refers."""
    (tmp_path / "x.dtd").write_text('<!ATTLIST r ID CDATA "_assertion">')
    root = parse(f'<!DOCTYPE r SYSTEM "{tmp_path}/x.dtd"><r/>'.encode())
    assert (dict(root.attrib), root.getroottree().docinfo.externalDTD) == ({}, None)


def test_the_text_that_was_searched_is_the_text_that_is_parsed() -> None:
    """The encoding that a document declares could turn it into another one."""
    assert parse('<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e9</a>'.encode()).text == "\u00e9"
