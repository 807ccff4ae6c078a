"""The list of groups, and creating one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console.again import answer_or_again
from idp.http.console.holders import GROUPS, path_of_group
from idp.http.console.listing import open_listing
from idp.http.console.once import new_key, run_once
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

NEW = f"{GROUPS}/_new"
"""No group can have this name, so it hides none."""
_FIELDS = ("name", "description", "role")


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/groups."""
    opened, s = open_listing(request, visit, "groups"), services(request)
    found, more = s.group_service.listing(limit=opened.limit, start=opened.start, scope=visit.scope)
    model = s.role_service.model(scope=visit.scope)
    groups = [(one.name, path_of_group(one.name), one.description, model.live_roles(one.roles)) for one in found]
    return show(request, "groups.html", at=GROUPS, groups=groups, following=opened.seal(more), later=opened.later)


def page(request: Request, visit: Visit) -> Response:
    """GET /console/groups/_new."""
    return _page(request, visit, dict.fromkeys(_FIELDS, ""))


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/groups/_new."""

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, {name: sent.get(name) or "" for name in _FIELDS}, error=error, status=status)

    def act() -> tuple[str, str]:
        made = services(request).group_service.create(
            sent.get("name") or "", roles=[role] if (role := sent.get("role")) else [], description=sent.get("description") or "",
            by=visit.by, scope=visit.scope,
        )  # fmt: skip
        return f"{path_of_group(made.name)}?done=group-created", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again, field_of_conflict="name")


def _page(
    request: Request, visit: Visit, typed: Mapping[str, str], *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    roles = sorted(services(request).role_service.model(scope=visit.scope).roles)
    return show(request, "new_group.html", status=status, at=GROUPS, typed=typed, roles=roles, error=error, once=new_key(request))


PAGES = (
    Page(GROUPS, "GET", listing, needs=("roles:read",)),
    Page(NEW, "GET", page, needs=("roles:read", "roles:write")),
    Page(NEW, "POST", create, needs=("roles:read", "roles:write"), fresh=True),
)
