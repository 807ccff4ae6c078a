"""The settings of an app: the usual ones, and all others under Advanced. A saved change takes effect at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console.app_change import change, stored
from idp.http.console.app_field import read
from idp.http.console.app_members import GROUPS, advanced, usual
from idp.http.console.app_view import APP, find, show_app
from idp.http.console.pages import Page
from idp.http.language import texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_TAB, _ADVANCED = "/edit", "/advanced"


def page(request: Request, visit: Visit) -> Response:
    """GET …/edit."""
    client = find(request, visit)
    return _usual(request, visit, client, stored(client, usual(client.grant_types)))


def save(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/edit."""
    fields = usual(find(request, visit).grant_types)

    def show(
        client: Client, typed: Mapping[str, str], *, theirs: Mapping[str, str], error: FormError | None, status: int
    ) -> Response:  # fmt: skip
        return _usual(request, visit, client, typed, theirs=theirs, error=error, status=status)

    return change(request, visit, sent, fields, read(fields, sent), show, tab=_TAB)


def advanced_page(request: Request, visit: Visit) -> Response:
    """GET …/advanced."""
    client = find(request, visit)
    return _advanced(request, visit, client, stored(client, advanced()))


def save_advanced(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/advanced."""

    def show(
        client: Client, typed: Mapping[str, str], *, theirs: Mapping[str, str], error: FormError | None, status: int
    ) -> Response:  # fmt: skip
        return _advanced(request, visit, client, typed, theirs=theirs, error=error, status=status)

    return change(request, visit, sent, advanced(), read(advanced(), sent), show, tab=_ADVANCED)


def _usual(
    request: Request, visit: Visit, client: Client, typed: Mapping[str, str], *, theirs: Mapping[str, str] | None = None,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    texts = texts_of(request)
    return show_app(
        request, visit, client, "app_edit.html", _TAB, status=status, typed=typed, theirs=theirs or {}, error=error,
        fields=[field.told(texts) for field in usual(client.grant_types)],
    )  # fmt: skip


def _advanced(
    request: Request, visit: Visit, client: Client, typed: Mapping[str, str], *, theirs: Mapping[str, str] | None = None,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    texts, at = texts_of(request), error.field if error else ""
    groups = [
        (
            texts.text(group.title), texts.text(group.text), [field.told(texts) for field in group.fields],
            any(field.name == at or field.name in (theirs or {}) for field in group.fields),
        )
        for group in GROUPS
    ]  # fmt: skip
    return show_app(
        request, visit, client, "app_advanced.html", _TAB, status=status, typed=typed, theirs=theirs or {}, error=error, groups=groups
    )  # fmt: skip


_READ, _WRITE = ("clients:read", "clients:write"), ("clients:read", "clients:write")
PAGES = (
    Page(f"{APP}{_TAB}", "GET", page, _READ),
    Page(f"{APP}{_TAB}", "POST", save, _WRITE, fresh=True),  # who changes the redirect URIs gets people's codes
    Page(f"{APP}{_ADVANCED}", "GET", advanced_page, _READ),
    Page(f"{APP}{_ADVANCED}", "POST", save_advanced, _WRITE, fresh=True),
)
