"""Whether a version reads every item that is stored: asked in a process of that version, because only it has its classes.

An item of a kind that it does not know is left alone. One that it knows has to be readable; attributes that it does not know are listed,
because it drops them when it writes the whole item.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.versions.pair import Pair


@dataclass
class Found:
    """By kind: how many items it read or does not know, and which attributes it ignores. `failed`: kind and reason of others."""

    read: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    failed: list[list[str]] = field(default_factory=list)

    def add(self, other: Found) -> None:
        """Add what was found in other tables."""
        for mine, theirs in ((self.read, other.read), (self.unknown, other.unknown)):
            for kind, number in theirs.items():
                mine[kind] = mine.get(kind, 0) + number
        for kind, names in other.ignored.items():
            self.ignored[kind] = sorted({*self.ignored.get(kind, ()), *names})
        self.failed += other.failed


ATTEMPTS = 3
"""A busy engine may answer too late. That says nothing about items, so they are read again."""


def read_all(pair: Pair, version: int) -> Found:
    """Read everything in a process of this version."""
    script = Path(__file__).with_name("readable_items.py").read_text(encoding="utf-8")
    ended = pair.run(version, script=script)
    for _ in range(1, ATTEMPTS):
        if ended.returncode and "Unavailable" in ended.stderr:
            ended = pair.run(version, script=script)
    if ended.returncode:
        raise AssertionError(f"{pair.versions[version].name} could not read the tables: {ended.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return Found(**told)
