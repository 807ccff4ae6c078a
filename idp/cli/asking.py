"""Questions on the terminal. No other module of the command line asks. Without a terminal each question is refused."""

from __future__ import annotations

import sys

import typer

from idp.domain.errors import Invalid


def terminal() -> bool:
    """Return whether standard input is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, *, yes: bool) -> None:
    """Return after a yes. Call it before the first write. `yes`: the option --yes was given, so there is no question.

    Raises:
        Invalid: there is no terminal and no --yes.
        Abort: the answer is no.
    """
    if yes:
        return
    if not terminal():
        raise Invalid("terminal.missing_for_question", question=question)
    typer.confirm(question, abort=True, err=True)


def new_password() -> str:
    """Ask for a new password, typed twice and not shown.

    Raises:
        Invalid: there is no terminal.
    """
    if not terminal():
        raise Invalid("terminal.missing_for_password")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def upstream_secret() -> str:
    """Ask for the secret that an upstream gave, not shown.

    Raises:
        Invalid: there is no terminal.
    """
    if not terminal():
        raise Invalid("terminal.missing_for_secret")
    typed: str = typer.prompt("Secret", hide_input=True, err=True)
    return typed
