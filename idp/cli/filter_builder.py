"""Builds the file of breached passwords (`idp.adapters.breached_file`) from lists of SHA-1 hashes.

A list has one hash in a line, in 40 hexadecimal digits; a count may follow after a colon, as in the lists of Have I Been Pwned. A folder
has the answers of the range service, as its downloader stores them: `21BD1.txt` has the last 35 digits of the hashes that begin with 21BD1.

Memory does not grow with the list: entries are sorted in runs, which are merged if they overlap. A sorted list is not merged.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from typing import IO

from idp.adapters.breached_file import MAGIC, SIZE
from idp.domain.errors import Invalid

STEP = 100_000
"""Lines between two signs of progress. A sign for each line would take longer than the line."""
_RUN = 2_000_000
"""Entries that are sorted at once: about 200 MB of memory."""
_LINE = re.compile(rb"([0-9A-Fa-f]{40})(?::([0-9]{1,12}))?\s*", re.ASCII)
_RANGE_FILE = re.compile(r"[0-9A-Fa-f]{5}(\.txt)?", re.ASCII)


def lines_of(source: Path) -> Iterator[bytes]:
    """Yield the lines of a list, or of all files of a folder, each with its whole hash."""
    if not source.is_dir():
        with source.open("rb") as file:
            yield from file
        return
    for path in sorted(path for path in source.iterdir() if _RANGE_FILE.fullmatch(path.name)):
        prefix = path.stem.encode()
        with path.open("rb") as file:
            yield from (prefix + line for line in file if line.strip())


def build(lines: Iterable[bytes], target: Path, *, min_count: int, step: Callable[[], None], run: int = _RUN) -> int:
    """Write the filter to `target` and return its number of entries. `step` is called after each `STEP` lines.

    `min_count`: hashes with a lower count are left out; a hash without a count is kept. The file appears as a whole, or not at all.

    Raises:
        Invalid: a line is not a hash, or there is none to write.
        OSError: the file cannot be written.
    """
    entries = _entries(lines, min_count, step)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".filter-") as work:
        made = Path(work, "filter")
        with Path(work, "runs").open("w+b") as kept, made.open("wb") as out:
            written = _write(_sorted(entries, kept, run), out)
        if not written:
            raise Invalid("filter.empty")
        made.replace(target)
    return written


def _entries(lines: Iterable[bytes], min_count: int, step: Callable[[], None]) -> Iterator[bytes]:
    for number, line in enumerate(lines, 1):
        if number % STEP == 0:
            step()
        found = _LINE.fullmatch(line)
        if found is None:
            if not line.strip():
                continue
            raise Invalid("filter.line_malformed", number=number)  # the line is not repeated: it may be a password
        if found[2] is None or int(found[2]) >= min_count:
            yield bytes.fromhex(found[1][: 2 * SIZE].decode())


def _sorted(entries: Iterator[bytes], kept: IO[bytes], run: int) -> Iterator[bytes]:
    """Yield the entries in order. `kept`: a file for the runs."""
    sizes, in_order, last = [], True, b""
    while some := sorted(islice(entries, run)):
        in_order, last = in_order and last <= some[0], some[-1]
        kept.write(b"".join(some))
        sizes.append(len(some))
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    if in_order:
        return _read(kept, 0, sum(sizes))
    return merge(*(_read(kept, start, size) for start, size in zip(starts, sizes, strict=True)))


def _read(kept: IO[bytes], start: int, size: int, block: int = 4096) -> Iterator[bytes]:
    for at in range(start, start + size, block):
        kept.seek(at * SIZE)
        data = kept.read(min(block, start + size - at) * SIZE)
        yield from (data[index : index + SIZE] for index in range(0, len(data), SIZE))


def _write(entries: Iterator[bytes], out: IO[bytes]) -> int:
    out.write(MAGIC)
    written = 0
    for entry, _ in groupby(entries):
        out.write(entry)
        written += 1
    return written
