"""What the command line reads from the environment before there are settings: defaults of dev, ports, the address of DynamoDB."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from idp.adapters import engine
from idp.cli.local.remembered_settings import read_settings
from idp.settings import PREFIX, Settings, SettingsError, load

DATA = ".idp"
"""Folder of the development server, in the current folder: key file, data, dev.json."""

DEFAULT_PORT = 8000
_URL = re.compile(r"https?://([A-Za-z0-9_.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/?", re.ASCII)
_NO_ISSUER = (
    "IDP_ISSUER is not set. Set it to the URL under which browsers reach the provider, e.g. https://id.example.com. "
    "To try it on this machine, start the development server in this folder first: make dev, or idp dev."
)
_LAST_PORT = 65534  # the demo app uses the next port
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def settings(environ: MutableMapping[str, str] | None = None, *, dev: bool = False) -> Settings:
    """Return the settings of the deployment that a command works on. With IDP_ENV=dev, or `dev`, unset ones have defaults.

    Unset ones are read from `.idp/` if `idp dev` has run there and no setting names another deployment. `dev`: the caller is the server,
    which does not read them.

    Raises:
        SettingsError: a setting is missing or wrong; the message says what to set.
    """
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in environ.items() if value}
    if not dev:
        for name, value in read_settings(Path(DATA), given).items():
            given.setdefault(name, value)
            if not name.startswith(PREFIX):
                environ[name] = value  # the address of DynamoDB
        if "IDP_ISSUER" not in given and given.get("IDP_ENV") != "dev":
            raise SettingsError(_NO_ISSUER)
    if given.get("IDP_ENV", "dev" if dev else "") == "dev":
        given.setdefault("IDP_ENV", "dev")
        given.setdefault("IDP_ISSUER", f"http://localhost:{port(given)}")
        if dev:
            given.setdefault("IDP_SIGN_UP", "open")  # the mails come into the outbox
            given.setdefault("IDP_MAIL_CODE", "on")  # the same
            given.setdefault("IDP_REMEMBER_DEVICE_DAYS", "30")
            given.setdefault("IDP_SCIM", "on")
            given.setdefault("IDP_CONSOLE", "on")
        if "IDP_KMS_KEY_ID" not in given:
            given.setdefault("IDP_KEY_FILE", f"{DATA}/key")
        if "AWS_PROFILE" not in given and (endpoint(given) or is_embedded(given)):
            # An engine of one's own does not check the signature, but the client needs credentials to make one.
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                environ[name] = given.setdefault(name, "dev")
            environ["AWS_REGION"] = given.setdefault("AWS_REGION", given.get("AWS_DEFAULT_REGION", "us-east-1"))
    return load(given)


def endpoint(environ: Mapping[str, str]) -> str:
    """Return the address of an engine other than AWS's own, or "".

    Raises:
        SettingsError: it is no URL.
    """
    given = environ.get("AWS_ENDPOINT_URL_DYNAMODB", "")
    if given and not _URL.fullmatch(given):
        msg = f"AWS_ENDPOINT_URL_DYNAMODB is '{given[:80]}'. Set it to the URL of an engine, such as http://127.0.0.1:8000, or unset it."
        raise SettingsError(msg)
    return given


def is_own_engine(environ: Mapping[str, str]) -> bool:
    """Return whether the engine is one's own, so that tables may be created. In AWS, also behind a VPC endpoint, the stack creates them."""
    return engine.is_own(endpoint(environ))


def is_embedded(environ: Mapping[str, str]) -> bool:
    """Return whether the store is in this process: in development, if no engine is named."""
    return environ.get("IDP_ENV") == "dev" and not endpoint(environ)


def port(environ: Mapping[str, str]) -> int:
    """Return the port of the development server: PORT, or the port of a loopback issuer, or 8000."""
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
    except ValueError:  # the check of the settings reports it
        given = None
    return given or DEFAULT_PORT
