"""Makes the deployment in a folder, once, and serves it from there.

| file         | what it is                                                              |
|--------------|-------------------------------------------------------------------------|
| `engine.db`  | the data of the engine                                                  |
| `key`        | the key file of the deployment (IDP_KEY_FILE)                            |
| `base.json`  | ids to which people refer; an interrupted run goes on with the same ones |
| `seed.json`  | people and search rows, and how long it took; written last               |
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.processes import watch
from bench.providers import CREDENTIALS
from bench.seed import base, files
from bench.seed.people import Base
from idp.store.create import create_tables
from idp.store.tables import definitions
from tests.engines.launch import DYNOXIDE, dynoxide, require_dynoxide
from tests.support.world import World

_BASE = "base.json"
ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"


@dataclass(frozen=True, slots=True)
class Seed:
    """What was made. Times are seconds, those of the last run, but `writing_cpu` is of all processes and runs.

    `load`: of the machine at the end, in processes that want to run.
    """

    people: int
    rows: int
    items: int
    writing: float
    importing: float
    import_cpu: float
    import_mb: float
    processes: int
    load: float
    writing_cpu: float = 0.0


def make(folder: Path, people: int, processes: int, tell: Callable[[str, int, int], None]) -> Seed:
    """Make the deployment, unless it is there. `tell` gets what is done, and numbers: done, in all.

    Raises:
        StartError: dynoxide is not installed.
        SystemExit: the folder has another number of people, or the import failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if found := read(folder):
        if found.people != people:
            raise SystemExit(f"{folder} has {found.people:,} people, not {people:,}: name another folder, or remove it")
        return found
    require_dynoxide()
    os.environ.update(CREDENTIALS)
    begun = _begin(folder)
    started = time.monotonic()
    rows, cpu_of_files = files.write_people(folder, begun, people, processes, lambda done: tell("writing people", done, people))
    writing, started = time.monotonic() - started, time.monotonic()
    said, cpu, memory = _import(folder, lambda done: tell("importing into the engine (MB)", done, 0))
    importing = time.monotonic() - started
    with serve(folder) as url:
        _finish(folder, url, people, rows)
    made = Seed(people, rows, _items(said), writing, importing, cpu, memory, processes, os.getloadavg()[0], cpu_of_files)
    (folder / "seed.json").write_text(json.dumps(asdict(made), indent=1), "utf-8")
    shutil.rmtree(folder / "export")
    return made


def read(folder: Path) -> Seed | None:
    """Return what this folder has, or None if it is not complete."""
    there = folder / "seed.json"
    return Seed(**json.loads(there.read_text("utf-8"))) if there.exists() else None


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The engine on the data of this folder, until the `with` ends. What is changed stays changed."""
    with dynoxide(folder / "engine.db") as url:
        yield url


def world(folder: Path, url: str) -> World:
    """The deployment of this folder in this process, on the engine at `url`."""
    os.environ[ENDPOINT] = url
    found = World(base.settings_of(folder))
    if client := found.services.clients.get("root-service"):
        vars(found)["root"] = client  # it was made with the deployment
    return found


def base_of(folder: Path) -> Base:
    """What the people of this folder refer to."""
    return Base(**json.loads((folder / _BASE).read_text("utf-8")))


def _begin(folder: Path) -> Base:
    there = folder / _BASE
    if there.exists():
        return base_of(folder)
    with dynoxide() as url:
        os.environ[ENDPOINT] = url
        new = World(base.settings_of(folder))
        begun = base.begin(new)
        for table in files.TABLES:
            files.write_base(folder, table, new.services.database.scan(table))
    there.write_text(json.dumps(begun._asdict()), "utf-8")
    return begun


def _import(folder: Path, tell: Callable[[int], None]) -> tuple[str, float, float]:
    """Let the engine import the files. Returns what it said, its seconds of processor time, and its memory in MB at most."""
    schema, data, output = folder / "schema.json", folder / "engine.db", folder / "import.log"
    schema.write_text(json.dumps([each | {"TableStatus": "ACTIVE"} for each in definitions(base.PREFIX)]), "utf-8")
    command = [str(DYNOXIDE), "import", "--source", str(folder / "export"), "--schema", str(schema), "--output", str(data), "--force"]
    with output.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)  # our own command
        ended = watch(process, lambda _: tell(_size_of(folder.glob(".tmp*")) >> 20))  # the engine writes there, and renames the file
    said = output.read_text("utf-8", "replace")
    if ended.status:
        raise SystemExit(f"the import ended with {ended.status}:\n{said[-1000:]}")
    return said, ended.cpu, ended.memory_mb


def _size_of(files_of_engine: Iterable[Path]) -> int:
    """Their bytes. A file may be gone meanwhile."""
    found = 0
    for each in files_of_engine:
        with suppress(FileNotFoundError):
            found += each.stat().st_size
    return found


def _items(said: str) -> int:
    return next(int(line.split()[-1]) for line in said.splitlines() if line.strip().startswith("Items:"))


def _finish(folder: Path, url: str, people: int, rows: int) -> None:
    """Switch TTL on, and say that the search rows are complete."""
    services = world(folder, url).services
    create_tables(services.database)
    state = services.search_rows.new_state(services.clock())
    state.holders = True
    state.complete, state.people, state.rows, state.finished_at = True, people, rows, services.clock()
    services.search_rows.keep_state(state)
