"""`idp search`: rows are made, shown and removed from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import CommandLine


@pytest.fixture
def idp(quick_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    line = CommandLine(quick_endpoint, table_prefix, tmp_path)
    line.done("bootstrap", "--json", "--demo")
    return line


def test_rows_are_made_shown_and_removed(idp: CommandLine) -> None:
    """Each command says what comes next."""
    assert "idp search rebuild" in idp.done("search", "status").out
    nothing = {"in_use": False, "roles_in_use": False, "people": 0, "rows": 0, "started_at": None, "finished_at": None}
    assert idp.done("search", "status", "--json").json == nothing
    assert "Searches use rows" in idp.done("search", "rebuild").out
    told = idp.done("search", "status", "--json").json
    assert (told["in_use"], told["roles_in_use"]) == (True, True)
    assert 0 < told["people"] < told["rows"]
    assert told["finished_at"] >= told["started_at"]
    assert idp.done("search", "rebuild", "--prune", "--anew", "--json").json["people"] == told["people"]
    assert "rows removed" in idp.done("search", "remove").out
    assert idp.done("search", "status", "--json").json == nothing


def test_rows_of_the_release_before_have_no_roles(idp: CommandLine) -> None:
    rows = idp.services().search_rows
    state = rows.new_state(1_800_000_000)
    state.complete, state.makes_holders = True, None
    rows.keep_state(state)
    assert "Lists of the people of a role or group do not use rows yet" in idp.done("search", "status").out
    idp.done("search", "rebuild")
    assert "Lists of the people" not in idp.done("search", "status").out


def test_a_person_is_found_with_and_without_rows(idp: CommandLine) -> None:
    """`idp users list` asks the same search as the admin API."""
    without = idp.done("users", "list", "--search", "lovelac").out
    idp.done("search", "rebuild")
    assert "ada@example.com" in without
    assert idp.done("users", "list", "--search", "lovelac").out == without
    assert "ada@example.com" not in idp.done("users", "list", "--search", "lovelacx").out


def test_a_rebuild_that_is_not_through_says_how_to_go_on(idp: CommandLine) -> None:
    rows = idp.services().search_rows
    rows.keep_state(rows.new_state(1_800_000_000))
    assert "To go on: idp search rebuild" in idp.done("search", "status").out
    assert not idp.done("search", "status", "--json").json["in_use"]
