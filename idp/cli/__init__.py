"""The `idp` command. One module per command, imported when the command is called: `idp --help` loads none of them."""

from __future__ import annotations

from idp.cli.commands import app

__all__ = ["app"]
