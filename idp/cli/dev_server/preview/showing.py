"""One page or mail of the preview, by the renderer of the real ones, in the chosen theme, language and colours."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from jinja2 import UndefinedError
from starlette.responses import HTMLResponse, Response

from idp.cli.dev_server.preview import samples
from idp.cli.dev_server.preview.choice import Choice, themes
from idp.cli.dev_server.preview.placeholder import Placeholder
from idp.http.console.mail_samples import MAIL
from idp.http.looks.theme import load_theme
from idp.http.mails import render_mail
from idp.http.pages import render
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from idp.settings import Settings

T = TypeVar("T")
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
_MISSING = re.compile(r"'(\w+)' is undefined")
_MOST_MISSING = 40
_DARK = "@media (prefers-color-scheme: dark)"
_MEDIA = {"light": "@media not all", "dark": "@media all"}


def settings_of(settings: Settings, choice: Choice) -> Settings:
    """Return the settings with the chosen theme."""
    folder = themes(settings)[choice.theme]
    own = "idp" if settings.theme else settings.brand  # the name of IDP_THEME has replaced the other one
    return replace(settings, theme=folder, brand=(load_theme(folder).look.name if folder else "") or own)


def show(request: Request, choice: Choice) -> Response:
    """Return the page or the mail.

    Raises:
        SettingsError: the chosen theme is wrong. TemplateError: a template of it is wrong.
    """
    chosen = settings_of(services(request).settings, choice)
    if choice.shown.startswith("mail/"):
        return _mail(choice, chosen)
    values = samples.values_of(choice.shown, branded=choice.branded)
    return in_scheme(_page(request, choice, chosen, values), choice)


def _page(request: Request, choice: Choice, chosen: Settings, values: dict[str, Any]) -> Response:
    """Render with placeholders for what the samples do not have."""
    request.scope["idp.services"] = SimpleNamespace(settings=chosen)
    request.scope["idp.ui_locales"] = (choice.language,)
    return _filled(lambda given: render(request, choice.shown, **given), values, Placeholder())


def _filled(rendered: Callable[[dict[str, Any]], T], values: dict[str, Any], stand_in: object) -> T:
    """Return what is rendered, with a placeholder for each value that is missing."""
    for _ in range(_MOST_MISSING):
        try:
            return rendered(values)
        except UndefinedError as problem:
            missing = _MISSING.search(str(problem))
            if missing is None:
                raise
            values = {**values, missing[1]: stand_in}
    return rendered(values)


def _mail(choice: Choice, chosen: Settings) -> Response:
    branding = samples.BRANDING if choice.branded else None
    values = {**MAIL, "brand": chosen.brand, "lang": choice.language, "branding": _json(branding)}
    html = _filled(lambda given: render_mail(choice.shown.removeprefix("mail/"), given, theme=chosen.theme).html, values, "…")
    return HTMLResponse(
        html.replace(_DARK, _MEDIA[choice.scheme]), headers={"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    )


def _json(branding: dict[str, Any] | None) -> str:
    import json

    return json.dumps(branding) if branding else ""


def in_scheme(page: Response, choice: Choice) -> Response:
    """Return the page in light or dark, whatever the screen is, and allow the preview to frame it. Its other rules stay."""
    text, policy = bytes(page.body).decode(), page.headers["content-security-policy"]
    base = f"/dev/preview/files/{choice.theme}/{choice.scheme}/"
    text = text.replace('href="/static/idp.css', f'href="{base}idp.css')
    text = re.sub(r'(href|src)="/theme/[0-9a-f]{16}/', rf'\1="{base}', text)
    if style := re.search(r"<style>(.*?)</style>", text, re.DOTALL):
        forced = scheme_forced(style[1], choice.scheme)
        text = text.replace(style[0], f"<style>{forced}</style>")
        policy = re.sub(r"'sha256-[^']+'", f"'sha256-{b64encode(sha256(forced.encode()).digest()).decode()}'", policy)
    policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return HTMLResponse(text, headers={"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"})


def scheme_forced(css: str, scheme: str) -> str:
    """Return the style sheet with the rules for dark screens always on, or always off."""
    return css.replace(_DARK, _MEDIA[scheme])
