"""The look of a mail: the colours, the name and the texts of the app that it is about, or of the deployment."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from idp.domain.looks.look import Look, palettes
from idp.domain.looks.palette import DARK, LIGHT
from idp.http.looks.page_look import app_look, mail_footer, translation
from idp.http.looks.theme import load_theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.mail.rendered_mail import RenderedMail

_STYLES = re.compile(r' style="[^"<>]*"|<style>[^<]*</style>')
"""Where our templates have colours. A text that somebody typed cannot be in either: its quotation marks and brackets are escaped."""
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")


def looks_of(folder: str, branding: str) -> list[Look]:
    """Return the app's look and the deployment's, those that exist. `branding`: the app's as JSON, or empty."""
    of_app = app_look(json.loads(branding)) if branding else Look()
    return [look for look in (of_app, load_theme(folder).look if folder else Look()) if look != Look()]


def in_look(looks: list[Look], values: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the values of a mail's templates, with the name and the sentences of the looks."""
    brand = next((look.name for look in looks if look.name), str(values.get("brand", "")))
    names = {"brand": brand, "app": str(values.get("app", ""))}
    return {**values, "brand": brand, "t": translation(looks, language, values["t"]), "footer": mail_footer(looks, language, names)}


def in_colours(mail: RenderedMail, looks: list[Look]) -> RenderedMail:
    """Return the mail with the colours of the first look that has some.

    The templates have the built-in colours, because mail programs know no variables; each is replaced in `style` attributes and the style
    sheet, and nowhere else.
    """
    made = next((palettes(look) for look in looks if look.colours), None)
    if not made:
        return mail
    table = _table(LIGHT, made["light"]) | _table(DARK, made["dark"])
    return mail._replace(html=_STYLES.sub(lambda style: _COLOUR.sub(lambda found: table.get(found[0], found[0]), style[0]), mail.html))


def _table(built_in: Mapping[str, str], made: Mapping[str, str]) -> dict[str, str]:
    return {colour: made[name] for name, colour in built_in.items() if name in _IN_MAILS}


_IN_MAILS = frozenset({"paper", "raised", "hair", "ink", "soft", "accent", "wash", "on-accent"})
"""The colours that mails use. Each is another one, in light and in dark; a test compares them with the templates."""
