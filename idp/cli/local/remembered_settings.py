"""`.idp/settings.json`: the settings of the last `idp dev` in this folder, so that other commands work on the same deployment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from idp.cli.local import data_folder
from idp.settings import PREFIX, SettingsError

FILE = "settings.json"
_MORE = ("AWS_ENDPOINT_URL_DYNAMODB",)
_SECRET = "IDP_SMTP_PASSWORD"
"""Never written. Other commands send no mail."""
ELSEWHERE = ("IDP_ISSUER", "IDP_KMS_KEY_ID", "IDP_KEY_FILE", "IDP_TABLE_PREFIX", "AWS_ENDPOINT_URL_DYNAMODB")
"""Settings that name a deployment. If one of them is set, the folder's settings are not read."""


def write_settings(folder: Path, environ: Mapping[str, str], *, issuer: str) -> None:
    """Write the settings of this run of `idp dev` and its issuer, readable for the owner only."""
    given = {name: value for name, value in environ.items() if value and name != _SECRET and (name.startswith(PREFIX) or name in _MORE)}
    data_folder.write_private(
        data_folder.make_folder(folder) / FILE, json.dumps({**given, "IDP_ENV": "dev", "IDP_ISSUER": issuer}, indent=2) + "\n"
    )


def read_settings(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the folder's settings for a command with this environment; none if the environment names another deployment.

    Raises:
        SettingsError: the folder belongs to another user, or others may write into it. Its settings could name any server.
    """
    if environ.get("IDP_ENV", "dev") != "dev" or any(environ.get(name) for name in ELSEWHERE):
        return {}
    try:
        status = folder.stat()
    except OSError:
        return {}
    if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o022):
        msg = f"{folder.absolute()} belongs to another user, or others may write into it. Its settings are not used. Run: chmod 700"
        raise SettingsError(msg)
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {"IDP_ENV": "dev"}  # of an earlier release
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {"IDP_ENV": "dev"}
