"""People in and out: `idp users import` from CSV and `idp export --everything`, each as a command of its own against one engine.

The engine has one core and the command another one. The rate and the processor time are those of the whole command with its start. Units
are the difference of two runs of different size, so that the start of a command is not in them. No password is hashed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench.meter import Meter, Usage
from bench.processes import Ended, children_cpu, on_core, watch
from bench.providers import ROOT, project
from bench.report import usage_columns
from tests.engines.launch import ENGINES

FEW = 10_000
"""Measured beside the wanted number, to see whether memory grows."""
SAMPLE = (330, 3300)
WRITES, READS, OF_AN_INDEX = 4_000, 12_000, 1_000
"""Units a second that a new on-demand table bears at first, and that one partition bears: the index of people is one at first."""
_MILLION = 1_000_000

Tell = Callable[[str], None]


class Run(NamedTuple):
    """One command. `engine`: seconds of processor time that the engine took meanwhile."""

    name: str
    people: int
    ended: Ended
    engine: float

    @property
    def row(self) -> tuple[str, ...]:
        """The row of the table."""
        each = 1000 / self.people
        speed = (f"{self.people / self.ended.seconds:,.0f}", f"{self.ended.cpu * each:.2f}", f"{self.engine * each:.2f}")
        return (self.name, f"{self.people:,}", f"{self.ended.seconds:.0f}", *speed, f"{self.ended.memory_mb:.0f}")


def run(work: Path, people: int, engine: str, tell: Tell) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return two tables: time, processor time and memory for each number of people; then units and dollars."""
    with ENGINES[engine]() as url, Meter(url) as meter:
        units = _count({**project(url, work).env, "AWS_ENDPOINT_URL_DYNAMODB": meter.url}, work, meter, tell)
    rows: list[tuple[str, ...]] = [
        ("command", "people", "seconds", "people a second", "CPU ms a person", "the engine's CPU ms a person", "memory MB")
    ]
    for number in sorted({min(FEW, people), people}):
        with ExitStack() as stack:
            with on_core(0):
                url = stack.enter_context(ENGINES[engine]())
            env = {**project(url, work).env, "AWS_ENDPOINT_URL_DYNAMODB": url}
            rows += [each.row for each in (_import(env, work, 0, number, tell), _export(env, work, number, tell))]
    return rows, units


def _count(env: Mapping[str, str], work: Path, meter: Meter, tell: Tell) -> list[tuple[str, ...]]:
    used: dict[str, list[Usage]] = {"import": [], "export": []}
    for first, number in ((0, SAMPLE[0]), (SAMPLE[0], SAMPLE[1])):
        for name, usages in used.items():
            meter.take()
            if name == "import":
                _import(env, work, first, number, tell)
            else:
                _export(env, work, first + number, tell)
            usages.append(meter.take())
    more = {"import": SAMPLE[1] - SAMPLE[0], "export": SAMPLE[1]}
    head = ("for a million people", "calls", "read units", "write units", "$", "which calls", "minutes on a new table, at least")
    rows: list[tuple[str, ...]] = [head]
    for name, (few, many) in used.items():
        each = difference(few, many, _MILLION / more[name])
        calls, read, write, _, which = usage_columns(each)
        dollars = each.dollars_per_million / _MILLION
        rows.append((name, calls, read, write, f"{dollars:.2f}", which, f"{minutes(each):.1f}"))
    return rows


def difference(few: Usage, many: Usage, times: float) -> Usage:
    """Return what the second one used beyond the first one, multiplied."""
    calls = {name: round(number * times) for name, number in (many.calls - few.calls).items()}
    return Usage(Counter(calls), (many.read_units - few.read_units) * times, (many.write_units - few.write_units) * times)


def minutes(used: Usage) -> float:
    """Return how long a new on-demand table takes at least. Of a person's units at least one is for the index."""
    index = _MILLION / OF_AN_INDEX if used.write_units > _MILLION else 0.0
    return max(used.write_units / WRITES, used.read_units / READS, index) / 60


def _import(env: Mapping[str, str], work: Path, first: int, people: int, tell: Tell) -> Run:
    file = work / "people.csv"
    with file.open("w", encoding="utf-8") as rows:
        rows.write("id,email,email_verified,name,created_at\n")
        for number in range(first, first + people):
            rows.write(f"id-{number},person{number}@people{number % 50}.example,true,Person Number {number},1600000000\n")
    made, said = _command(env, work, "import", people, ["users", "import", str(file), "--from", "csv", "--trust-verified"], tell)
    file.unlink()
    if f"{people} imported" not in said.splitlines():
        raise SystemExit(f"the import did not end as it should:\n{said[-1000:]}")
    return made


def _export(env: Mapping[str, str], work: Path, people: int, tell: Tell) -> Run:
    file = work / "everything.ndjson"
    made, said = _command(env, work, "export", people, ["export", str(file), "--everything"], tell)
    found = sum(line.startswith(b'{"type":"user"') for line in file.open("rb"))
    file.unlink()
    if found < people:
        raise SystemExit(f"the export has {found} people of {people}:\n{said[-1000:]}")
    return made


def _command(env: Mapping[str, str], work: Path, name: str, people: int, arguments: list[str], tell: Tell) -> tuple[Run, str]:
    """Call a command and wait for its end. It is ended if this process is interrupted."""
    before, output = children_cpu(), work / "output"
    with output.open("wb") as out:
        started = time.monotonic()
        command = [str(Path(sys.executable).with_name("idp")), *arguments]
        seen = {**os.environ, **env}
        with on_core(1):
            process = subprocess.Popen(command, cwd=ROOT, env=seen, stdout=out, stderr=subprocess.STDOUT)  # our own command
        ended = watch(process, lambda seconds: tell(f"{name} of {people:,} people: {seconds:.0f} s"))
    said = output.read_text("utf-8", "replace")
    if ended.status:
        raise SystemExit(f"{name} ended with {ended.status} after {time.monotonic() - started:.0f} s:\n{said[-1000:]}")
    return Run(name, people, ended, children_cpu() - before), said
