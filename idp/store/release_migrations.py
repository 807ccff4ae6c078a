"""Which migrations this release has (migrations/NNNN_name.py), and which of them have not run on a store."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from idp.domain.doctor.finding import fill
from idp.domain.texts import marked
from idp.store.migrations import Migrations

if TYPE_CHECKING:
    from idp.store.database import Database

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
NEWER = marked("The store has a newer schema than this release knows: {names} ran on it. Install a release that has it.")
_NAME = re.compile(r"\d{4}_[a-z0-9_]+")


class NewerSchemaError(Exception):
    """A newer release has migrated the store, and not by expanding migrations alone. `names`: the migrations that this release lacks."""

    def __init__(self, names: str) -> None:
        super().__init__(fill(NEWER, {"names": names}))
        self.names = names


class MigrationsMissingError(Exception):
    """The folder of migrations is missing."""


def list_migrations(folder: Path = FOLDER) -> list[Path]:
    """Return the migrations of this release, in order."""
    found = sorted(path for path in folder.glob("*.py") if _NAME.fullmatch(path.stem))
    if not found:
        msg = f"There are no migrations in {folder}. Run the command from a checkout, or put the folder of this release there."
        raise MigrationsMissingError(msg)
    return found


def pending_of(database: Database, folder: Path = FOLDER) -> list[Path]:
    """Return what is still to run on this store. Raises as `pending`."""
    entries = Migrations(database).entries()
    return pending(entries, folder, expanding={name for name, expands in entries.items() if expands})


def pending(ran: Iterable[str], folder: Path = FOLDER, *, expanding: Collection[str] = ()) -> list[Path]:
    """Return what is still to run after `ran`. `expanding`: those of them that are known to expand only.

    Raises:
        NewerSchemaError: `ran` contains a migration that this release does not have, and that may have contracted.
    """
    paths, ran = list_migrations(folder), set(ran)
    if foreign := sorted(ran - {path.stem for path in paths} - set(expanding)):
        raise NewerSchemaError(", ".join(foreign))
    return [path for path in paths if path.stem not in ran]
