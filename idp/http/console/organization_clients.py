"""The machine clients that an organisation made: the list, a new one, and what is done to one (docs/organizations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.http.account.moment import moment
from idp.http.console.app_again import answer_or_typed
from idp.http.console.once import new_key, shown_once
from idp.http.console.organization_view import HERE, READ, WRITE, back, find, path_of, show_organization
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_TAB = "/clients"
_ONE = f"{HERE}{_TAB}/{{client_id}}"
_OVERLAP = 86400
"""Seconds for which the old secret stays valid if the form says so."""


def page(request: Request, visit: Visit) -> Response:
    """GET …/clients: all of them, at most 50 and those of requests at the same time."""
    return _page(request, visit)


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/clients."""
    org_id, name = request.path_params["org_id"], (sent.get("name") or "").strip()
    scopes = " ".join((sent.get("scopes") or "").split())

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, sent, error=error, status=status)

    def act() -> tuple[str, str, Response | None]:
        if not name:
            raise Invalid("organisation.name_malformed", longest=120, field="name")
        made, secret = services(request).machine_clients.create(
            org_id, {"client_name": name, "scope": scopes}, by=visit.by, scope=visit.scope
        )  # fmt: skip
        return f"{path_of(org_id)}{_TAB}?done=app-created", "", _secret(request, visit, made, secret)

    return answer_or_typed(lambda: shown_once(request, visit, sent, act), again)


def rotate(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/clients/{client_id}/rotate: a new secret. The old one stays valid for a day, if the form says so."""
    org_id = request.path_params["org_id"]

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, error=error, status=status)

    def act() -> tuple[str, str, Response | None]:
        found, secret = services(request).machine_clients.rotate_secret(
            org_id, request.path_params["client_id"], _OVERLAP if sent.get("overlap") else 0, by=visit.by, expected=expected(sent),
            scope=visit.scope,
        )  # fmt: skip
        return f"{path_of(org_id)}{_TAB}?done=secret-made", "", _secret(request, visit, found, secret)

    return answer_or_typed(lambda: shown_once(request, visit, sent, act), again)


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/clients/{client_id}: disable or enable it."""
    disabled = sent.get("disabled") == "1"
    services(request).machine_clients.patch(
        request.path_params["org_id"], request.path_params["client_id"], {"disabled": disabled}, by=visit.by, expected=expected(sent),
        scope=visit.scope,
    )  # fmt: skip
    return back(request, "app-disabled" if disabled else "app-enabled", _TAB)


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/clients/{client_id}/delete."""
    services(request).machine_clients.delete(
        request.path_params["org_id"], request.path_params["client_id"], by=visit.by, expected=expected(sent), scope=visit.scope
    )
    return back(request, "app-deleted", _TAB)


def _secret(request: Request, visit: Visit, client: Client, secret: str) -> Response:
    """Show a secret that was just made."""
    return show_organization(
        request, visit, find(request, visit), "organization_client_secret.html", _TAB, secret=secret, client_id=client.id,
        issuer=services(request).settings.issuer,
    )  # fmt: skip


def _page(
    request: Request, visit: Visit, sent: Params | None = None, *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    s, it = services(request), find(request, visit)
    found, _ = s.machine_clients.listing(it.id, limit=100, scope=visit.scope)
    offered, _ = s.machine_clients.offered()
    typed = {name: (sent.get(name) if sent else None) or "" for name in ("name", "scopes")}
    return show_organization(
        request, visit, it, "organization_clients.html", _TAB, status=status, error=error, typed=typed, once=new_key(request),
        offered=offered,
        clients=[
            (f"{path_of(it.id)}{_TAB}/{each.id}", each.id, each.name, each.scopes, each.disabled, each.version, moment(each.created_at))
            for each in found
        ],
    )  # fmt: skip


PAGES = (
    Page(f"{HERE}{_TAB}", "GET", page, READ, organisation=True),
    Page(f"{HERE}{_TAB}", "POST", create, WRITE, fresh=True, organisation=True),
    Page(_ONE, "POST", change, WRITE, fresh=True, organisation=True),
    Page(f"{_ONE}/rotate", "POST", rotate, WRITE, fresh=True, organisation=True),
    Page(f"{_ONE}/delete", "POST", delete, WRITE, fresh=True, organisation=True),
)
