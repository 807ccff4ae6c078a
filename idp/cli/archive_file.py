"""The file of a backup: compressed JSON lines. A header, one item per line in DynamoDB's own form, and a last line with the count.

    {"format": "idp-backup", "version": 1, "prefix": …, "at": …, "tables": […], "migrations": […], "rp_id": …}
    {"table": "directory", "item": {"pk": {"S": "USER#…"}, …}}
    {"items": 1234}

Binary values are base64. A file without the last line was cut off.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from idp.cli import dynamodb_json

Raw = dict[str, Any]
TABLES = ("directory", "state", "keys")
_SECOND_FACTOR = {"S": "totp"}
_PASSKEY = {"S": "passkey"}
_FORMAT, _VERSION = "idp-backup", 1


class ArchiveError(Exception):
    """The file is no backup, or is incomplete. Nothing was written."""


@dataclass(frozen=True)
class Contents:
    """What a file contains, after it was read to its end.

    `data_key`: the fingerprint of the data key that encrypted its items (data_key.py), "" in a file of an earlier release.
    `second_factors`: the number of authenticator apps; `second_factor`: one of them.
    `rp_id`: the RP ID that its passkeys were made under, "" in a file of an earlier release. `passkeys`: their number.
    """

    prefix: str
    at: int
    migrations: list[str]
    counts: Counter[str] = field(default_factory=Counter)
    keys: list[Raw] = field(default_factory=list, repr=False)
    data_key: str = ""
    second_factors: int = 0
    second_factor: Raw | None = field(default=None, repr=False)
    rp_id: str = ""
    passkeys: int = 0


def write(path: Path, header: Raw, items: Iterable[tuple[str, Raw]]) -> int:
    """Write a new file, readable for its owner only, and replace `path` when it is complete. Returns the number of items."""
    part = path.with_name(path.name + ".part")
    count = 0
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as file:
                file.write(dynamodb_json.line({"format": _FORMAT, "version": _VERSION, **header}))
                for table, item in items:
                    file.write(dynamodb_json.line({"table": table, "item": item}))
                    count += 1
                file.write(dynamodb_json.line({"items": count}))
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return count


def inspect(path: Path) -> Contents:
    """Read the whole file, so that a damaged one is refused before anything is written.

    Raises:
        ArchiveError: the file is damaged; the message says what is wrong.
    """
    lines = _lines(path)
    contents = _header(path, next(lines, {}))
    last: Raw = {}
    factors: list[Raw] = []
    passkeys = 0
    for last in lines:
        if "item" in last and last.get("table") in TABLES:
            contents.counts[last["table"]] += 1
            if last["table"] == "keys":
                contents.keys.append(last["item"])
            if last["item"].get("kind") == _SECOND_FACTOR:
                factors.append(last["item"])
            passkeys += last["item"].get("kind") == _PASSKEY
    if last.get("items") != contents.counts.total():
        msg = f"{path} ends in the middle: it was cut off. Nothing was restored."
        raise ArchiveError(msg)
    return replace(contents, second_factors=len(factors), second_factor=factors[0] if factors else None, passkeys=passkeys)


def items(path: Path) -> Iterator[tuple[str, Raw]]:
    """Yield the items of an inspected file, each with its table."""
    return ((line["table"], line["item"]) for line in _lines(path) if "item" in line)


def _header(path: Path, line: Raw) -> Contents:
    if line.get("format") != _FORMAT:
        msg = f"{path} is not a backup that idp backup has written."
        raise ArchiveError(msg)
    if line.get("version") != _VERSION:
        msg = f"{path} is a backup of format {line.get('version')}, and this release reads {_VERSION}. Install the one that wrote it."
        raise ArchiveError(msg)
    try:
        return Contents(line["prefix"], line["at"], line["migrations"], data_key=line.get("data_key", ""), rp_id=line.get("rp_id", ""))
    except KeyError as missing:
        msg = f"{path} is damaged: its header has no {missing.args[0]}."
        raise ArchiveError(msg) from None


def _lines(path: Path) -> Iterator[Raw]:
    try:
        with gzip.open(path, "rb") as file:
            for line in file:
                parsed = dynamodb_json.parse(line)
                yield parsed if isinstance(parsed, dict) else {}
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError, RecursionError) as error:
        msg = f"{path} can't be read to its end ({type(error).__name__}): it is damaged, or no backup. Nothing was restored."
        raise ArchiveError(msg) from error
