"""The id of a key may begin with a dash. It must not be read as an option."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from idp.cli import app


@pytest.mark.parametrize(
    "arguments", ["--kind sealing -t9Z --yes", "-y --kind sealing -t9ZabcD", "-t9Z-_-4 --kind=sealing --yes", "-" + "a" * 42 + " -y"]
)
def test_a_key_id_with_a_leading_dash_is_no_option(arguments: str) -> None:
    """The command proceeds to the settings, which are wrong in this test."""
    answer = CliRunner().invoke(app, ["keys", "revoke", *arguments.split()], env={"IDP_ENV": "nonsense", "COLUMNS": "200"})
    assert answer.exit_code == 2
    assert "IDP_" in answer.output
    assert "No such option" not in answer.output


@pytest.mark.parametrize("option", ["--knd", "--yess", "-x"])
def test_a_mistyped_option_is_reported_and_is_no_key_id(option: str) -> None:
    """The command reports it."""
    answer = CliRunner().invoke(app, ["keys", "revoke", "abcd", option], env={"IDP_ENV": "nonsense", "COLUMNS": "200"})
    assert answer.exit_code == 2
    assert "No such option" in answer.output
