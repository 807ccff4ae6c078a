"""One role: its permissions, who has it, changing and deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden, PreconditionFailed
from idp.http.console import holders
from idp.http.console.again import answer_or_again
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.roles import ROLES, path_of_role, split_permissions
from idp.http.console.show import show
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.access.roles import Role
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


def page(request: Request, visit: Visit) -> Response:
    """GET /console/roles/{role_name}."""
    return _show(request, visit, _find(request, visit))


def give(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/people: give the role to a person."""
    return _assign(request, visit, sent, adds=True)


def take(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/people/remove: take it from a person."""
    return _assign(request, visit, sent, adds=False)


def ask_to_change(request: Request, visit: Visit) -> Response:
    """GET …/edit."""
    role = _find(request, visit)
    return _edit(request, role, _stored(role))


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/edit. Who saves after somebody else sees both values."""
    role = _find(request, visit)
    typed = {name: sent.get(name) or "" for name in ("description", "permissions")}

    def again(*, error: FormError, status: int) -> Response:
        if status != PreconditionFailed.status:
            return _edit(request, role, typed, error=error, status=status)
        now = _find(request, visit)
        return _edit(request, now, typed, theirs=holders.differing(_stored(now), typed), error=error, status=status)

    def act() -> Response:
        changes = {"description": typed["description"], "permissions": split_permissions(typed["permissions"])}
        after = services(request).role_service.patch(role.name, changes, by=visit.by, expected=expected(sent), scope=visit.scope)
        return see_other(f"{path_of_role(role.name)}?done={'unchanged' if after.version == role.version else 'saved'}")

    return answer_or_again(act, again, also=(Forbidden, PreconditionFailed))


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete."""
    return _with_role(request, _find(request, visit), "role_delete.html")


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete."""
    role = _find(request, visit)
    services(request).role_service.delete(role.name, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{ROLES}?done=role-deleted")


def _find(request: Request, visit: Visit) -> Role:
    return services(request).role_service.get(request.path_params["role_name"], scope=visit.scope)


def _stored(role: Role) -> dict[str, str]:
    return {"description": role.description, "permissions": "\n".join(role.permissions)}


def _assign(request: Request, visit: Visit, sent: Params, *, adds: bool) -> Response:
    role = _find(request, visit)

    def again(*, error: FormError, status: int) -> Response:
        return _show(request, visit, role, typed=sent.get("who") or "", error=error, status=status)

    def act() -> Response:
        holders.assign(request, visit, sent, "roles", role.name, adds=adds)
        return see_other(f"{path_of_role(role.name)}?done={'role-given' if adds else 'role-taken'}")

    return answer_or_again(act, again, also=(Forbidden,))


def _show(request: Request, visit: Visit, role: Role, *, typed: str = "", error: FormError | None = None, status: int = 200) -> Response:
    model = services(request).role_service.model(scope=visit.scope)
    groups = sorted(name for name, group in model.groups.items() if group.roles.get(role.name) == role.id)
    return _with_role(
        request, role, "role.html", status=status, error=error, typed=typed,
        groups=[(name, holders.path_of_group(name), model.groups[name].description) for name in groups],
        **holders.people_with(request, visit, "role", role.name, model),
    )  # fmt: skip


def _edit(
    request: Request, role: Role, typed: Mapping[str, str], *, theirs: Mapping[str, str] | None = None, error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    return _with_role(request, role, "role_edit.html", status=status, typed=typed, theirs=theirs or {}, error=error)


def _with_role(request: Request, role: Role, template: str, *, status: int = 200, **context: Any) -> Response:
    return show(request, template, status=status, at=ROLES, role=role, path=path_of_role(role.name), **context)


_HERE, _WRITE = f"{ROLES}/{{role_name}}", ("roles:write",)
PAGES = (
    Page(_HERE, "GET", page, ("roles:read",)),
    Page(f"{_HERE}/people", "POST", give, holders.NEEDS, fresh=True),
    Page(f"{_HERE}/people/remove", "POST", take, holders.NEEDS, fresh=True),
    Page(f"{_HERE}/edit", "GET", ask_to_change, ("roles:read", *_WRITE)),
    Page(f"{_HERE}/edit", "POST", change, ("roles:read", *_WRITE), fresh=True),
    Page(f"{_HERE}/delete", "GET", ask_to_delete, ("roles:read", *_WRITE)),
    Page(f"{_HERE}/delete", "POST", delete, ("roles:read", *_WRITE), fresh=True),
)
