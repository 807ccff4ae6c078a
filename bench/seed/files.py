"""Files of the form of a DynamoDB export (`<table>/data/*.json.gz`), written by several processes."""

from __future__ import annotations

import gzip
import multiprocessing
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bench.search import Names, _dice, make_names
from bench.seed.base import PREFIX, settings_of
from bench.seed.people import Base, items, person, rows
from idp.cli.dynamodb_json import line
from idp.store.tables import DirectoryItem

SLICE = 5_000
"""People of one file."""
TABLES = ("directory", "state", "keys")
_LEVEL = 1


class Part(NamedTuple):
    """One file of each table: people from number `first` on. `folder`: of the deployment."""

    folder: Path
    base: Base
    first: int
    end: int


def write_people(folder: Path, base: Base, people: int, processes: int, tell: Callable[[int], None]) -> int:
    """Write the files that are missing. `tell` gets the number of people that are done. Returns the number of search rows."""
    parts = [Part(folder, base, first, min(first + SLICE, people)) for first in range(0, people, SLICE)]
    done = found = 0
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for size, made in pool.imap_unordered(write_part, parts):
            done, found = done + size, found + made
            tell(done)
    return found


def write_part(part: Part) -> tuple[int, int]:
    """Write the files of some people, unless an earlier run did. Returns the number of people and of rows."""
    mark = part.folder / "export" / f"{part.first}-{part.end}.rows"
    if mark.exists():
        return part.end - part.first, int(mark.read_text("ascii"))
    settings, names, made = settings_of(part.folder), known_names(), 0
    with ExitStack() as opened:
        out = {name: opened.enter_context(gzip.open(_file(part.folder, name, f"{part.first:09}"), "wb", _LEVEL)) for name in TABLES[:2]}
        for number in range(part.first, part.end):
            one = person(names, part.base, settings, number)
            for each in items(one, settings):
                out[each.table].write(line({"Item": each.raw()}))
            found = list(rows(one))
            out[DirectoryItem.table].write(b"".join(line({"Item": each.raw()}) for each in found))
            made += len(found)
    mark.write_text(str(made), "ascii")
    return part.end - part.first, made


def write_base(folder: Path, table: str, raws: Iterable[dict[str, Any]]) -> None:
    """Write the items of one table that are not of people."""
    with gzip.open(_file(folder, table, "base"), "wb", _LEVEL) as out:
        out.writelines(line({"Item": raw}) for raw in raws)


def _file(folder: Path, table: str, name: str) -> Path:
    place = folder / "export" / f"{PREFIX}-{table}" / "data"
    place.mkdir(parents=True, exist_ok=True)
    return place / f"{name}.json.gz"


@cache
def known_names() -> Names:
    """The made-up names, which take a tenth of a second to make."""
    return make_names(_dice(1))
