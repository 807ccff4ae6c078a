"""Reads the arguments of commands: a password that is not on the command line, JSON, options that exclude each other."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from idp.cli import asking
from idp.domain.errors import Invalid, NotFound
from idp.domain.message import Message

_BYTES = 20
_DEEPEST = 32
"""Levels of a JSON value. What reads the value may go down by recursion."""


def password(*, stdin: bool, generate: bool, minimum: int) -> str:
    """Return the password: generated with at least `minimum` characters, read from standard input, or typed twice."""
    if generate:
        return secrets.token_urlsafe(max(_BYTES, minimum))  # the text is longer than the number of bytes
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return asking.new_password()


def upstream_secret(*, stdin: bool, file: str) -> str:
    """Return the secret of an upstream, or its private key in PEM: from standard input, from a file, or typed at the terminal.

    Raises:
        Invalid: both are given, the file cannot be read, or there is neither of them and no terminal.
    """
    at_most_one(secret_stdin=stdin, secret_file=bool(file))
    if stdin:
        return sys.stdin.read().strip()
    if not file:
        return asking.upstream_secret()
    try:
        return Path(file).read_text(encoding="ascii").strip()
    except OSError as error:
        raise Invalid("option.file_unreadable", option="--secret-file", path=file, reason=str(error.strerror)) from None
    except ValueError:
        raise Invalid("option.file_unreadable", option="--secret-file", path=file, reason="it is not ASCII") from None


def text_file(option: str, path: str, longest: int) -> str:
    """Return a file of text. `longest`: bytes.

    Raises:
        Invalid: it cannot be read, is too long or is not UTF-8.
    """
    try:
        content = Path(path).read_bytes()
        if len(content) > longest:
            raise Invalid("option.file_unreadable", option=option, path=path, reason="it is too long")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise Invalid("option.file_unreadable", option=option, path=path, reason=str(error.strerror)) from None
    except UnicodeDecodeError:
        raise Invalid("option.file_unreadable", option=option, path=path, reason="it is not UTF-8") from None


def json_value(text: str) -> Any:
    """Return the JSON value of a text that a person wrote.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    too_deep = f"it is nested more than {_DEEPEST} levels deep"
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError(too_deep) from None
    level = [value]
    for _ in range(_DEEPEST):
        level = [child for parent in level for child in _children(parent)]
    if level:
        raise ValueError(too_deep)
    return value


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def json_object(option: str, text: str) -> dict[str, Any]:
    """Return the JSON object of an option.

    Raises:
        Invalid: it is no JSON object.
    """
    try:
        value = json_value(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Invalid("option.not_json_object", option=option)
    return value


def json_documents(option: str, path: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the objects of a JSON file or of standard input ("-"), and whether it is a single one instead of a list.

    Raises:
        Invalid: the file cannot be read, or contains something else.
    """
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
        value = json_value(text)
    except OSError as error:
        raise Invalid("option.file_unreadable", option=option, path=path, reason=str(error.strerror)) from None
    except ValueError:
        value = None
    objects = value if isinstance(value, list) else [value]
    if not objects or not all(isinstance(each, dict) for each in objects):
        raise Invalid("option.file_not_json_objects", option=option, path=path)
    return objects, not isinstance(value, list)


def at_most_one(**given: bool) -> None:
    """Raise Invalid if more than one of these options is given."""
    chosen = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if len(chosen) > 1:
        raise Invalid("option.contradiction", options=" and ".join(chosen))


@contextmanager
def name_missing(message: Message) -> Iterator[None]:
    """Replace the message of a NotFound by one that names what the command asked for."""
    try:
        yield
    except NotFound:
        raise NotFound(message) from None
