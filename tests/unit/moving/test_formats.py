"""The table of formats: each row has a reader, and each further file an option."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from idp.cli.commands.user_import import import_
from idp.domain.errors import Invalid
from idp.services.moving import formats
from idp.services.moving.formats import FILES, FORMATS, Format, reader


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_has_a_reader(name: str) -> None:
    """Its module says which system it reads, and `read` takes the files of the row: what it needs has no default."""
    row = FORMATS[name]
    module = import_module(row.path)
    assert name == module.SYSTEM
    main, *further = inspect.signature(module.read).parameters.values()
    assert main.name == "file"
    assert {each.name for each in further} == {*row.needs, *row.takes}
    assert {each.name for each in further if each.default is each.empty} == set(row.needs)


def test_each_further_file_is_an_option() -> None:
    """Of the command, and of at least one format."""
    assert set(FILES) <= set(inspect.signature(import_).parameters)
    assert {file for row in FORMATS.values() for file in row.needs + row.takes} == set(FILES)


def refusal(name: str, *given: str) -> Invalid:
    """How the reader of a format is refused with these files."""
    with pytest.raises(Invalid) as caught:
        reader(name, dict.fromkeys(given))
    return caught.value


def test_the_files_of_a_format_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One is missing; one is not for this format; the sentence names the option. What may be given may be left out."""
    monkeypatch.setattr(formats, "FORMATS", {"one": Format("csv_file", needs=("a_key",), takes=("a_list",))})
    monkeypatch.setattr(formats, "FILES", {"a_key": "The key.", "a_list": "The list."})
    missing = refusal("one")
    assert (missing.field, missing.description) == ("--a-key", "The format one needs this file: The key.")
    assert refusal("one", "a_key", "other").field == "--other"
    assert callable(reader("one", {"a_key": 1}))
    assert callable(reader("one", {"a_key": 1, "a_list": 1}))


def test_an_unknown_format_is_refused() -> None:
    """The sentence lists those that there are."""
    found = refusal("ldap")
    assert found.field == "--from"
    assert "keycloak" in found.description
