"""Whether a file changed that a page or a mail is made of. If so, what was read before is read again."""

from __future__ import annotations

from pathlib import Path

from idp.http import static_files
from idp.http.looks.theme import load_theme
from idp.http.pages import TEMPLATES, environment

_STATIC = Path(static_files.__file__).parent / "static"
_seen: list[str] = []


def fingerprint(themes: list[str]) -> str:
    """Return a text that is another one after each change of the templates, the style sheet, and the files of the themes."""
    folders = [TEMPLATES, _STATIC, *(Path(folder) for folder in themes if folder)]
    newest = [
        (str(path), path.stat().st_mtime_ns, path.stat().st_size)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    ]
    return format(hash(tuple(newest)) & 0xFFFFFFFFFFFFFFFF, "016x")


def refresh(themes: list[str]) -> str:
    """Forget what was read of files that changed since, and return the fingerprint."""
    now = fingerprint(themes)
    if _seen != [now]:
        _seen[:] = [now]
        load_theme.cache_clear()
        environment.cache_clear()
        static_files.forget()
    return now
