"""Errors of the command line are messages, with the status that docs/cli.md states."""

from __future__ import annotations

import pytest

from idp.adapters.key_file import KeyFileError
from idp.cli.archive import ArchiveError
from idp.cli.error_sentences import explain_error
from idp.cli.local.data_folder import InUseError
from idp.cli.migrations_runner import MigrationsMissingError, NewerSchemaError
from idp.cli.policy_files import FaultyPoliciesError
from idp.domain.errors import Conflict, Invalid, NotFound, Unavailable
from idp.settings import SettingsError


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SettingsError("set it"), 2),
        (KeyFileError("set it"), 2),
        (MigrationsMissingError("set it"), 2),
        (ArchiveError("set it"), 1),
        (InUseError("set it"), 1),
        (FaultyPoliciesError("set it"), 1),
        (Invalid("set it"), 2),
        (Conflict("set it"), 1),
        (NotFound("set it"), 1),
    ],
)
def test_an_error_of_the_user_is_printed_as_a_sentence(error: Exception, status: int) -> None:
    """The message is that of the error."""
    assert explain_error(error) == (status, "set it")


def test_a_store_of_a_newer_release_is_told_with_its_migrations() -> None:
    sentence = "The store has a newer schema than this release knows: 0009_next ran on it. Install a release that has it."
    assert explain_error(NewerSchemaError("0009_next")) == (3, sentence)


def test_the_message_of_a_wrong_value_names_its_member() -> None:
    """A text such as "Too long" alone would not say what is wrong."""
    assert explain_error(Invalid("It is too long.", field="client_name")) == (2, "client_name: It is too long.")


@pytest.mark.parametrize(
    ("detail", "says"),
    [
        ("no keys yet; run: idp bootstrap", "Run: idp bootstrap"),
        ("Query: ResourceNotFoundException: Requested resource not found", "deploy serverless.yml"),
        ("Query: no AWS credentials: set AWS_ACCESS_KEY_ID", "Set AWS_PROFILE"),
        ("GetItem: ExpiredTokenException: The security token is expired", "AWS refuses these credentials"),
        ("GetItem: AccessDeniedException: not authorized", "AWS refuses these credentials"),
        ("Query: TimeoutError", "Set AWS_REGION"),
        ("kms decrypt: NotFoundException", "Set IDP_KMS_KEY_ID"),
        ("a stored secret does not open (totp)", "IDP_KEY_FILE"),
        ("BatchWriteItem was not completed", "may be run twice"),
        ("", "no reason given"),
    ],
)
def test_an_error_of_the_store_says_what_to_do(monkeypatch: pytest.MonkeyPatch, detail: str, says: str) -> None:
    """The message depends on the error of the store."""
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
    status, sentence = explain_error(Unavailable(detail=detail))
    assert status == 1
    assert says in sentence


def test_the_message_names_an_engine_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is the most common mistake."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    assert "Nothing answers at http://127.0.0.1:9" in explain_error(Unavailable(detail="Query: ConnectionRefusedError"))[1]


def test_the_message_names_a_file_that_cannot_be_written() -> None:
    """With the system's reason."""
    assert explain_error(PermissionError(13, "Permission denied", "/b.gz")) == (1, "/b.gz: Permission denied.")


def test_a_bug_keeps_its_traceback() -> None:
    """A message would hide it."""
    assert explain_error(KeyError("x")) == (1, "")
