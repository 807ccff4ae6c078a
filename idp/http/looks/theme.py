"""The theme of a deployment: a folder (IDP_THEME) with theme.json, pictures, fonts, theme.css and templates. It is read once."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.looks.css import css_of
from idp.domain.looks.theme import LARGEST, MOST_FILES, OVERRIDABLE, check_file, check_stylesheet, parse_theme
from idp.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.looks.look import Look

DOCUMENT, STYLESHEET, TEMPLATES = "theme.json", "theme.css", "templates"
_IGNORED = re.compile(r"\..*|README.*|LICENSE.*")
_OWN = re.compile(r"own_[a-z0-9_]{1,40}\.html", re.ASCII)


class Theme(NamedTuple):
    """`files`: what is served, by name; its theme.css is the look's variables, then the operator's own rules. `version`: a digest of all of
    them. `templates`: the folder of templates, or None.
    """

    look: Look
    logo: str
    icon: str
    files: Mapping[str, bytes]
    version: str
    templates: Path | None

    def url_of(self, name: str) -> str:
        """Return the address of a file. It contains the version, so that browsers may keep the file for a year."""
        return f"/theme/{self.version}/{name}"

    @property
    def has_fonts(self) -> bool:
        """Return whether pages may load fonts of the theme."""
        return any(name.endswith(".woff2") for name in self.files)


@cache
def load_theme(folder: str) -> Theme:
    """Return the theme in this folder.

    Raises:
        SettingsError: there is no theme, or something in it is wrong. The message says what.
    """
    try:
        return _read(Path(folder))
    except InvalidValue as problem:
        raise SettingsError(f"IDP_THEME ({folder[:80]}): {problem.description}") from None
    except OSError as trouble:
        raise SettingsError(f"IDP_THEME is '{folder[:80]}', and reading it failed: {trouble.strerror}. Set it to a folder.") from None


def _read(folder: Path) -> Theme:
    document = parse_theme(_json(folder))
    files = _files(folder)
    for member, name in (("logo", document.logo), ("icon", document.icon)):
        if name and name not in files:
            raise InvalidValue("look.file_missing", name=name)
        if name and len(files[name]) > LARGEST[member]:
            raise InvalidValue("look.file_too_large", name=name, maximum=LARGEST[member])
    check_stylesheet(files.get(STYLESHEET, b""), frozenset(files) - {STYLESHEET})
    files[STYLESHEET] = css_of(document.look).encode() + files.get(STYLESHEET, b"")
    digest = hashlib.sha256(b"".join(_part(name.encode()) + _part(files[name]) for name in sorted(files))).hexdigest()[:16]
    return Theme(document.look, document.logo, document.icon, files, digest, _templates(folder))


def _json(folder: Path) -> Any:
    if not (folder / DOCUMENT).is_file():
        raise InvalidValue("look.file_missing", name=DOCUMENT)
    try:
        return json.loads((folder / DOCUMENT).read_bytes())
    except (ValueError, RecursionError):
        raise InvalidValue("look.theme_malformed") from None


def _files(folder: Path) -> dict[str, bytes]:
    names = sorted(path.name for path in folder.iterdir() if not _IGNORED.fullmatch(path.name))
    found: dict[str, bytes] = {}
    for name in names:
        if name in {DOCUMENT, TEMPLATES}:
            continue
        if len(found) == MOST_FILES:
            raise InvalidValue("look.many_files", maximum=MOST_FILES)
        content = (folder / name).read_bytes() if (folder / name).is_file() else b""
        check_file(name, content)
        found[name] = content
    return found


def _templates(folder: Path) -> Path | None:
    """Return the folder of templates, or None. Templates are code of the operator, like the provider itself; nothing is sandboxed."""
    where = folder / TEMPLATES
    if not where.is_dir():
        return None
    names = [path.relative_to(where).as_posix() for path in sorted(where.rglob("*")) if path.is_file() and not path.name.startswith(".")]
    for name in names:
        if name not in OVERRIDABLE and not _OWN.fullmatch(name):
            raise InvalidValue("look.template_unknown", name=name[:80], names=", ".join(sorted(OVERRIDABLE)))
    return where if names else None


def _part(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content
