"""One group: its members, its roles, changing and deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Forbidden, Invalid, PreconditionFailed
from idp.http.console import holders
from idp.http.console.again import answer_or_again
from idp.http.console.holders import GROUPS, path_of_group
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.roles import path_of_role
from idp.http.console.show import show
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.access.roles import Group
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


def page(request: Request, visit: Visit) -> Response:
    """GET /console/groups/{group_name}."""
    return _show(request, visit, _find(request, visit))


def add(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/people: a new member."""
    return _change(request, visit, sent, "member-added", lambda name: holders.assign(request, visit, sent, "groups", name, adds=True))


def remove(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/people/remove: a member leaves."""
    return _change(request, visit, sent, "member-removed", lambda name: holders.assign(request, visit, sent, "groups", name, adds=False))


def give(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/roles: the members get one role more."""
    return _change(request, visit, sent, "saved", lambda name: _set_roles(request, visit, sent, name, adds=True))


def take(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/roles/remove: the members lose one role."""
    return _change(request, visit, sent, "saved", lambda name: _set_roles(request, visit, sent, name, adds=False))


def ask_to_change(request: Request, visit: Visit) -> Response:
    """GET …/edit."""
    group = _find(request, visit)
    return _edit(request, group, {"description": group.description})


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/edit. Who saves after somebody else sees both values."""
    group, typed = _find(request, visit), {"description": sent.get("description") or ""}

    def again(*, error: FormError, status: int) -> Response:
        if status != PreconditionFailed.status:
            return _edit(request, group, typed, error=error, status=status)
        now = _find(request, visit)
        return _edit(request, now, typed, theirs=holders.differing({"description": now.description}, typed), error=error, status=status)

    def act() -> Response:
        after = services(request).group_service.patch(group.name, typed, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(f"{path_of_group(group.name)}?done={'unchanged' if after.version == group.version else 'saved'}")

    return answer_or_again(act, again, also=(PreconditionFailed,))


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete."""
    return _with_group(request, _find(request, visit), "group_delete.html")


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete."""
    group = _find(request, visit)
    services(request).group_service.delete(group.name, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{GROUPS}?done=group-deleted")


def _find(request: Request, visit: Visit) -> Group:
    return services(request).group_service.get(request.path_params["group_name"], scope=visit.scope)


def _set_roles(request: Request, visit: Visit, sent: Params, name: str, *, adds: bool) -> None:
    s, role = services(request), sent.get("role") or ""
    if not role:
        raise Invalid("console.role_unknown", field="role")
    held = set(s.role_service.model(scope=visit.scope).live_roles(s.group_service.get(name, scope=visit.scope).roles))
    wanted = sorted(held | {role} if adds else held - {role})
    s.group_service.patch(name, {"roles": wanted}, by=visit.by, expected=expected(sent), scope=visit.scope)


def _change(request: Request, visit: Visit, sent: Params, done: str, act: Callable[[str], None]) -> Response:
    """Do one of the acts of the page. A refusal is on the page, which shows what is stored now."""
    group = _find(request, visit)

    def again(*, error: FormError, status: int) -> Response:
        return _show(request, visit, _find(request, visit), typed=sent.get("who") or "", error=error, status=status)

    def answer() -> Response:
        act(group.name)
        return see_other(f"{path_of_group(group.name)}?done={done}")

    return answer_or_again(answer, again, also=(Forbidden, PreconditionFailed))


def _show(request: Request, visit: Visit, group: Group, *, typed: str = "", error: FormError | None = None, status: int = 200) -> Response:
    model = services(request).role_service.model(scope=visit.scope)
    live = model.live_roles(group.roles)
    return _with_group(
        request, group, "group.html", status=status, error=error, typed=typed,
        roles=[(name, path_of_role(name), model.roles[name].description) for name in live], offered=sorted(set(model.roles) - set(live)),
        permissions=model.permissions(live), **holders.people_with(request, visit, "group", group.name, model),
    )  # fmt: skip


def _edit(
    request: Request, group: Group, typed: Mapping[str, str], *, theirs: Mapping[str, str] | None = None, error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    return _with_group(request, group, "group_edit.html", status=status, typed=typed, theirs=theirs or {}, error=error)


def _with_group(request: Request, group: Group, template: str, *, status: int = 200, **context: Any) -> Response:
    return show(request, template, status=status, at=GROUPS, group=group, path=path_of_group(group.name), **context)


_HERE, _BOTH = f"{GROUPS}/{{group_name}}", ("roles:read", "roles:write")
PAGES = (
    Page(_HERE, "GET", page, ("roles:read",)),
    Page(f"{_HERE}/people", "POST", add, holders.NEEDS, fresh=True),
    Page(f"{_HERE}/people/remove", "POST", remove, holders.NEEDS, fresh=True),
    Page(f"{_HERE}/roles", "POST", give, _BOTH, fresh=True),
    Page(f"{_HERE}/roles/remove", "POST", take, _BOTH, fresh=True),
    Page(f"{_HERE}/edit", "GET", ask_to_change, _BOTH),
    Page(f"{_HERE}/edit", "POST", change, _BOTH),
    Page(f"{_HERE}/delete", "GET", ask_to_delete, _BOTH),
    Page(f"{_HERE}/delete", "POST", delete, _BOTH, fresh=True),
)
