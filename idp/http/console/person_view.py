"""What every page about one person shows: who it is, the state of the account, and the parts of the pages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from idp.http.account.moment import Moment, moment
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.user import User
    from idp.http.console.visit import Visit

PEOPLE = f"{HOME}/people"


class Row(NamedTuple):
    """A person in a list, and in the heading of their pages. `path`: of their page."""

    id: str
    path: str
    name: str
    email: str
    admin: bool
    disabled: bool
    deleting: bool
    verified: bool
    passkeys: int
    totp: bool
    created: Moment
    version: int
    myself: bool


def row(user: User, visit: Visit) -> Row:
    """Return a person as a list shows them. An organisation's admin does not see factors, deletions and admins of the deployment."""
    if visit.scope.organisation:
        user = replace(user, admin=False, deleting_until=0, passkeys={}, totp_enabled=False)
    return Row(
        user.id, path_of(user.id), str(user.claims.get("name") or ""), user.email, user.admin, user.disabled, bool(user.deleting_until),
        user.email_verified, len(user.passkeys), user.totp_enabled, moment(user.created_at), user.version, user.id == visit.by.id,
    )  # fmt: skip


def path_of(user_id: str) -> str:
    """Return the address of a person's page."""
    return f"{PEOPLE}/{quote(user_id, safe='')}"


def find(request: Request, visit: Visit) -> User:
    """Return the person that the address names, read strongly. For an organisation it is one of its members.

    Raises:
        NotFound: there is none.
    """
    s, user_id = services(request), request.path_params["user_id"]
    if org_id := visit.scope.organisation:
        return s.organisation_people.find(org_id, user_id, scope=visit.scope).user
    return s.user_service.get(user_id, scope=visit.scope)


def find_to_change(request: Request, visit: Visit) -> User:
    """Return the person that the address names, if the admin may change the account and so sees all of its profile.

    Raises:
        NotFound: there is none.
        Forbidden: the organisation does not own the account alone.
    """
    if org_id := visit.scope.organisation:
        user_id = request.path_params["user_id"]
        return services(request).organisation_people.owned(org_id, user_id, scope=visit.scope, by=visit.by)
    return find(request, visit)


def show_person(request: Request, visit: Visit, user: User, template: str, tab: str, *, status: int = 200, **context: Any) -> Response:
    """Render one of the pages about a person. `tab`: the end of its address, which the tabs mark."""
    return show(request, template, status=status, at=PEOPLE, person=row(user, visit), tab=tab, **context)
