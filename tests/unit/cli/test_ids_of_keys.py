"""The id of a key may begin with a dash, and is no option for that."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from idp.cli import app


@pytest.mark.parametrize(
    "arguments", ["--kind sealing -t9Z --yes", "-y --kind sealing -t9ZabcD", "-t9Z-_-4 --kind=sealing --yes", "-" + "a" * 42 + " -y"]
)
def test_an_id_that_begins_with_a_dash_is_an_id(arguments: str) -> None:
    """The command goes on to the settings, which are wrong here."""
    answer = CliRunner().invoke(app, ["keys", "revoke", *arguments.split()], env={"IDP_ENV": "nonsense", "COLUMNS": "200"})
    assert answer.exit_code == 2
    assert "IDP_" in answer.output
    assert "No such option" not in answer.output


@pytest.mark.parametrize("option", ["--knd", "--yess", "-x"])
def test_an_option_that_is_mistyped_is_none(option: str) -> None:
    """It is told, and is not taken for an id."""
    answer = CliRunner().invoke(app, ["keys", "revoke", "abcd", option], env={"IDP_ENV": "nonsense", "COLUMNS": "200"})
    assert answer.exit_code == 2
    assert "No such option" in answer.output
