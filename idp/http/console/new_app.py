"""Creating an app: first its kind, then the few questions of that kind. Its secret is on the page that answers, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console.app_again import answer_or_typed
from idp.http.console.app_field import read
from idp.http.console.app_kinds import BY_ID, KINDS
from idp.http.console.app_questions import AUTH, KEYS, QUESTIONS, members_of
from idp.http.console.app_view import APPS, home_of, show_app
from idp.http.console.once import new_key, shown_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.form_error import FormError
from idp.http.language import texts_of
from idp.http.request import query
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.http.console.app_kinds import Kind
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_ASKED_AS = {"jwks": KEYS, "jwks_uri": KEYS, "auth_methods": AUTH}
"""The fields in which the answers to other members are typed."""


def page(request: Request, visit: Visit) -> Response:
    """GET /console/apps/new. `kind`: the kind that was chosen."""
    kind = BY_ID.get(query(request).get("kind") or "")
    return _form(request, visit, kind, {AUTH: "secret"}) if kind else _choice(request)


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/apps/new."""
    kind = BY_ID.get(sent.get("kind") or "")
    if kind is None:
        return _choice(request)
    typed = read(QUESTIONS[kind.id], sent)

    def again(*, error: FormError, status: int) -> Response:
        shown = FormError(error.message, _ASKED_AS.get(error.field, error.field))
        return _form(request, visit, kind, typed, error=shown, status=status)

    def act() -> tuple[str, str, Response | None]:
        client, secret = services(request).client_service.create(members_of(kind.id, typed), by=visit.by, scope=visit.scope)
        return f"{home_of(client.id)}?done=app-created", "", show_secret(request, visit, client, secret, new=True) if secret else None

    return answer_or_typed(lambda: shown_once(request, visit, sent, act), again)


def show_secret(request: Request, visit: Visit, client: Client, secret: str, *, new: bool) -> Response:
    """Show a secret that was just made. `new`: with a new app."""
    return show_app(
        request, visit, client, "app_secret.html", "/secrets", secret=secret, new=new, issuer=services(request).settings.issuer
    )  # fmt: skip


def _choice(request: Request) -> Response:
    texts = texts_of(request)
    kinds = [(kind.id, texts.text(kind.title), texts.text(kind.text)) for kind in KINDS]
    return show(request, "app_choice.html", at=APPS, kinds=kinds)


def _form(
    request: Request, visit: Visit, kind: Kind, typed: Mapping[str, str], *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    texts = texts_of(request)
    return show(
        request, "new_app.html", status=status, at=APPS, kind=kind.id, title_of_kind=texts.text(kind.title), about=texts.text(kind.text),
        typed=typed, error=error, once=new_key(request),
        questions=[field.told(texts) for field in QUESTIONS[kind.id] if field.name != "first_party" or visit.may("users:read")],
        open_for_agents=services(request).settings.registration_resources if kind.id == "mcp" else "",
    )  # fmt: skip


PAGES = (
    Page(f"{APPS}/new", "GET", page, needs=("clients:read", "clients:write")),
    Page(f"{APPS}/new", "POST", create, needs=("clients:read", "clients:write"), fresh=True),  # its redirect URIs get people's codes
)
