"""The theme can be used, with its templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.cli.doctor.finding import Finding, ok, wrong
from idp.http.theme_check import check_theme
from idp.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Read the folder of IDP_THEME. A deployed function reads the copy in its own archive."""
    folder = services.settings.theme
    if not folder:
        yield ok("theme", "Pages and mails have the built-in look. IDP_THEME gives them another")
        return
    try:
        found = check_theme(folder)
    except SettingsError as problem:
        yield wrong("theme", str(problem))
    else:
        yield ok("theme", f"Pages and mails have the look of {folder}: {len(found.theme.files)} files, {found.templates} templates")
