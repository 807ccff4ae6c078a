"""Compiles the catalogues for the standard library's gettext. It is needed after a checkout: compiled files are not in git."""

from __future__ import annotations

from pathlib import Path

from tools.translation.catalogues import LOCALES, compile_to, existing, po_of, read
from tools.translation.rules import problems


class BrokenCatalogueError(Exception):
    """A translation breaks a rule; the message has each one on a line."""


def compile_all(folder: Path = LOCALES) -> None:
    """Compile each catalogue in `folder` whose file is newer than the compiled one.

    Raises:
        BrokenCatalogueError: a translation cannot be shown. Nothing is compiled then.
    """
    stale = [language for language in existing(folder) if _is_stale(po_of(language, folder))]
    read_ = {language: read(po_of(language, folder)) for language in stale}
    if found := [line for language, catalogue in read_.items() for line in problems(language, catalogue)]:
        raise BrokenCatalogueError("\n".join(found))
    for language, catalogue in read_.items():
        compile_to(po_of(language, folder).with_suffix(".mo"), catalogue)


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.is_file() or compiled.stat().st_mtime <= path.stat().st_mtime
