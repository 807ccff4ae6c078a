"""Read the settings from environment variables with the prefix IDP_."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields

from idp.settings.errors import SettingsError
from idp.settings.rules import problems
from idp.settings.settings import Settings

PREFIX = "IDP_"
OF_THE_AUTHORIZER = frozenset(
    {
        "IDP_AUDIENCE", "IDP_JWKS_URI", "IDP_ALGORITHMS", "IDP_LEEWAY", "IDP_AUTHORIZER_RULES", "IDP_AUTHORIZER_RESPONSE",
        "IDP_AUTHORIZER_CACHE", "IDP_AUTHORIZER_REVOCATION", "IDP_AUTHORIZER_DECISIONS", "IDP_AUTHORIZER_SUBJECTS",
    }
)  # fmt: skip
"""Settings of the Lambda authorizer (wiring/authorizer_settings.py). They have the same prefix and may be set beside the provider's."""
OF_TESTS = "IDP_TEST_"
_MOST_DIGITS = 10
"""Digits of a number: enough for every lifetime in seconds."""


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingsError: a setting is missing or wrong; the message says what to set.
    """
    environ = os.environ if environ is None else environ
    _check_names(environ)
    values: dict[str, str | int] = {}
    for field in fields(Settings):
        raw = environ.get(PREFIX + field.name.upper(), "")
        if raw:
            values[field.name] = _whole_number(field.name, raw) if field.type == "int" else raw
    if not values.get("issuer"):
        msg = "IDP_ISSUER is not set. Set it to the URL under which browsers reach the provider, e.g. https://id.example.com"
        raise SettingsError(msg)
    settings = Settings(**values)  # type: ignore[arg-type]  # each value was converted to its field's type above
    for problem in problems(settings):
        raise SettingsError(problem)
    return settings


def _check_names(environ: Mapping[str, str]) -> None:
    """Raise SettingsError for an unknown variable IDP_… with a value. A misspelt setting would otherwise have no effect."""
    known = {PREFIX + field.name.upper() for field in fields(Settings)} | OF_THE_AUTHORIZER
    for name, value in environ.items():
        if value and name.startswith(PREFIX) and name not in known and not name.startswith(OF_TESTS):
            from difflib import get_close_matches  # imported here because it takes time and is only needed for an error

            near = get_close_matches(name.removeprefix(PREFIX).upper(), sorted(each.removeprefix(PREFIX) for each in known), n=1)
            meant = f" Did you mean {PREFIX}{near[0]}?" if near else ""
            msg = f"{name[:80]} is not a setting.{meant} Correct it or unset it; docs/settings.md lists all settings."
            raise SettingsError(msg)


def _whole_number(name: str, raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > _MOST_DIGITS:
        msg = f"{PREFIX}{name.upper()} is '{raw[:40]}'. Set it to a whole number."
        raise SettingsError(msg)
    return int(raw)
