"""Whole numbers on the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from idp.cli import app

COMMANDS = ["users list --limit", "clients list --limit", "clients rotate-secret x --overlap", "policy show", "policy publish"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("number", ["1_0", "+1", "1.0", "01", " 1", "\u0661", "1e1", "x", ""])
def test_another_spelling_of_a_number_is_a_usage_error(command: str, number: str) -> None:
    """Status 2, before the settings are read."""
    answer = CliRunner().invoke(app, [*command.split(), number], env={"IDP_ENV": "nonsense"})
    assert answer.exit_code == 2
    assert "is not a whole number in digits alone" in " ".join(answer.output.replace("│", " ").split())


@pytest.mark.parametrize("number", ["0", "10001"])
def test_a_number_out_of_range_is_a_usage_error(number: str) -> None:
    answer = CliRunner().invoke(app, ["users", "list", "--limit", number])
    assert answer.exit_code == 2
    assert "range" in answer.output
