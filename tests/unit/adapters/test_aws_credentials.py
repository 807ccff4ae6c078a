"""Credentials come from the environment if it has them, else from botocore's providers, which renew them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from idp.adapters.aws_credentials import credential_source
from idp.adapters.sigv4 import Credentials


def test_a_functions_environment_is_enough() -> None:
    """As Lambda sets it, with a session token."""
    source = credential_source({"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"})
    assert source() == Credentials("k", "s", "t")


def test_a_key_without_a_session_token_is_used() -> None:
    """As for a local engine."""
    assert credential_source({"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"})() == Credentials("k", "s", "")


def test_botocore_is_asked_where_the_environment_has_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile in a credentials file."""
    file = tmp_path / "credentials"
    file.write_text("[default]\naws_access_key_id = from-file\naws_secret_access_key = s\n")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    assert credential_source({})() == Credentials("from-file", "s", "")


def test_without_credentials_the_source_returns_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller raises an error with a sentence. The next call looks for credentials again."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    source = credential_source({})
    assert source() is None
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "late")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    assert source() == Credentials("late", "s", "")


def test_a_function_does_not_import_botocore() -> None:
    """It would cost 280 ms of every cold start."""
    program = (
        "import sys, idp.adapters.dynamodb, idp.adapters.aws_credentials as a; a.credential_source()(); print('botocore' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "False"
