"""Where a declarative file says that a secret or a text is. A reference is an object with one member, which names the kind of place."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid

if TYPE_CHECKING:
    from pathlib import Path

PLACES = ("env", "file", "ssm", "secretsmanager")
"""A variable of the environment; a file beside the declarative one; a SecureString of Systems Manager; a secret of Secrets Manager."""
_LARGEST = 1024 * 1024


def secret_of(reference: object, *, folder: Path, field: str) -> str:
    """Return the secret that a reference names, without white space at its ends. A file is relative to `folder`.

    `field`: where the reference is in the declarative file, for a refusal.

    Raises:
        Invalid: it is no reference (for example the secret itself), or there is nothing at its place. The message never has the value.
    """
    if not isinstance(reference, Mapping) or len(reference) != 1:
        raise Invalid("declared.secret_reference", field=field)
    ((where, name),) = reference.items()
    if not isinstance(name, str) or not name or not name.isprintable() or where not in PLACES:
        raise Invalid("declared.secret_reference", field=field)
    readers: dict[str, Callable[[], str]] = {
        "env": lambda: os.environ.get(name, ""), "file": lambda: _text(folder / name, name, field, "ascii"),
        "ssm": lambda: _of_aws(name, field, "ssm"), "secretsmanager": lambda: _of_aws(name, field, "secretsmanager"),
    }  # fmt: skip
    found = readers[where]().strip()
    if not found:
        raise Invalid("declared.secret_empty", name=name, field=field)
    return found


def text_of(given: Any, *, folder: Path, field: str) -> Any:
    """Return a text, or that of the file which `{file: PATH}` names. What is neither is returned as it is."""
    if not isinstance(given, Mapping) or set(given) != {"file"} or not isinstance(given["file"], str):
        return given
    return _text(folder / given["file"], given["file"], field, "utf-8")


def _text(path: Path, name: str, field: str, encoding: str) -> str:
    try:
        raw = path.read_bytes()[: _LARGEST + 1]
        return raw.decode(encoding)
    except OSError as error:
        raise Invalid("option.file_unreadable", option=field, path=name, reason=str(error.strerror)) from None
    except ValueError:
        raise Invalid("option.file_unreadable", option=field, path=name, reason=f"it is not {encoding.upper()}") from None


def _of_aws(name: str, field: str, service: str) -> str:
    from idp.adapters.stored_secrets import SecretNotReadError, StoredSecrets

    try:
        return StoredSecrets.of_environment().read(service, name)
    except SecretNotReadError as error:
        raise Invalid("declared.secret_unreadable", name=name, reason=str(error), field=field) from None
