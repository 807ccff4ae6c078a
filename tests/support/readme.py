"""What the README prints: its snippets by the name above them, and the command that registers an app."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
_SNIPPET = re.compile(r"^\*\*(?P<name>[^*\n]+)\*\*[^\n]*\n\n```(?:python|js)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"`\.venv/bin/idp (clients create [^`]+)`")

SNIPPETS = {found["name"]: found["code"] for found in _SNIPPET.finditer(README)}


def create_command() -> list[str]:
    """The arguments of `idp` with which the README registers an app."""
    found = _COMMAND.search(README)
    assert found, "the README does not say how to register an app"
    return shlex.split(found[1])


def redirect_uri() -> str:
    """Where the app of that command is called back."""
    command = create_command()
    return command[command.index("--redirect-uri") + 1]
