"""Commands find the settings of the development server in `.idp/`, and never those of another user."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from idp.cli import environment
from idp.cli.local.remembered_settings import ELSEWHERE, FILE, read_settings, write_settings
from idp.settings import SettingsError

ISSUER = "http://localhost:8123"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which a server has run, with its own port and brand."""
    monkeypatch.chdir(tmp_path)
    write_settings(Path(".idp"), {"IDP_BRAND": "Acme", "IDP_EMPTY": "", "HOME": "/"}, issuer=ISSUER)
    return Path(".idp")


def test_a_command_uses_the_settings_of_the_server(folder: Path) -> None:
    """Issuer, port and brand are those of the server; the key file is in the folder."""
    found = environment.settings({})
    assert (found.issuer, found.brand, found.dev, found.key_file) == (ISSUER, "Acme", True, f"{folder}/key")


def test_a_given_setting_overrides_the_stored_one(folder: Path) -> None:
    """One setting at a time."""
    del folder
    found = environment.settings({"IDP_BRAND": "Other", "IDP_ENV": "dev"})
    assert (found.issuer, found.brand) == (ISSUER, "Other")


def test_the_server_does_not_read_its_stored_settings(folder: Path) -> None:
    """Otherwise a setting could not be unset."""
    del folder
    assert environment.settings({}, dev=True).issuer == "http://localhost:8000"


@pytest.mark.parametrize("name", ELSEWHERE)
def test_with_a_setting_that_names_a_deployment_the_folder_is_not_read(folder: Path, name: str) -> None:
    """A command for production must not work on the folder's data by mistake."""
    assert read_settings(folder, {name: "x"}) == {}
    assert read_settings(folder, {"IDP_ENV": "prod"}) == {}


def test_only_settings_are_stored_and_only_the_owner_can_read_them(folder: Path) -> None:
    """Other variables of the environment are not stored."""
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert read_settings(folder, {}) == {"IDP_BRAND": "Acme", "IDP_ENV": "dev", "IDP_ISSUER": ISSUER}


def test_a_folder_of_another_user_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings could name any server."""
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(SettingsError, match="belongs to another user"):
        environment.settings({})


def test_a_folder_that_others_may_write_into_is_refused(folder: Path) -> None:
    """Its settings could name any server."""
    folder.chmod(0o777)
    with pytest.raises(SettingsError, match="others may write into it"):
        environment.settings({})


def test_without_a_folder_the_error_names_the_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a new user who has not started the server yet."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"IDP_ISSUER is not set.* make dev"):
        environment.settings({})
