"""The SCIM clients of an organisation: the list, a new one, and what is done to one (docs/organizations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

    from idp.domain.scim.client import ScimClient
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_TAB = "/scim-clients"
_ONE = f"{HERE}{_TAB}/{{scim_client_id}}"
_OVERLAP = 7 * 86400
"""Seconds for which the earlier token stays valid if the form says so."""


def page(request: Request, visit: Visit) -> Response:
    """GET …/scim-clients: all of them."""
    return _page(request, visit)


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/scim-clients."""
    org_id = request.path_params["org_id"]
    own_id, name = ((sent.get(each) or "").strip() for each in ("id", "name"))

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, sent, error=error, status=status)

    def act() -> tuple[str, str, Response | None]:
        made, token = services(request).organisation_scim_clients.create(
            org_id, own_id, {"name": name}, by=visit.by, scope=visit.scope
        )  # fmt: skip
        return f"{path_of(org_id)}{_TAB}?done=scim-client-created", "", _token(request, visit, made, token)

    return answer_or_typed(lambda: shown_once(request, visit, sent, act), again)


def rotate(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/scim-clients/{scim_client_id}/rotate: a new token. The earlier one stays valid for seven days, if the form says so."""
    org_id = request.path_params["org_id"]

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, error=error, status=status)

    def act() -> tuple[str, str, Response | None]:
        found, token = services(request).organisation_scim_clients.rotate_token(
            org_id, request.path_params["scim_client_id"], overlap=_OVERLAP if sent.get("overlap") else 0, by=visit.by,
            expected=expected(sent), scope=visit.scope,
        )  # fmt: skip
        return f"{path_of(org_id)}{_TAB}?done=scim-token-made", "", _token(request, visit, found, token)

    return answer_or_typed(lambda: shown_once(request, visit, sent, act), again)


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/scim-clients/{scim_client_id}: disable or enable it."""
    enabled = sent.get("enabled") == "1"

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, error=error, status=status)

    def act() -> Response:
        services(request).organisation_scim_clients.patch(
            request.path_params["org_id"], request.path_params["scim_client_id"], {"enabled": enabled}, by=visit.by,
            expected=expected(sent), scope=visit.scope,
        )  # fmt: skip
        return back(request, "scim-client-enabled" if enabled else "scim-client-disabled", _TAB)

    return answer_or_typed(act, again)


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/scim-clients/{scim_client_id}/delete."""
    services(request).organisation_scim_clients.delete(
        request.path_params["org_id"], request.path_params["scim_client_id"], by=visit.by, expected=expected(sent), scope=visit.scope
    )
    return back(request, "scim-client-deleted", _TAB)


def _token(request: Request, visit: Visit, it: ScimClient, token: str) -> Response:
    """Show a token that was just made."""
    return show_organization(
        request, visit, find(request, visit), "organization_scim_token.html", _TAB, token=token, name=it.name,
        base_url=_base(request), until=moment(it.tokens[-1].expires_at),
    )  # fmt: skip


def _page(
    request: Request, visit: Visit, sent: Params | None = None, *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    s, it = services(request), find(request, visit)
    typed = {name: (sent.get(name) if sent else None) or "" for name in ("id", "name")}
    return show_organization(
        request, visit, it, "organization_scim_clients.html", _TAB, status=status, error=error, typed=typed, once=new_key(request),
        most=s.settings.organization_scim_clients, base_url=_base(request),
        clients=[
            (
                f"{path_of(it.id)}{_TAB}/{each.own_id}", each.own_id, each.name, each.enabled, each.version,
                [(moment(one.expires_at), one.is_live(s.clock()), one.used_day) for one in each.tokens],
            )
            for each in s.organisation_scim_clients.listing(it.id, scope=visit.scope)
        ],
    )  # fmt: skip


def _base(request: Request) -> str:
    from idp.services.scim.representation import base

    return base(services(request).settings.issuer)


PAGES = (
    Page(f"{HERE}{_TAB}", "GET", page, READ, organisation=True),
    Page(f"{HERE}{_TAB}", "POST", create, WRITE, fresh=True, organisation=True),
    Page(_ONE, "POST", change, WRITE, fresh=True, organisation=True),
    Page(f"{_ONE}/rotate", "POST", rotate, WRITE, fresh=True, organisation=True),
    Page(f"{_ONE}/delete", "POST", delete, WRITE, fresh=True, organisation=True),
)
