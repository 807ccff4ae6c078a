"""The theme can be used, with its templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import ok, wrong
from idp.domain.texts import marked
from idp.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Read the folder of IDP_THEME. A deployed function reads the copy in its own archive."""
    folder = parts.settings.theme
    if not folder:
        yield ok("theme", marked("Pages and mails have the built-in look. IDP_THEME gives them another"))
        return
    try:
        files, templates = parts.looks(folder)
    except SettingsError as problem:
        yield wrong("theme", marked("The theme cannot be used: {problem}"), problem=problem)
    else:
        look = marked("Pages and mails have the look of {folder}. Files: {files}, templates: {templates}")
        yield ok("theme", look, folder=folder, files=files, templates=templates)
