"""The help of the commands: complete and fast."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from idp.cli import app

COMMANDS = [
    "dev", "bootstrap", "migrate", "backup", "restore", "users", "users create", "users set-password",
    "users list", "users show", "users disable", "users enable", "users unlock", "users reset-password", "users remove-passkey",
    "users devices", "users forget-devices", "users hashes", "users import", "users temporary-code",
    "roles", "roles create", "roles list", "groups", "groups create", "clients", "clients create", "clients list",
    "clients rotate-secret", "passwords", "passwords build-filter", "keys", "keys list", "keys rotate", "keys revoke",
    "connections", "connections presets", "connections list", "connections show", "connections create", "connections update",
    "connections rotate-secret", "connections delete", "imports", "imports start", "imports list", "imports show", "imports report",
    "imports cancel", "imports run",
]  # fmt: skip


def test_the_help_of_idp_lists_every_command() -> None:
    """Also without arguments."""
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert all(command in shown.output for command in COMMANDS if " " not in command)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    """With a sentence, and one for each of its options."""
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    assert shown.exit_code == 0
    options = [line for line in shown.output.splitlines() if "--" in line and line.startswith("│")]
    assert all(len(line.strip("│ ").split("  ")) > 1 for line in options)


def test_the_help_imports_neither_the_provider_nor_the_store() -> None:
    """Importing them would make it slow."""
    heavy = ["pynamodb", "botocore", "moto", "starlette", "authlib", "cryptography", "uvicorn", "idp.wiring", "idp.cli.dev_server"]
    script = (
        "import sys; from typer.testing import CliRunner; from idp.cli import app; "
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0; "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_command_is_a_usage_error() -> None:
    """Status 2, and a hint at the help."""
    assert CliRunner().invoke(app, ["frobnicate"]).exit_code == 2
