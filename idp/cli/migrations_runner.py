"""Runs migrations/NNNN_name.py in the order of their numbers, and records each in the log of the deployment.

Each has a docstring with its reason, and `run(database, now)`, which may run twice: after a restore, or in two processes.
A change that would break running code takes three releases: expand, backfill, contract. `PHASE = "contract"` marks a migration that
would break the release before it: it runs after the new code has taken over, and all others run before. The log says which phase each had:
a store on which a newer release ran only expanding migrations is one that this release works with, so it can be rolled back to.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from idp.store.migrations import Migrations
from idp.store.release_migrations import (
    FOLDER,
    MigrationsMissingError,
    NewerSchemaError,
    list_migrations,
    pending,
    pending_of,
)

if TYPE_CHECKING:
    from idp.store.database import Database

__all__ = [
    "CONTRACT", "EXPAND", "FOLDER", "MigrationsMissingError", "NewerSchemaError", "UnfinishedReleaseError", "list_migrations", "pending",
    "pending_of", "run",
]  # fmt: skip
EXPAND, CONTRACT = "expand", "contract"


class UnfinishedReleaseError(Exception):
    """An earlier release was deployed, and its contracting migrations have not run."""


def run(
    database: Database, now: int, *, folder: Path = FOLDER, ran: Iterable[str] | None = None, tell: Callable[[str], None] | None = None,
    before: bool = False,
) -> list[str]:  # fmt: skip
    """Run what is pending. Returns what ran. `ran` replaces the log, for a backup that was written under another schema.

    `before`: only migrations that the running code can work with.

    Raises:
        NewerSchemaError, UnfinishedReleaseError: nothing was run.
    """
    log, done = Migrations(database), []
    steps = pending_of(database, folder) if ran is None else pending(ran, folder)
    for path in _bearable(steps) if before else steps:
        if tell:
            tell(path.stem)
        _load(path)(database, now)
        log.record(path.stem, now, expands=_phase(path) == EXPAND)
        done.append(path.stem)
    return done


def _bearable(steps: list[Path]) -> list[Path]:
    """Return the migrations before the first contracting one."""
    phases = [_phase(path) for path in steps]
    if unknown := set(phases) - {EXPAND, CONTRACT}:
        raise ValueError(f"A migration's PHASE is expand or contract, not {sorted(map(str, unknown))}.")
    first = phases.index(CONTRACT) if CONTRACT in phases else len(phases)
    if EXPAND in phases[first:]:
        raise UnfinishedReleaseError(f"{steps[first].stem} must run before this release is deployed: run idp migrate of the last one.")
    return steps[:first]


def _phase(path: Path) -> str:
    return str(getattr(_module(path), "PHASE", EXPAND))


def _load(path: Path) -> Callable[[Database, int], None]:
    step: Callable[[Database, int], None] = _module(path).run
    return step


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"migrations.{path.stem}", path)
    if spec is None or spec.loader is None:  # only a file that does not exist has no loader
        raise MigrationsMissingError(str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
