"""The list of roles, and creating one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from idp.http.console.again import answer_or_again
from idp.http.console.listing import open_listing
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

ROLES = f"{HOME}/roles"
NEW = f"{ROLES}/_new"
"""No role can have this name, so it hides none."""
_FIELDS = ("name", "description", "permissions")


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/roles."""
    opened = open_listing(request, visit, "roles")
    found, more = services(request).role_service.listing(limit=opened.limit, start=opened.start, scope=visit.scope)
    return show(
        request, "roles.html", at=ROLES, roles=[(one.name, path_of_role(one.name), one.description, one.permissions) for one in found],
        following=opened.seal(more), later=opened.later,
    )  # fmt: skip


def page(request: Request, visit: Visit) -> Response:
    """GET /console/roles/_new."""
    del visit
    return _page(request, dict.fromkeys(_FIELDS, ""))


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/roles/_new."""

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, {name: sent.get(name) or "" for name in _FIELDS}, error=error, status=status)

    def act() -> tuple[str, str]:
        made = services(request).role_service.create(
            sent.get("name") or "", permissions=split_permissions(sent.get("permissions")), description=sent.get("description") or "",
            by=visit.by, scope=visit.scope,
        )  # fmt: skip
        return f"{path_of_role(made.name)}?done=role-created", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again, field_of_conflict="name")


def path_of_role(name: str) -> str:
    """Return the address of a role's page."""
    return f"{ROLES}/{quote(name, safe='')}"


def split_permissions(text: str | None) -> list[str]:
    """Return the permissions of a field: one a line, or with spaces between."""
    return (text or "").split()


def _page(request: Request, typed: Mapping[str, str], *, error: FormError | None = None, status: int = 200) -> Response:
    return show(request, "new_role.html", status=status, at=ROLES, typed=typed, error=error, once=new_key(request))


PAGES = (
    Page(ROLES, "GET", listing, needs=("roles:read",)),
    Page(NEW, "GET", page, needs=("roles:read", "roles:write")),
    Page(NEW, "POST", create, needs=("roles:write",), fresh=True),
)
