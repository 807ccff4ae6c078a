"""The file of an export while it is written: `FILE.part`, and `FILE.part.state`, which says how far it is.

After some groups of lines the file is flushed to the disk, and then the state is replaced. An interrupted export goes on from the
state: what the file has beyond it is cut off and written again. So no line is there twice, and none is missing. Both files are readable
for their owner only.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from idp.cli import writable_folder
from idp.domain.errors import Conflict, Invalid
from idp.services.moving.exporter import Group, Line
from idp.store.keys import Key

_GROUPS = 1000
"""Groups of lines between two states."""


@dataclass
class State:
    """How far an export is. `made_for`: what must be the same when it goes on. `last`: the item after which it goes on."""

    made_for: dict[str, Any]
    size: int = 0
    last: list[str] | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def after(self) -> Key | None:
        """The key of the last item that is in the file."""
        return Key(*self.last) if self.last else None


class ExportFile:
    """Writes one export to `path`, which must not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part, self._state = path.with_name(path.name + ".part"), path.with_name(path.name + ".part.state")

    def begin(self, made_for: Mapping[str, Any]) -> State:
        """Check that nothing is there, and return the state of a new export.

        Raises:
            Conflict: the file exists, or an interrupted export of it.
            Invalid: its folder does not exist, or no file can be made in it.
        """
        self._must_be_free()
        writable_folder.check(self.path)
        if self._part.exists() or self._state.exists():
            raise Conflict("export.interrupted", path=str(self._part))
        return State(dict(made_for))

    def go_on(self, made_for: Mapping[str, Any]) -> State:
        """Return the state of an interrupted export.

        Raises:
            Conflict: the file exists, or there is no interrupted export of it.
            Invalid: it was begun for another deployment, key or choice.
        """
        self._must_be_free()
        try:
            state = State(**json.loads(self._state.read_text("utf-8")))
            long_enough = self._part.stat().st_size >= state.size
        except (OSError, ValueError, TypeError):
            raise Conflict("export.nothing_to_resume", path=str(self._part)) from None
        if not long_enough:
            raise Conflict("export.nothing_to_resume", path=str(self._part))
        if state.made_for != dict(made_for):
            raise Invalid("export.resumed_differently", field="--resume")
        return state

    def write(self, state: State, head: Iterable[Line], groups: Iterable[Group], seen: Callable[[], None]) -> Counter[str]:
        """Write what is missing, give the file its name, and return the number of lines by type. `seen` is called for each group."""
        counts = Counter(state.counts)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | (os.O_EXCL if not state.size else 0)
        with os.fdopen(os.open(self._part, flags, 0o600), "r+b") as file:
            file.truncate(state.size)
            file.seek(state.size)
            if not state.size:
                _put(file, head, counts)
                self._keep(file, state, counts)
            for number, group in enumerate(groups, 1):
                _put(file, group.lines, counts)
                seen()
                state.last = list(group.last)
                if number % _GROUPS == 0:
                    self._keep(file, state, counts)
            _put(file, [{"type": "end", "counts": dict(counts)}], Counter())
            _sync(file)
        os.link(self._part, self.path)  # unlike a rename, it never replaces a file that was made meanwhile
        self._part.unlink()
        self._state.unlink(missing_ok=True)
        return counts

    def _must_be_free(self) -> None:
        if self.path.exists() or self.path.is_symlink():
            raise Conflict("export.file_exists", path=str(self.path))

    def _keep(self, file: IO[bytes], state: State, counts: Counter[str]) -> None:
        _sync(file)
        state.size, state.counts = file.tell(), dict(counts)
        new = self._state.with_name(self._state.name + ".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as kept:
            kept.write(json.dumps(asdict(state)).encode())
            _sync(kept)
        new.replace(self._state)


def _put(file: IO[bytes], lines: Iterable[Line], counts: Counter[str]) -> None:
    for line in lines:
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n")
        counts[line["type"]] += 1


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
