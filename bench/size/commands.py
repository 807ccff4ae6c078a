"""Commands that read or write everything, with few people and with very many: time of a person, processor time and memory.

Each is a command of its own on the engine of the deployment; a restore goes into an empty engine. That one keeps its data in memory, since
an engine with a file waits for the disk after each item.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench.processes import Ended, children_cpu, watch
from bench.providers import CREDENTIALS, ROOT
from bench.seed.base import settings_of
from bench.seed.make import ENDPOINT, make, serve
from idp.settings import PREFIX, Settings
from tests.engines.launch import dynoxide

MOST_RESTORED = 100_000
"""A restore of more people is not measured: a million would take an hour."""


class Done(NamedTuple):
    """One command. `engine`: seconds of processor time that the engine took meanwhile."""

    ended: Ended
    engine: float


def run(seeds: Path, numbers: list[int], work: Path, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """Return the table: each command with each number of people."""
    table: list[tuple[str, ...]] = [
        ("command", "people", "seconds", "people a second", "CPU ms a person", "the engine's CPU ms a person", "memory MB", "load"),
    ]  # fmt: skip
    for people in numbers:
        folder = seeds / str(people)
        make(folder, people, os.cpu_count() or 1, lambda what, done, total: tell(f"{what}: {done:,} of {total:,}"))
        for name, done in commands(folder, people, work, tell).items():
            each = 1000 / people
            table.append((
                name, f"{people:,}", f"{done.ended.seconds:.0f}", f"{people / done.ended.seconds:,.0f}", f"{done.ended.cpu * each:.2f}",
                f"{done.engine * each:.2f}", f"{done.ended.memory_mb:.0f}", f"{os.getloadavg()[0]:.1f}",
            ))  # fmt: skip
    return table


def commands(folder: Path, people: int, work: Path, tell: Callable[[str], None]) -> dict[str, Done]:
    """Run each command once."""
    backup, exported = work / f"{people}.jsonl.gz", work / f"{people}.ndjson"
    given = {
        "backup": ["backup", str(backup), "--with-keys"],
        "export": ["export", str(exported), "--everything"],
        "restore": ["restore", str(backup), "--with-state", "--with-keys", "--yes"],
    }
    if people > MOST_RESTORED:
        del given["restore"]
    found: dict[str, Done] = {}
    with ExitStack() as stack:
        url = stack.enter_context(serve(folder))
        for name, arguments in given.items():
            place = stack.enter_context(dynoxide()) if name == "restore" else url
            env = environment(settings_of(folder)) | {ENDPOINT: place}
            found[name] = _command(env, name, people, arguments, work / "output", tell)
    exported.unlink()
    backup.unlink()
    return found


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a command: where the deployment is. What limits requests is left out."""
    return {
        **CREDENTIALS,
        **{PREFIX + name.upper(): str(getattr(settings, name)) for name in ("issuer", "env", "table_prefix", "key_file")},
    }


def _command(
    env: Mapping[str, str], name: str, people: int, arguments: list[str], output: Path, tell: Callable[[str], None]
) -> Done:  # fmt: skip
    before = children_cpu()
    with output.open("wb") as out:
        command = [str(Path(sys.executable).with_name("idp")), *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=out, stderr=subprocess.STDOUT)  # our own command
        ended = watch(process, lambda seconds: tell(f"{name} of {people:,} people: {seconds:.0f} s"))
    if ended.status:
        raise SystemExit(f"{name} ended with {ended.status}:\n{output.read_text('utf-8', 'replace')[-1000:]}")
    return Done(ended, children_cpu() - before)
