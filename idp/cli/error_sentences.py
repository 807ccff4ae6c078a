"""Errors of the command line: a message that says what to do next, and a status. There is a traceback only for a bug."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

REFUSED, SETTINGS, NEWER_SCHEMA = 1, 2, 3
"""Exit statuses. docs/cli.md lists them."""


class Sentences(TyperGroup):
    """The top-level command group. It turns errors of commands into messages."""

    def invoke(self, ctx: Any) -> Any:
        """Call the command, and print the message of an error that has one."""
        try:
            return super().invoke(ctx)
        except Exception as error:  # an error without a message is a bug, and is raised again
            status, sentence = explain_error(error)
            if not sentence:
                raise
            typer.secho(sentence, fg=typer.colors.RED, err=True)
            raise typer.Exit(status) from None


def explain_error(error: Exception) -> tuple[int, str]:
    """Return the exit status and the message, which is empty for a bug. `Invalid` means that an argument is wrong or missing."""
    from idp.adapters.key_file import KeyFileError
    from idp.cli import store_trouble
    from idp.cli.archive import ArchiveError
    from idp.cli.declared.problems import ApiRefusedError, FileProblemsError
    from idp.cli.local.data_folder import InUseError
    from idp.cli.migrations_runner import MigrationsMissingError, NewerSchemaError, UnfinishedReleaseError
    from idp.cli.policy_files import FaultyPoliciesError
    from idp.domain.errors import IdpError, Invalid, Unavailable
    from idp.settings import SettingsError

    wrong, sentence = (SettingsError, KeyFileError, MigrationsMissingError, FileProblemsError), ""
    if isinstance(error, Unavailable):
        sentence = store_trouble.sentence(error.detail)
    elif isinstance(error, IdpError):
        sentence = f"{error.field}: {error.description}" if isinstance(error, Invalid) and error.field else error.description
    elif isinstance(
        error, (*wrong, NewerSchemaError, UnfinishedReleaseError, ArchiveError, InUseError, FaultyPoliciesError, ApiRefusedError)
    ):
        sentence = str(error)
    elif isinstance(error, OSError) and error.filename:
        sentence = f"{error.filename}: {error.strerror}."
    by_api = isinstance(error, ApiRefusedError) and error.is_input
    status = SETTINGS if by_api or isinstance(error, (*wrong, Invalid)) else REFUSED
    return NEWER_SCHEMA if isinstance(error, NewerSchemaError) else status, sentence
