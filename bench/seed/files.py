"""Files of the form of a DynamoDB export (`<table>/data/*.json.gz`), written by several processes."""

from __future__ import annotations

import gzip
import multiprocessing
import time
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


def write_people(folder: Path, base: Base, people: int, processes: int, tell: Callable[[int], None]) -> tuple[int, float]:
    """Write the files that are missing. `tell` gets the number of people that are done.

    Returns the number of search rows, and the seconds of processor time that all files took.
    """
    parts = [Part(folder, base, first, min(first + SLICE, people)) for first in range(0, people, SLICE)]
    done, found, cpu = 0, 0, 0.0
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for size, made, took in pool.imap_unordered(write_part, parts):
            done, found, cpu = done + size, found + made, cpu + took
            tell(done)
    return found, cpu


def write_part(part: Part) -> tuple[int, int, float]:
    """Write the files of some people, unless an earlier run did. Returns the numbers of people and rows, and seconds of processor time."""
    mark = part.folder / "export" / f"{part.first}-{part.end}.rows"
    if mark.exists():
        of_rows, seconds = mark.read_text("ascii").split()
        return part.end - part.first, int(of_rows), float(seconds)
    started = time.process_time()
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
    cpu = time.process_time() - started
    mark.write_text(f"{made} {cpu:.3f}", "ascii")
    return part.end - part.first, made, cpu


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
