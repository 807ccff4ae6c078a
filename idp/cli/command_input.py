"""What a person gives to a command: a password that no shell remembers, JSON, options that exclude each other."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from idp.cli import asking
from idp.domain.errors import Invalid, NotFound

_BYTES = 20


def password(*, stdin: bool, generate: bool) -> str:
    """The password: made, read from standard input, or typed twice."""
    if generate:
        return secrets.token_urlsafe(_BYTES)
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return asking.new_password()


def json_object(option: str, text: str) -> dict[str, Any]:
    """An object from the command line."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Invalid(f'{option} is no JSON object. Write it as \'{{"name": "value"}}\'.')
    return value


def json_documents(option: str, path: str) -> tuple[list[dict[str, Any]], bool]:
    """The objects of a JSON file, or of standard input, and whether it is a single one instead of a list."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        value = json.loads(text)
    except OSError as error:
        raise Invalid(f"{option}: {path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        value = None
    objects = value if isinstance(value, list) else [value]
    if not objects or not all(isinstance(each, dict) for each in objects):
        raise Invalid(f"{option}: {path} is neither a JSON object nor a list of such.")
    return objects, not isinstance(value, list)


def at_most_one(**given: bool) -> None:
    """Refuse two options that contradict each other."""
    chosen = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if len(chosen) > 1:
        raise Invalid(f"{' and '.join(chosen)} contradict each other: give one of them.")


@contextmanager
def name_missing(what: str, name: object) -> Iterator[None]:
    """Replace the text of a NotFound by "There is no {what} {name}."."""
    try:
        yield
    except NotFound:
        msg = f"There is no {what} {name}."
        raise NotFound(msg) from None
