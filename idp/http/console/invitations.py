"""Invitations: those that are not accepted yet, and a new one. No page has the link of an invitation (threats Q-04)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE
from idp.http.console.show import show
from idp.http.redirect import see_other
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import Cursors

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_PATH, _ON_A_PAGE = f"{PEOPLE}/invitations", 50


def page(request: Request, visit: Visit) -> Response:
    """GET /console/people/invitations."""
    return _page(request, visit)


def invite(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/people/invitations. Roles of the invitation need the scope roles:write too."""
    s, roles = services(request), [name] if (name := sent.get("role")) else []
    if roles and not visit.may("roles:write"):
        raise Forbidden("console.needs_scope", rights="roles:write")

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, typed=sent.get("email") or "", chosen=sent.get("role") or "", error=error, status=status)

    def act() -> tuple[str, str]:
        made = s.invitation_service.create(sent.get("email") or "", roles=roles, by=visit.by, scope=visit.scope)
        return f"{_PATH}?done=invited", s.tickets.address_owner(made.email)

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def resend(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/resend."""

    def act() -> tuple[str, str]:
        made = services(request).invitation_service.resend(sent.one("invitation"), by=visit.by, scope=visit.scope)
        return f"{_PATH}?done=invited-again", services(request).tickets.address_owner(made.email)

    return run_once(request, visit, sent, act)


def withdraw(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/withdraw."""
    services(request).invitation_service.withdraw(sent.one("invitation"), by=visit.by, scope=visit.scope)
    return see_other(f"{_PATH}?done=withdrawn")


def _page(
    request: Request, visit: Visit, *, typed: str = "", chosen: str = "", error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    s = services(request)
    cursors, place = Cursors(s.keyring), (visit.key, "invitations")
    start = cursors.open(place, query(request).get("cursor"))
    found, more = s.invitation_service.listing(limit=_ON_A_PAGE, start=start, scope=visit.scope)
    now = s.clock()
    return show(
        request, "invitations.html", status=status, at=PEOPLE, typed=typed, chosen=chosen, error=error, once=new_key(request),
        invitations=[
            (one.id, one.email, sorted({*one.roles, *one.groups}), False, moment(one.sent_at), moment(one.expires_at),
             one.expires_at <= now)
            for one in found
        ],
        following=cursors.seal(place, more), roles=_roles(request, visit), open=s.settings.sign_up in {"invited", "open"},
    )  # fmt: skip


def _roles(request: Request, visit: Visit) -> list[str]:
    """Return the roles that the admin can give with an invitation."""
    if not visit.may("users:write", "roles:write", "roles:read"):
        return []
    return sorted(services(request).role_service.model(scope=visit.scope).roles)


PAGES = (
    Page(_PATH, "GET", page, needs=("users:read",)),
    Page(_PATH, "POST", invite, needs=("users:write",), fresh_with=("role",)),
    Page(f"{_PATH}/resend", "POST", resend, needs=("users:write",), fresh=True),
    Page(f"{_PATH}/withdraw", "POST", withdraw, needs=("users:write",)),
)
