"""Runs migrations/NNNN_name.py in the order of their numbers, and writes each into the log of the deployment.

Each is a docstring that says why, and `run(database, now)`, which may run twice: two runners at once, or a restored backup.
A change that running code would stumble over comes in three releases: expand, backfill, contract.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from idp.store.migrations import Migrations

if TYPE_CHECKING:
    from idp.store.database import Database

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
_NAME = re.compile(r"\d{4}_[a-z0-9_]+")


class NewerSchemaError(Exception):
    """The store was migrated by a newer release than this one."""


class MigrationsMissingError(Exception):
    """The folder is not where it should be."""


def known(folder: Path = FOLDER) -> list[Path]:
    """The migrations of this release, the first one first."""
    found = sorted(path for path in folder.glob("*.py") if _NAME.fullmatch(path.stem))
    if not found:
        msg = f"There are no migrations in {folder}. Run the command from a checkout, or put the folder of this release there."
        raise MigrationsMissingError(msg)
    return found


def pending(ran: Iterable[str], folder: Path = FOLDER) -> list[Path]:
    """What is still to run, when `ran` did.

    Raises:
        NewerSchemaError: something ran that this release does not have.
    """
    paths, ran = known(folder), set(ran)
    if foreign := sorted(ran - {path.stem for path in paths}):
        msg = f"The store has a newer schema than this release knows: {', '.join(foreign)} ran on it. Install a release that has it."
        raise NewerSchemaError(msg)
    return [path for path in paths if path.stem not in ran]


def run(
    database: Database, now: int, *, folder: Path = FOLDER, ran: Iterable[str] | None = None, tell: Callable[[str], None] | None = None
) -> list[str]:
    """Run what is pending, and say what ran. `ran` replaces the log: a backup was written under another schema than the store's.

    Raises:
        NewerSchemaError: nothing was run.
    """
    log = Migrations(database)
    done = []
    for path in pending(log.ran() if ran is None else ran, folder):
        if tell:
            tell(path.stem)
        _load(path)(database, now)
        log.record(path.stem, now)
        done.append(path.stem)
    return done


def _load(path: Path) -> Callable[[Database, int], None]:
    spec = importlib.util.spec_from_file_location(f"migrations.{path.stem}", path)
    if spec is None or spec.loader is None:  # only a file that is none has no loader
        raise MigrationsMissingError(str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    step: Callable[[Database, int], None] = module.run
    return step
