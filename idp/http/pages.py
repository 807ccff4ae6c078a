"""Pages: Jinja2 over templates/, everything escaped, under a policy that runs no script and sends no form but our own (F-04, F-10).

Jinja2 loads with the first page that is shown. The package for Lambda has the templates compiled beside them: `compile_to`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from idp.domain import messages
from idp.domain.apps.redirect_uri import origin_of
from idp.domain.message import Message
from idp.http.form_error import FormError, Sentence
from idp.http.services import services
from idp.http.static_files import url_of

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client

TEMPLATES = Path(__file__).parents[2] / "templates"
COMPILED = "compiled"

_TITLES = {404: "Page not found", 429: "Too many attempts", 500: "Something went wrong", 503: "Busy for a moment"}
LANGUAGE = "en"
"""The language of pages: the only one until there is another catalogue (idp.domain.messages) and other texts for `t`."""
_ERROR = 400
LONGEST_SHOWN = 40
"""Characters of a name of an app or a person in a heading."""


def render(
    request: Request, template: str, *, status: int = 200, leads_away: bool = False, frame_src: tuple[str, ...] = (),
    request_field: str = "", **context: Any
) -> Response:  # fmt: skip
    """A page. `leads_away`: a form of it may end at an app, by redirects. `frame_src`: origins that it frames.

    `request_field` is the sealed value that every form of the page carries along. A Message or a FormError among the values becomes a
    sentence in the language of the page.
    """
    settings = services(request).settings
    context = {name: _written(value) for name, value in context.items()}
    context = {
        "t": _untranslated, "lang": LANGUAGE, "brand": settings.brand, "stylesheet": url_of("idp.css"), "script": url_of("idp.js"),
        "request": request_field, "status": status if status >= _ERROR else None, "title": _TITLES.get(status, "That did not work"),
        **context,
    }  # fmt: skip
    logo = ""
    if context.get("client") is not None:
        logo = _logo_at(context["client"])
        context["client"] = _shown(context["client"], with_logo=bool(logo))
    response = HTMLResponse(_environment().get_template(template).render(context), status)
    response.headers["Content-Security-Policy"] = _policy(frame_src, logo, leads_away=leads_away)
    return response


def render_mail(template: str, context: Mapping[str, Any]) -> str:
    """A mail."""
    return _environment().get_template(template).render({"t": _untranslated, **context})


def compile_to(folder: Path) -> None:
    """Write the templates as Python modules, which saves their compilation at a cold start."""
    _from_source().compile_templates(str(folder), zip=None, ignore_errors=False)


def load_templates() -> None:
    """All of them: what a first page would wait for."""
    for name in sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*") if path.suffix in {".html", ".txt"}):
        _environment().get_template(name)


def _policy(frame_src: tuple[str, ...], logo: str, *, leads_away: bool) -> str:
    """The Content-Security-Policy of a page.

    Chromium and WebKit check form-action against every redirect that follows a form, an app's own redirects included, and no source
    expression names the private scheme of an unknown program. So a page that leads away has no form-action (decision 0007).
    """
    forms = "" if leads_away else "; form-action 'self'"
    frames = f"; frame-src {' '.join(frame_src)}" if frame_src else ""
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:{' ' + logo if logo else ''}; base-uri 'none'; "
        f"frame-ancestors 'none'{forms}{frames}"
    )


def _shown(client: Client, *, with_logo: bool) -> Client:
    return replace(client, name=shortened(client.name or client.id), logo_uri=client.logo_uri if with_logo else None)


def shortened(name: str) -> str:
    """The name for a heading: of a long one the beginning, so that what is to be pressed stays in sight."""
    return name if len(name) <= LONGEST_SHOWN else name[: LONGEST_SHOWN - 1].rstrip() + "…"


def _logo_at(client: Client) -> str:
    """The origin of the app's logo, which the page may then load (OIDC Registration §2), or nothing.

    Not for an app that is known by its document alone: whoever wrote that would learn who is here before anything is decided.
    """
    if not client.logo_uri or client.registered_by not in {None, "dynamic"}:
        return ""
    origin = origin_of(client.logo_uri)
    return origin if origin.startswith("https://") else ""


def _written(value: Any) -> Any:
    """A value for a template: a message and the error of a form become sentences in the language of the page."""
    if isinstance(value, Message):
        return messages.render(value, LANGUAGE)
    if isinstance(value, FormError):
        return Sentence(messages.render(value.message, LANGUAGE), value.field)
    return value


def _untranslated(sentence: str) -> str:
    """The place where languages will come in."""
    return sentence


@cache
def _environment() -> Environment:
    from jinja2 import ModuleLoader

    environment = _from_source()
    if (TEMPLATES / COMPILED).is_dir():
        environment.loader = ModuleLoader(str(TEMPLATES / COMPILED))
    return environment


def _from_source() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(loader=FileSystemLoader(str(TEMPLATES)), autoescape=True, undefined=StrictUndefined, auto_reload=False)
