"""The own roles of an organisation: the list, and one role with its permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from idp.domain.access.roles import Role
from idp.domain.errors import PreconditionFailed
from idp.domain.message import Message
from idp.domain.scim.group_role import is_of_directory
from idp.http.console.again import answer_or_again
from idp.http.console.once import new_key, run_once
from idp.http.console.organization_view import HERE, READ, WRITE, back, find, path_of, show_organization
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.form_error import FormError
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_TAB = "/roles"


def listing(request: Request, visit: Visit) -> Response:
    """GET …/roles: all of them, at most 100."""
    return _page(request, visit)


def create(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/roles."""
    org_id, name = request.path_params["org_id"], (sent.get("name") or "").strip()

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, sent, error=error, status=status)

    def act() -> tuple[str, str]:
        services(request).organisation_role_service.create(
            org_id, name, permissions=_permissions(sent), description=sent.get("description") or "", by=visit.by, scope=visit.scope
        )
        return f"{path_of(org_id)}{_TAB}?done=role-created", ""

    return answer_or_again(lambda: run_once(request, visit, sent, act), again)


def role(request: Request, visit: Visit) -> Response:
    """GET …/roles/{role_name}."""
    found = _find(request, visit)
    return _role(request, visit, found, found.description, found.permissions)


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/roles/{role_name}."""
    found, permissions, description = _find(request, visit), _permissions(sent), sent.get("description") or ""

    def again(*, error: FormError, status: int) -> Response:
        return _role(request, visit, found, description, permissions, error=error, status=status)

    def act() -> Response:
        services(request).organisation_role_service.patch(
            request.path_params["org_id"], found.name, {"permissions": permissions, "description": description}, by=visit.by,
            expected=expected(sent), scope=visit.scope,
        )  # fmt: skip
        return back(request, "saved", f"{_TAB}/{quote(found.name, safe='')}")

    try:
        return answer_or_again(act, again)
    except PreconditionFailed:
        now, error = _find(request, visit), FormError(Message("console.role_changed"))
        return _role(request, visit, now, description, permissions, theirs=now, error=error, status=412)


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/roles/{role_name}/delete."""
    services(request).organisation_role_service.delete(
        request.path_params["org_id"], request.path_params["role_name"], by=visit.by, expected=expected(sent), scope=visit.scope
    )
    return back(request, "role-deleted", _TAB)


def _permissions(sent: Params) -> list[str]:
    """Return the permissions of the field, which has them in lines or with spaces between them."""
    return list(dict.fromkeys((sent.get("permissions") or "").split()))


def _find(request: Request, visit: Visit) -> Role:
    return services(request).organisation_role_service.get(
        request.path_params["org_id"], request.path_params["role_name"], scope=visit.scope
    )  # fmt: skip


def _page(
    request: Request, visit: Visit, sent: Params | None = None, *, error: FormError | None = None, status: int = 200
) -> Response:  # fmt: skip
    it = find(request, visit)
    model = services(request).organisation_role_service.model(it.id, scope=visit.scope)
    typed = {name: (sent.get(name) if sent else None) or "" for name in ("name", "description", "permissions")}
    return show_organization(
        request, visit, it, "organization_roles.html", _TAB, status=status, error=error, typed=typed, once=new_key(request),
        roles=[
            (f"{path_of(it.id)}{_TAB}/{quote(name, safe='')}", name, each.description, each.permissions, is_of_directory(each))
            for name, each in sorted(model.roles.items())
        ],
    )  # fmt: skip


def _role(
    request: Request, visit: Visit, found: Role, description: str, permissions: list[str] | tuple[str, ...], *, theirs: Role | None = None,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    it = find(request, visit)
    return show_organization(
        request, visit, it, "organization_role.html", _TAB, status=status, error=error, role=found, description=description,
        permissions="\n".join(permissions), theirs=theirs, here=f"{path_of(it.id)}{_TAB}/{quote(found.name, safe='')}",
    )  # fmt: skip


PAGES = (
    Page(f"{HERE}{_TAB}", "GET", listing, READ, organisation=True),
    Page(f"{HERE}{_TAB}", "POST", create, WRITE, organisation=True),
    Page(f"{HERE}{_TAB}/{{role_name}}", "GET", role, READ, organisation=True),
    Page(f"{HERE}{_TAB}/{{role_name}}", "POST", change, WRITE, fresh=True, organisation=True),
    Page(f"{HERE}{_TAB}/{{role_name}}/delete", "POST", delete, WRITE, fresh=True, organisation=True),
)
