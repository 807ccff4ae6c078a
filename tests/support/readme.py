"""The snippets of the README, by the name above each, and its command that registers an app."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

README = (Path(__file__).resolve().parents[2] / "README.md").read_text()
_SNIPPET = re.compile(r"^\*\*(?P<name>[^*\n]+)\*\*[^\n]*\n\n```(?:python|js)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"`\.venv/bin/idp (clients create [^`]+)`")

SNIPPETS = {found["name"]: found["code"] for found in _SNIPPET.finditer(README)}


def create_command() -> list[str]:
    """The arguments of the README's `idp` command that registers an app."""
    found = _COMMAND.search(README)
    assert found, "the README does not say how to register an app"
    return shlex.split(found[1])


def redirect_uri() -> str:
    """The redirect URI in that command."""
    command = create_command()
    return command[command.index("--redirect-uri") + 1]
