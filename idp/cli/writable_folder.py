"""Checks the folder of a file before a command writes an event or sends a mail, as an export does."""

from __future__ import annotations

import os
from pathlib import Path

from idp.domain.errors import Invalid


def check(path: Path) -> None:
    """Check that `path` can be made.

    Raises:
        Invalid: its folder does not exist, or this user can make no file in it.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise Invalid("export.folder_missing", path=str(folder))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Invalid("export.folder_not_writable", path=str(folder))
