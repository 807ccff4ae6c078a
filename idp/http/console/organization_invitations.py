"""Invitations into an organisation. No page has the link of one (threats Q-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.organization_view import HERE, READ, WRITE, back, find, path_of, show_organization
from idp.http.console.pages import Page
from idp.http.form_error import FormError
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import Cursors

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_TAB, _ON_A_PAGE = "/invitations", 50


def page(request: Request, visit: Visit) -> Response:
    """GET …/invitations. `cursor`: the next page."""
    return _page(request, visit)


def _invite(*, admin: bool) -> Callable[[Request, Visit, Params], Response]:
    """Return the handler that invites an address. `admin`: the person will administer the organisation, with all rights there."""

    def invite(request: Request, visit: Visit, sent: Params) -> Response:
        s, org_id, email, role = services(request), request.path_params["org_id"], sent.get("email") or "", sent.get("role") or ""

        def again(*, error: FormError, status: int) -> Response:
            return _page(request, visit, typed=email, chosen=role, error=FormError(error.message, error.field or "email"), status=status)

        def act() -> tuple[str, str]:
            made = s.organisation_invitations.create(
                org_id, email, roles=[role] if role else [], admin=admin, by=visit.by, scope=visit.scope
            )  # fmt: skip
            return f"{path_of(org_id)}{_TAB}?done=invited", s.tickets.address_owner(made.email)

        return answer_or_again(lambda: run_once(request, visit, sent, act), again)

    return invite


def resend(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/invitations/resend."""
    s, org_id = services(request), request.path_params["org_id"]

    def act() -> tuple[str, str]:
        made = s.organisation_invitations.resend(org_id, sent.one("invitation"), by=visit.by, scope=visit.scope)
        return f"{path_of(org_id)}{_TAB}?done=invited-again", s.tickets.address_owner(made.email)

    return run_once(request, visit, sent, act)


def withdraw(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/invitations/withdraw."""
    services(request).organisation_invitations.withdraw(
        request.path_params["org_id"], sent.one("invitation"), by=visit.by, scope=visit.scope
    )  # fmt: skip
    return back(request, "withdrawn", _TAB)


def _page(
    request: Request, visit: Visit, *, typed: str = "", chosen: str = "", error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    s, it, now = services(request), find(request, visit), services(request).clock()
    cursors, place = Cursors(s.keyring), (visit.key, "organization invitations", it.id)
    start = cursors.open(place, query(request).get("cursor"))
    found, more = s.organisation_invitations.listing(it.id, limit=_ON_A_PAGE, start=start, scope=visit.scope)
    model = s.organisation_role_service.model(it.id, scope=visit.scope)
    return show_organization(
        request, visit, it, "organization_invitations.html", _TAB, status=status, typed=typed, chosen=chosen, error=error,
        once=new_key(request), following=cursors.seal(place, more), roles=sorted(model.roles),
        invitations=[
            (one.id, one.email, tuple(model.live_roles(one.roles)), one.admin, moment(one.sent_at), moment(one.expires_at),
             one.expires_at <= now)
            for one in found
        ],
    )  # fmt: skip


PAGES = (
    Page(f"{HERE}{_TAB}", "GET", page, READ, organisation=True),
    Page(f"{HERE}{_TAB}", "POST", _invite(admin=False), WRITE, organisation=True, fresh_with=("role",)),
    Page(f"{HERE}{_TAB}/admin", "POST", _invite(admin=True), WRITE, fresh=True, organisation=True),
    Page(f"{HERE}{_TAB}/resend", "POST", resend, WRITE, fresh=True, organisation=True),
    Page(f"{HERE}{_TAB}/withdraw", "POST", withdraw, WRITE, organisation=True),
)
