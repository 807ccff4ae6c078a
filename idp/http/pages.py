"""Pages: Jinja2 templates with escaped values, under a policy that allows only our own scripts and forms (F-04, F-10).

Jinja2 loads with the first page that is shown. The package for Lambda has the templates compiled beside them: `compile_to`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from idp.domain.apps.redirect_uri import origin_of
from idp.domain.languages import direction
from idp.domain.message import Message
from idp.domain.texts import marked
from idp.http.form_error import FormError, Sentence
from idp.http.language import texts_of
from idp.http.services import services
from idp.http.static_files import url_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from jinja2 import Environment
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.texts import Texts
    from idp.store.connection_items import Button

TEMPLATES = Path(__file__).parents[2] / "templates"
COMPILED = "compiled"

_TITLES = {
    404: marked("Page not found"), 429: marked("Too many attempts"), 500: marked("Something went wrong"), 503: marked("Busy for a moment"),
}  # fmt: skip
_ERROR = 400
LONGEST_SHOWN = 40
"""Characters of a name of an app or a person in a heading."""


def render(
    request: Request, template: str, *, status: int = 200, leads_away: bool = False, frame_src: tuple[str, ...] = (),
    request_field: str = "", **context: Any
) -> Response:  # fmt: skip
    """Render a page. `leads_away`: a form of it may lead to an app, by redirects. `frame_src`: origins that it frames.

    `request_field` is the sealed value that every form of the page sends back. A Message or a FormError among the values becomes a
    sentence in the language of the page.
    """
    settings, texts = services(request).settings, texts_of(request)
    context = {name: _to_text(value, texts) for name, value in context.items()}
    context = {
        "look": None, "t": texts.text, "n": texts.count, "lang": texts.language, "dir": direction(texts.language),
        "brand": settings.brand, "stylesheet": url_of("idp.css"), "script": url_of("idp.js"),
        "request": request_field, "status": status if status >= _ERROR else None, "title": _TITLES.get(status, marked("That did not work")),
        **context,
    }  # fmt: skip
    pictures, client = _logos_at(context.get("connections") or ()), context.get("client")
    if client is not None:
        logo = _logo_at(client)
        context["client"] = _for_display(client, with_logo=bool(logo))
        pictures |= {logo} - {""}
    folder, style, more = settings.theme, "", ""
    if folder or getattr(client, "branding", None):
        from idp.http.looks.page_look import look_of  # no page without a theme or a branded app loads it

        look = look_of(folder, context, template)
        style, more = look.style_source, look.font_source
    response = HTMLResponse(environment(folder).get_template(template).render(context), status)
    response.headers["Content-Security-Policy"] = _policy(frame_src, pictures, style, more, leads_away=leads_away)
    return response


def compile_to(folder: Path) -> None:
    """Write the templates as Python modules, so that a cold start does not compile them."""
    _from_source().compile_templates(str(folder), zip=None, ignore_errors=False)


def load_templates() -> None:
    """Load all templates, so that the first page does not wait for them (SnapStart)."""
    for name in sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*") if path.suffix in {".html", ".txt"}):
        environment().get_template(name)


def _policy(frame_src: tuple[str, ...], pictures: Collection[str], style: str = "", more: str = "", *, leads_away: bool) -> str:
    """The Content-Security-Policy of a page. `pictures`: origins of logos. `style`: the hash of the app's inline style.

    `more`: a directive for the theme's fonts.

    Chromium and WebKit check form-action against every redirect that follows a form, an app's own redirects included, and no source
    expression covers the private schemes of all native apps. So a page that leads away has no form-action (decision 0007).
    """
    forms = "" if leads_away else "; form-action 'self'"
    frames = f"; frame-src {' '.join(frame_src)}" if frame_src else ""
    images = " ".join(("'self'", "data:", *sorted(pictures)))
    return (
        f"default-src 'none'; style-src 'self'{style}; script-src 'self'; img-src {images}; base-uri 'none'; "
        f"frame-ancestors 'none'{forms}{frames}{more}"
    )


def _for_display(client: Client, *, with_logo: bool) -> Client:
    return replace(client, name=shorten(client.name or client.id), logo_uri=client.logo_uri if with_logo else None)


def shorten(name: str) -> str:
    """The name for a heading. A long one is cut, so that the buttons stay in view."""
    return name if len(name) <= LONGEST_SHOWN else name[: LONGEST_SHOWN - 1].rstrip() + "…"


def _logo_at(client: Client) -> str:
    """The origin of the app's logo, which the page may load (OIDC Registration §2); empty if it may not.

    A logo from a client metadata document is never loaded: its author would see the visit before the person decides anything.
    """
    if not client.logo_uri or client.registered_by not in {None, "dynamic"}:
        return ""
    origin = origin_of(client.logo_uri)
    return origin if origin.startswith("https://") else ""


def _logos_at(connections: Iterable[Button]) -> set[str]:
    """The origins of the logos on the buttons of connections. Only admins of the deployment choose them."""
    return {origin for one in connections if (origin := origin_of(one.logo_uri) if one.logo_uri else "").startswith("https://")}


def _to_text(value: Any, texts: Texts) -> Any:
    """A value for a template: a message and the error of a form become sentences in the language of the page.

    A message for developers has no translation. Its sentence says that it is in English.
    """
    if not isinstance(value, Message | FormError):
        return value
    from idp.domain.messages import is_translated, render  # the messages load with the first page that has one

    message, field = value if isinstance(value, FormError) else (value, "")
    return Sentence(render(message, texts), field, texts.language if is_translated(message, texts) else "en")


@cache
def environment(theme: str = "") -> Environment:
    """Return the templates of pages and mails. `theme`: the folder of the deployment's theme, whose templates come first."""
    from jinja2 import ModuleLoader

    environment = _from_source()
    if (TEMPLATES / COMPILED).is_dir():
        environment.loader = ModuleLoader(str(TEMPLATES / COMPILED))
    if theme:
        from idp.http.looks.templates import with_theme

        environment.loader = with_theme(theme, environment.loader)
    return environment


def _from_source() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(str(TEMPLATES)), autoescape=True, undefined=StrictUndefined, auto_reload=False)
