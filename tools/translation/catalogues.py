"""Reads, updates and writes catalogues: `idp/locales/LANGUAGE/LC_MESSAGES/idp.po`, and the compiled `idp.mo` beside it."""

from __future__ import annotations

import io
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from idp.domain.languages import SHIPPED
from tools.translation.texts import ROOT, find_all

LOCALES = ROOT / "idp" / "locales"
LANGUAGES = tuple(tag for tag in SHIPPED if tag != "en")
_FIXED = datetime(2026, 1, 1, tzinfo=UTC)
"""The dates in the headers. They say nothing that git does not know, and a changing date would be a conflict in each merge."""
_HEADER = "# Texts of pages and mails (docs/languages.md). `make languages` writes this file; edit the translations only."


def po_of(language: str, folder: Path = LOCALES) -> Path:
    """Return the path of a catalogue."""
    return folder / language.replace("-", "_") / "LC_MESSAGES" / "idp.po"


def existing(folder: Path = LOCALES) -> list[str]:
    """Return the languages that have a catalogue."""
    return [language for language in LANGUAGES if po_of(language, folder).is_file()]


def template() -> Catalog:
    """Return the texts of the source, without translations."""
    made = _empty(None)
    for text in find_all():
        made.add(
            (text.one, text.many) if text.many else text.one, locations=[(text.where, 0)], auto_comments=[text.note] if text.note else []
        )
    return made


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language.replace("-", "_") if language else None, domain="idp", header_comment=_HEADER, project="idp", version="main",
        creation_date=_FIXED, revision_date=_FIXED, fuzzy=False, last_translator="see git", language_team="see docs/languages.md",
        msgid_bugs_address="see SECURITY.md and README.md", charset="utf-8",
    )  # fmt: skip


def read(path: Path) -> Catalog:
    """Return a catalogue as it is in its file.

    Raises:
        PoFileError: the file is malformed.
    """
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, domain="idp", abort_invalid=True)


def update(language: str, found: Catalog, folder: Path = LOCALES) -> None:
    """Write the catalogue with exactly the texts of the source. Translations of texts that did not change stay; others go."""
    path = po_of(language, folder)
    known = read(path) if path.is_file() else _empty(language)
    made = _empty(language)
    for message in found:
        if message.id:
            before = known.get(message.id)
            made.add(
                message.id, before.string if before and not before.fuzzy else None, locations=message.locations,
                auto_comments=message.auto_comments, user_comments=before.user_comments if before else (),
            )  # fmt: skip
    _write(path, _po(made))


def compile_to(path: Path, catalogue: Catalog) -> None:
    """Write the compiled catalogue. Readers never see half of it."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    _write(path, compiled.getvalue())


def _po(catalogue: Catalog) -> bytes:
    made = io.BytesIO()
    write_po(made, catalogue, width=0, include_lineno=False, sort_by_file=False, ignore_obsolete=True)
    return made.getvalue()


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)


def forms(message: Any) -> tuple[str, ...]:
    """Return the translations of an entry: one, or one for each plural form."""
    strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return tuple(each or "" for each in strings)
