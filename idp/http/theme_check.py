"""Checks a theme whole, with its templates: for `idp theme check`, `idp doctor` and `make deploy`. A start does not compile templates."""

from __future__ import annotations

from typing import NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.looks.look import palettes
from idp.domain.looks.readability import Figure, figures
from idp.http.looks.templates import check_templates
from idp.http.looks.theme import Theme, load_theme
from idp.http.pages import environment
from idp.settings import SettingsError


class Checked(NamedTuple):
    """A theme, how many templates it has, and the contrast of each pair of its colours by light and dark."""

    theme: Theme
    templates: int
    contrasts: dict[str, list[Figure]]


def check_theme(folder: str) -> Checked:
    """Return what is in the theme.

    Raises:
        SettingsError: something in it is wrong. The message says what.
    """
    theme = load_theme(folder)
    try:
        count = check_templates(folder, environment(folder))
    except InvalidValue as problem:
        raise SettingsError(f"IDP_THEME ({folder[:80]}): {problem.description}") from None
    return Checked(theme, count, {scheme: list(figures(made)) for scheme, made in palettes(theme.look).items()})
