"""The look of an app, with a drawing of its sign-in page. The preview stores nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.looks.look import SCHEMES
from idp.http.console.app_change import change, stored
from idp.http.console.app_field import read
from idp.http.console.app_look_form import FIELDS, NAME, SHAPE, branding_of, colours, preview_of, typed_of
from idp.http.console.app_members import LINKS
from idp.http.console.app_view import APP, find, show_app
from idp.http.console.pages import Page
from idp.http.form_error import FormError
from idp.http.language import texts_of
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_TAB = "/looks"


def page(request: Request, visit: Visit) -> Response:
    """GET …/looks."""
    client = find(request, visit)
    return _page(request, visit, client, stored(client, LINKS) | typed_of(client.branding))


def preview(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/looks/preview: the page with what was typed, and its drawing."""
    return _page(request, visit, find(request, visit), read((*LINKS, *FIELDS), sent))


def save(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/looks."""
    typed = read((*LINKS, *FIELDS), sent)

    def show(
        client: Client, typed: Mapping[str, str], *, theirs: Mapping[str, str], error: FormError | None, status: int
    ) -> Response:  # fmt: skip
        if theirs or status == 412:  # noqa: PLR2004  # somebody else saved meanwhile
            now = typed_of(client.branding)
            theirs = {**theirs, **{name: value for name, value in now.items() if value != typed[name]}}
        return _page(request, visit, client, typed, theirs=theirs, error=error, status=status)

    def patch(client: Client) -> dict[str, Any]:
        if {name: typed[name] for name in typed_of(None)} == typed_of(client.branding):
            return {}
        try:
            return {"branding": branding_of(typed, client.branding)}
        except InvalidValue as wrong:
            raise Invalid(wrong.message) from None

    return change(request, visit, sent, LINKS, typed, show, tab=_TAB, patch=patch)


def _page(
    request: Request, visit: Visit, client: Client, typed: Mapping[str, str], *, theirs: Mapping[str, str] | None = None,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    texts, drawn = texts_of(request), None
    try:
        drawn = preview_of(branding_of(typed, client.branding))
    except InvalidValue as wrong:
        error, status = error or FormError(wrong.message), status if error else 422
    return show_app(
        request, visit, client, "app_looks.html", _TAB, status=status, typed=typed, theirs=theirs or {}, error=error, drawn=drawn,
        shown_name=typed.get("look_name") or services(request).settings.brand, shown_app=client.name or client.id,
        name=[field.told(texts) for field in (*NAME, *LINKS)], shape=[field.told(texts) for field in SHAPE],
        schemes=[
            (scheme, *([field.told(texts) for field in colours(scheme, first=first)] for first in (True, False))) for scheme in SCHEMES
        ],
    )  # fmt: skip


_NEEDS = ("clients:read", "clients:write")
PAGES = (
    Page(f"{APP}{_TAB}", "GET", page, _NEEDS),
    Page(f"{APP}{_TAB}", "POST", save, _NEEDS),
    Page(f"{APP}{_TAB}/preview", "POST", preview, _NEEDS),
)
