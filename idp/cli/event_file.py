"""The file of an export of events, and `FILE.state`, which says how far it is. Both are readable for their owner only.

After some events the file is flushed to the disk, and then the state is replaced. An export that goes on first cuts off what the file has
beyond the state. So no event is there twice, and none is missing. A complete export goes on with the events since.
"""

from __future__ import annotations

import json
import os
from typing import IO, TYPE_CHECKING, Any

from idp.cli import writable_folder
from idp.domain.errors import Conflict, Invalid
from idp.services.audit.export import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from idp.domain.audit.event import AuditEvent

_EVENTS = 1000
"""Events between two states."""


class EventFile:
    """One export to `path`. `made_for`: what must be the same when it goes on."""

    def __init__(self, path: Path, made_for: dict[str, Any]) -> None:
        self._path, self._made_for = path, made_for
        self._state = path.with_name(path.name + ".state")
        self._size, self.after = 0, None  # type: int, str | None

    def begin(self) -> None:
        """Check that nothing is there.

        Raises:
            Conflict: the file exists.
            Invalid: its folder does not exist, or no file can be made in it.
        """
        if self._path.exists() or self._path.is_symlink() or self._state.exists():
            raise Conflict("export.file_exists", path=str(self._path))
        writable_folder.check(self._path)

    def go_on(self) -> None:
        """Read how far the file is. `after` is the place of its last event.

        Raises:
            Conflict: there is no export of events that could go on.
            Invalid: it was begun for another deployment, form or time.
        """
        try:
            state = json.loads(self._state.read_text("utf-8"))
            self._size, self.after = int(state["size"]), state["after"]
            long_enough = self._path.stat().st_size >= self._size
        except (OSError, ValueError, KeyError, TypeError):
            raise Conflict("export.nothing_to_resume", path=str(self._path)) from None
        if not long_enough or self._path.is_symlink():
            raise Conflict("export.nothing_to_resume", path=str(self._path))
        if state.get("made_for") != self._made_for:
            raise Invalid("export.resumed_differently", field="--resume")

    def write(self, events: Iterable[AuditEvent], line: Callable[[AuditEvent], str], seen: Callable[[], None]) -> int:
        """Write the events behind what is there. Returns their number. `seen` is called for each."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | (os.O_EXCL if not self._size and self.after is None else 0)
        count, last = 0, self.after
        with os.fdopen(os.open(self._path, flags, 0o600), "r+b") as file:
            file.truncate(self._size)
            file.seek(self._size)
            self._keep(file, last)
            for count, event in enumerate(events, 1):
                file.write(line(event).encode("utf-8") + b"\n")
                last = place_of(event)
                seen()
                if count % _EVENTS == 0:
                    self._keep(file, last)
            self._keep(file, last)
        return count

    def _keep(self, file: IO[bytes], last: str | None) -> None:
        file.flush()
        os.fsync(file.fileno())
        new = self._state.with_name(self._state.name + ".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as kept:
            kept.write(json.dumps({"made_for": self._made_for, "size": file.tell(), "after": last}).encode())
            kept.flush()
            os.fsync(kept.fileno())
        new.replace(self._state)
