"""The folder of an export for another system: parts that are whole files, and `.state`, which says how many there are.

The state is replaced after each part. An interrupted export goes on after the last part of the state; a part beyond it is written again
under its name. The folder and its files are readable for their owner only.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from idp.cli import writable_folder
from idp.domain.errors import Conflict, Invalid
from idp.services.moving.other_forms import Part
from idp.store.keys import Key


@dataclass
class FolderState:
    """How far an export is. `made_for`: what must be the same when it goes on. `number`: parts of people. `begun`: the head is there."""

    made_for: dict[str, Any]
    begun: bool = False
    number: int = 0
    last: list[str] | None = None
    records: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    files: int = 0

    @property
    def after(self) -> Key | None:
        """The key of the last item that is in the parts."""
        return Key(*self.last) if self.last else None


class ExportFolder:
    """Writes one export to `path`, which must not exist."""

    def __init__(self, path: Path) -> None:
        self.path, self._state = path, path / ".state"

    def begin(self, made_for: Mapping[str, Any]) -> FolderState:
        """Check that nothing is there, and return the state of a new export.

        Raises:
            Conflict: the folder exists, or something else of its name.
            Invalid: the folder in which it shall be does not exist, or nothing can be made in it.
        """
        if self.path.exists() or self.path.is_symlink():
            interrupted = self._state.exists()
            raise Conflict("export.interrupted_folder" if interrupted else "export.file_exists", path=str(self.path))
        writable_folder.check(self.path)
        return FolderState(dict(made_for))

    def go_on(self, made_for: Mapping[str, Any]) -> FolderState:
        """Return the state of an interrupted export.

        Raises:
            Conflict: there is none in this folder.
            Invalid: it was begun for another deployment or choice.
        """
        try:
            kept = json.loads(self._state.read_text("utf-8"))
            state = FolderState(**{**kept, "records": Counter(kept["records"]), "left": Counter(kept["left"])})
        except (OSError, ValueError, TypeError, KeyError):
            raise Conflict("export.nothing_to_resume_folder", path=str(self.path)) from None
        if state.made_for != dict(made_for):
            raise Invalid("export.resumed_differently", field="--resume")
        return state

    def write(self, state: FolderState, head: Part | None, parts: Callable[[int, Key | None], Iterable[Part]]) -> FolderState:
        """Write what is missing, and return the last state. `parts`: those from a number on, which begin after an item."""
        if not self._state.exists():
            self.path.mkdir(mode=0o700)
        if not state.begun:
            self._keep(state)
            self._put(state, head)
            state.begun = True
            self._keep(state)
        for part in parts(state.number, state.after):
            self._put(state, part)
            state.number += 1
            state.last = list(part.last) if part.last else state.last
            self._keep(state)
        self._state.unlink()
        return state

    def _put(self, state: FolderState, part: Part | None) -> None:
        if part is None:
            return
        if part.content is not None:
            _replace(self.path / part.name, part.content)
            state.files += 1
        state.records.update(part.records)
        state.left.update(part.left)

    def _keep(self, state: FolderState) -> None:
        _replace(self._state, [json.dumps(vars(state)).encode()])


def _replace(path: Path, content: Iterable[bytes]) -> None:
    """Write a file that is never there half. It is readable for its owner only."""
    new = path.with_name(f".{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(new, flags, 0o600), "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
