"""All settings with their values, for operators. Of a secret it says only whether it is set."""

from __future__ import annotations

import os
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, NamedTuple

from idp.settings.load import PREFIX
from idp.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT, ENVIRONMENT, PROCESS = "default", "environment", "process"
"""Where a value is from: the code, a variable of the environment, or the process itself, such as the defaults of `idp dev`."""


class Setting(NamedTuple):
    """`value` and `default` are text; "" for none. Of a secret `value` is always ""."""

    name: str
    value: str
    default: str
    source: str
    is_secret: bool
    is_set: bool


def listing(settings: Settings, environ: Mapping[str, str] | None = None) -> list[Setting]:
    """Return all settings in the order of the code. A field that has no place in its `repr` is a secret."""
    environ = os.environ if environ is None else environ
    found = []
    for field in fields(Settings):
        name, value = PREFIX + field.name.upper(), getattr(settings, field.name)
        default = "" if field.default is MISSING else str(field.default)
        source = ENVIRONMENT if environ.get(name) else DEFAULT if str(value) == default else PROCESS
        found.append(Setting(name, str(value) if field.repr else "", default, source, not field.repr, bool(value)))
    return found
