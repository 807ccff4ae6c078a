"""Errors of the command line: one sentence that says what to do next, and a status. Never a traceback for what a person can mend."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

REFUSED, SETTINGS, NEWER_SCHEMA = 1, 2, 3
"""Exit statuses; docs/cli.md has them too."""


class Sentences(TyperGroup):
    """The top of the commands: whatever one of them raises ends here."""

    def invoke(self, ctx: Any) -> Any:
        """Call the command; an error that has a sentence becomes it."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            status, sentence = explained(error)
            if not sentence:
                raise
            typer.secho(sentence, fg=typer.colors.RED, err=True)
            raise typer.Exit(status) from None


def explained(error: Exception) -> tuple[int, str]:
    """The exit status and the sentence; no sentence for a bug. `Invalid` means that an argument is wrong or missing."""
    from idp.adapters.key_file import KeyFileError
    from idp.cli import store_trouble
    from idp.cli.archive import ArchiveError
    from idp.cli.local.data_folder import InUseError
    from idp.cli.migrations_runner import MigrationsMissingError, NewerSchemaError, UnfinishedReleaseError
    from idp.cli.policy_files import FaultyPoliciesError
    from idp.domain.errors import IdpError, Invalid, Unavailable
    from idp.settings import SettingsError

    wrong, sentence = (SettingsError, KeyFileError, MigrationsMissingError), ""
    if isinstance(error, Unavailable):
        sentence = store_trouble.sentence(error.detail)
    elif isinstance(error, IdpError):
        sentence = f"{error.field}: {error.description}" if isinstance(error, Invalid) and error.field else error.description
    elif isinstance(error, (*wrong, NewerSchemaError, UnfinishedReleaseError, ArchiveError, InUseError, FaultyPoliciesError)):
        sentence = str(error)
    elif isinstance(error, OSError) and error.filename:
        sentence = f"{error.filename}: {error.strerror}."
    status = SETTINGS if isinstance(error, (*wrong, Invalid)) else REFUSED
    return NEWER_SCHEMA if isinstance(error, NewerSchemaError) else status, sentence
