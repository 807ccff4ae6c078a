"""The label of an object that a declarative file manages (docs/declared.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
"""The name of a file, as it says in `managed`."""
LONGEST_ID = 512


@dataclass(frozen=True, slots=True)
class ManagedObject:
    """An object that a file made or took over.

    `kind`, `id`: as in the file. `manager`: the name of the file. `mark`: when the object was made. `version`: its version when it was
    labelled. An object that was deleted and made again by somebody else has another mark or a smaller version: the label is not about it.
    """

    kind: str
    id: str
    manager: str
    mark: str = ""
    version: int = 0

    def is_about(self, mark: str, version: int) -> bool:
        """Return whether the label is about an object with this mark and version."""
        return mark == self.mark and version >= self.version
