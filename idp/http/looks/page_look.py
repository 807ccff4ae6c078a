"""The look of one page: the deployment's theme, and over it the branding of the app that the page is about."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import InvalidValue
from idp.domain.looks.css import css_of
from idp.domain.looks.look import Look, parse_look
from idp.domain.looks.texts import INTROS, TEXTS, choose, fill
from idp.domain.texts import marked
from idp.http.looks.theme import STYLESHEET, load_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.http.looks.theme import Theme

_LINKS = {"help": marked("Help"), "privacy": marked("Privacy policy"), "terms": marked("Terms of service")}


class PageLook(NamedTuple):
    """What `templates/base.html` and themes read as `look` (docs/looks.md, the contract).

    `brand`: the name at the top. `house`: the deployment's own name. `has_mark`: the built-in mark is drawn where
    there is no logo. `stylesheet`: the address of the theme's style sheet, or empty. `style`: the variables of the app's branding, or
    empty. `logo`, `icon`: addresses, or empty. `links`: pairs of label and address. `app_help`: the address of the app's help.
    `intro`, `footer`: plain texts, or empty.
    """

    brand: str
    house: str
    has_mark: bool
    stylesheet: str
    style: str
    logo: str
    icon: str
    links: tuple[tuple[str, str], ...]
    app_help: str
    intro: str
    footer: str
    has_fonts: bool = False

    @property
    def font_source(self) -> str:
        """Return the directive that allows the theme's fonts, with a leading separator; empty if it has none."""
        return "; font-src 'self'" if self.has_fonts else ""

    @property
    def style_source(self) -> str:
        """Return the source expression that allows `style`, and no other inline style (CSP Level 3 §2.3.1), with a leading space."""
        return f" 'sha256-{b64encode(hashlib.sha256(self.style.encode()).digest()).decode()}'" if self.style else ""


def look_of(folder: str, context: dict[str, Any], page: str) -> PageLook:
    """Put the look into the context of a page, with the name and the sentences that follow from it, and return it.

    `folder`: IDP_THEME or empty. `page`: the name of the template.
    """
    client = context.get("client")
    theme = load_theme(folder) if folder else None
    branding = getattr(client, "branding", None)
    of_app = app_look(branding)
    house, language, translate = context["brand"], context["lang"], context["t"]
    names = {"brand": of_app.name or house, "app": getattr(client, "name", "")}
    looks = [of_app, theme.look] if theme else [of_app]
    look = PageLook(
        brand=names["brand"], house=house, has_mark=not theme and not of_app.name,
        stylesheet=theme.url_of(STYLESHEET) if theme and not of_app.colours else "",
        style=_style(json.dumps(branding)) if of_app != Look() else "", logo=_logo(theme, of_app),
        icon=theme.url_of(theme.icon) if theme and theme.icon else "",
        links=tuple((translate(_LINKS[name]), uri) for name, uri in theme.look.links.items()) if theme else (),
        app_help=of_app.links.get("help", ""), intro=fill(_text(looks, INTROS.get(page, ""), language), names),
        footer=fill(_text(looks, "page_footer", language), names), has_fonts=bool(theme and theme.has_fonts),
    )  # fmt: skip
    context.update(look=look, brand=look.brand, t=translation(looks, language, translate))
    return look


def app_look(branding: Mapping[str, object] | None) -> Look:
    """Return the look of an app. Stored branding that is not valid any more is ignored: the page is shown in the deployment's look."""
    try:
        return _parsed(json.dumps(branding)) if branding else Look()
    except InvalidValue:
        return Look()


def translation(looks: list[Look], language: str, translate: Callable[[str], str]) -> Callable[[str], str]:
    """Return `t` for templates: a look's text where it replaces the sentence, otherwise the translation. The app's text comes first."""
    own = {text.replaces: found for name, text in TEXTS.items() if text.replaces and (found := _text(looks, name, language))}
    return (lambda sentence: own.get(sentence) or translate(sentence)) if own else translate


def mail_footer(looks: list[Look], language: str, names: Mapping[str, str]) -> str:
    """Return the text that mails have at their end, or an empty text."""
    return fill(_text(looks, "mail_footer", language), names)


def _text(looks: list[Look], name: str, language: str) -> str:
    return next((found for look in looks if (found := choose(look.texts.get(name, {}), language))), "")


def _logo(theme: Theme | None, of_app: Look) -> str:
    """Return the address of the deployment's logo. Beside the name of an app it would be wrong: the app has its own (logo_uri)."""
    return theme.url_of(theme.logo) if theme and theme.logo and not of_app.name else ""


@lru_cache(maxsize=64)
def _style(branding: str) -> str:
    """Return the style of valid branding. The palette is derived once, not for each page."""
    return css_of(_parsed(branding))


@lru_cache(maxsize=64)
def _parsed(branding: str) -> Look:
    return parse_look(json.loads(branding), of_app=True)
