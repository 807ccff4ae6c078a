"""Errors of the command line: one sentence that says what to do next, and a status. Never a traceback for what a person can mend."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from idp.domain.errors import Unavailable

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
    """The exit status and the sentence; no sentence for what is a bug."""
    from idp.adapters.key_file import KeyFileError
    from idp.cli.archive import ArchiveError
    from idp.cli.migrations_runner import MigrationsMissingError, NewerSchemaError
    from idp.dev.data_folder import InUseError
    from idp.domain.errors import IdpError, Unavailable
    from idp.settings import SettingsError

    sentence = ""
    if isinstance(error, Unavailable):
        sentence = _unavailable(error)
    elif isinstance(error, IdpError):
        sentence = error.description
    elif isinstance(error, SettingsError | KeyFileError | MigrationsMissingError | NewerSchemaError | ArchiveError | InUseError):
        sentence = str(error)
    elif isinstance(error, OSError) and error.filename:
        sentence = f"{error.filename}: {error.strerror}."
    status = SETTINGS if isinstance(error, SettingsError | KeyFileError | MigrationsMissingError) else REFUSED
    return NEWER_SCHEMA if isinstance(error, NewerSchemaError) else status, sentence


def _unavailable(error: Unavailable) -> str:
    from idp.cli.environment import endpoint

    where, cause = endpoint(os.environ), error.detail.rpartition(": ")[2]
    if "idp bootstrap" in error.detail:
        return "The deployment has no keys yet. Run: idp bootstrap"
    if cause == "ResourceNotFoundException":
        return (
            "The tables are not there. Run idp bootstrap, which makes them on an engine of your own; in AWS, deploy serverless.yml, "
            "and set IDP_TABLE_PREFIX to its prefix and AWS_REGION to its region."
        )
    if cause in {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"}:
        return "There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
    if cause in {"UnrecognizedClientException", "AccessDeniedException", "ExpiredTokenException", "InvalidSignatureException"}:
        return f"AWS refuses these credentials ({error.detail}). Set AWS_PROFILE to one that may use the tables and the key."
    if cause in {"EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError"}:
        return (
            f"Nothing answers at {where}. Start the engine, or set AWS_ENDPOINT_URL_DYNAMODB to where it is."
            if where
            else "DynamoDB can't be reached. Set AWS_REGION, or AWS_ENDPOINT_URL_DYNAMODB to an engine of your own."
        )
    return f"The store did not do it ({error.detail or 'no reason given'}). Try again; every command may be run twice."
