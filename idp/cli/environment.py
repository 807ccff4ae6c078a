"""What the command line reads from the environment before there are settings: dev's defaults, ports, where DynamoDB is."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from idp.cli.local.remembered_settings import remembered
from idp.settings import PREFIX, Settings, SettingsError, load

DATA = ".idp"
"""Folder of the development server: key file, data, dev.json. Beside the place where the command is called."""

DEFAULT_PORT = 8000
_URL = re.compile(r"https?://([A-Za-z0-9_.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/?", re.ASCII)
_NO_ISSUER = (
    "IDP_ISSUER is not set. Set it to the URL under which browsers reach the provider, e.g. https://id.example.com. "
    "To try it on this machine, start the development server in this folder first: make dev, or idp dev."
)
_LAST_PORT = 65534  # one more is the demo app's
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def settings(environ: MutableMapping[str, str] | None = None, *, dev: bool = False) -> Settings:
    """The settings of the deployment that a command works on. With IDP_ENV=dev, or `dev`, what is not set has a default.

    What is not set is read from `.idp/`, where `idp dev` has run and nothing names another deployment; `dev`, the server, does not read it.

    Raises:
        SettingsError: a sentence that says what to set.
    """
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in environ.items() if value}
    if not dev:
        for name, value in remembered(Path(DATA), given).items():
            given.setdefault(name, value)
            if not name.startswith(PREFIX):
                environ[name] = value  # where DynamoDB is
        if "IDP_ISSUER" not in given and given.get("IDP_ENV") != "dev":
            raise SettingsError(_NO_ISSUER)
    if given.get("IDP_ENV", "dev" if dev else "") == "dev":
        given.setdefault("IDP_ENV", "dev")
        given.setdefault("IDP_ISSUER", f"http://localhost:{port(given)}")
        if "IDP_KMS_KEY_ID" not in given:
            given.setdefault("IDP_KEY_FILE", f"{DATA}/key")
        if "AWS_PROFILE" not in given and (endpoint(given) or embedded(given)):
            # The signature is not checked by an engine of one's own, but the client insists on making one.
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                environ[name] = given.setdefault(name, "dev")
            environ["AWS_REGION"] = given.setdefault("AWS_REGION", given.get("AWS_DEFAULT_REGION", "us-east-1"))
    return load(given)


def endpoint(environ: Mapping[str, str]) -> str:
    """The address of an engine other than AWS's own, or nothing.

    Raises:
        SettingsError: it is no URL.
    """
    given = environ.get("AWS_ENDPOINT_URL_DYNAMODB", "")
    if given and not _URL.fullmatch(given):
        msg = f"AWS_ENDPOINT_URL_DYNAMODB is '{given[:80]}'. Set it to the URL of an engine, such as http://127.0.0.1:8000, or unset it."
        raise SettingsError(msg)
    return given


def own_engine(environ: Mapping[str, str]) -> bool:
    """Whether an engine of one's own is named, on which tables may be made. In AWS, behind a VPC endpoint too, they are the stack's."""
    host = urlsplit(endpoint(environ)).hostname or ""
    return bool(host) and not host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))


def embedded(environ: Mapping[str, str]) -> bool:
    """Whether the store is the one in the process: in development, unless an engine is named."""
    return environ.get("IDP_ENV") == "dev" and not endpoint(environ)


def port(environ: Mapping[str, str]) -> int:
    """The port that the development server listens on: PORT, else the one of a loopback issuer, else 8000."""
    raw = environ.get("PORT", "")
    if raw:
        number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= len(str(_LAST_PORT)) else 0
        if not 1 <= number <= _LAST_PORT:
            msg = f"PORT is '{raw[:40]}'. Set it to a number from 1 to {_LAST_PORT}; the demo app takes the next one."
            raise SettingsError(msg)
        return number
    try:
        issuer = urlsplit(environ.get("IDP_ISSUER", ""))
        given = issuer.port if issuer.hostname in _LOOPBACK else None
    except ValueError:  # the settings' own check says what is wrong with it
        given = None
    return given or DEFAULT_PORT
