"""The addresses of the preview."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, TemplateError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from idp.cli.dev_server.preview.changes import refresh
from idp.cli.dev_server.preview.choice import SCHEMES, WIDTHS, Choice, mails, pages, read, replaced, themes
from idp.cli.dev_server.preview.showing import scheme_forced, show
from idp.domain.languages import NAMES
from idp.domain.looks.theme import TYPES
from idp.http.looks.theme import load_theme
from idp.http.services import services
from idp.http.static_files import content
from idp.settings import SettingsError

if TYPE_CHECKING:
    from starlette.requests import Request

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
)
_OWN = {"preview.css": "text/css", "preview.js": "text/javascript"}


def gallery(request: Request) -> Response:
    """The page with the choices, and the chosen page or mail in a frame."""
    settings = services(request).settings
    choice, there = read(request, settings), themes(settings)
    seen = refresh(there)
    text = _templates().get_template("gallery.html").render(
        choice=choice, pages=pages(), mails=mails(), themes=there, languages=settings.page_languages, names=NAMES, schemes=SCHEMES,
        widths=WIDTHS, seen=seen, frame="/dev/preview/show?" + urlencode(_query(choice)), problem=_problem(there[choice.theme]),
        replaced=replaced(choice.shown), link=lambda shown: "/dev/preview?" + urlencode(_query(choice._replace(shown=shown))),
    )  # fmt: skip
    return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})


def frame(request: Request) -> Response:
    """The chosen page or mail alone. If the theme is wrong, or samples are missing, the sentence that says so."""
    settings = services(request).settings
    refresh(themes(settings))
    try:
        return show(request, read(request, settings))
    except (SettingsError, TemplateError, TypeError, ValueError) as problem:
        headers = {"Content-Security-Policy": _POLICY + "; frame-ancestors 'self'", "X-Frame-Options": "SAMEORIGIN"}
        return PlainTextResponse(str(problem), 500, headers=headers)


def file(request: Request) -> Response:
    """A style sheet, picture or font for the frame. Style sheets are forced to light or dark."""
    there, given = themes(services(request).settings), request.path_params
    name, number, scheme = given["name"], given["theme"], given["scheme"]
    if scheme not in SCHEMES or number >= len(there):
        raise HTTPException(404)
    files = {"idp.css": content("idp.css"), **(load_theme(there[number]).files if there[number] else {})}
    if name not in files:
        raise HTTPException(404)
    body = files[name]
    if name.endswith(".css"):
        body = scheme_forced(body.decode(), scheme).encode()
    return Response(body, media_type=TYPES[name.rpartition(".")[2]])


def own(request: Request) -> Response:
    """The style sheet and the script of the preview itself."""
    name = request.path_params["name"]
    if name not in _OWN:
        raise HTTPException(404)
    return Response((_HERE / name).read_bytes(), media_type=_OWN[name])


def changes(request: Request) -> Response:
    """A text that changes with the files. The script asks for it every second, and loads the page again when it is another one."""
    return PlainTextResponse(refresh(themes(services(request).settings)))


def _query(choice: Choice) -> dict[str, str]:
    return {
        "shown": choice.shown, "theme": str(choice.theme), "language": choice.language, "scheme": choice.scheme, "width": choice.width,
        "app": "branded" if choice.branded else "plain",
    }  # fmt: skip


def _problem(folder: str) -> str:
    try:
        load_theme(folder) if folder else None
    except SettingsError as problem:
        return str(problem)
    return ""


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(str(_HERE)), autoescape=True)


ROUTES = [
    Route("/dev/preview", gallery, methods=["GET"]),
    Route("/dev/preview/show", frame, methods=["GET"]),
    Route("/dev/preview/changes", changes, methods=["GET"]),
    Route("/dev/preview/files/{theme:int}/{scheme}/{name}", file, methods=["GET"]),
    Route("/dev/preview/own/{name}", own, methods=["GET"]),
]
