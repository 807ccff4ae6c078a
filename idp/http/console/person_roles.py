"""The roles and groups of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.http.console.again import answer_or_again
from idp.http.console.pages import Page
from idp.http.console.person_acts import back, expected
from idp.http.console.person_view import PEOPLE, find, show_person
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.user import User
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

_TAB = "/roles"
_KINDS = ("roles", "groups")


def page(request: Request, visit: Visit) -> Response:
    """GET …/roles."""
    return _page(request, visit, find(request, visit))


def add(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/roles: give one role or group."""
    return _change(request, visit, sent, adds=True)


def remove(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/roles/remove: take one role or group."""
    return _change(request, visit, sent, adds=False)


def _change(request: Request, visit: Visit, sent: Params, *, adds: bool) -> Response:
    s, user = services(request), find(request, visit)

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, user, error=error, status=status)

    def act() -> Response:
        kind, name = sent.get("kind") or "", sent.get("name") or ""
        if kind not in _KINDS or not name:
            raise Invalid("console.role_unknown", field="name")
        model = s.role_service.model(scope=visit.scope)
        held = set(model.live_roles(user.roles) if kind == "roles" else model.live_groups(user.groups))
        wanted = sorted(held | {name} if adds else held - {name})
        s.user_service.patch(user.id, {kind: wanted}, by=visit.by, expected=expected(sent), scope=visit.scope)
        return back(request, "saved", _TAB)

    return answer_or_again(act, again)


def _page(request: Request, visit: Visit, user: User, *, error: FormError | None = None, status: int = 200) -> Response:
    model = services(request).role_service.model(scope=visit.scope)
    roles, groups = model.live_roles(user.roles), model.live_groups(user.groups)
    return show_person(
        request, visit, user, "person_roles.html", _TAB, status=status, error=error,
        kinds=[
            ("roles", [(name, model.roles[name].description) for name in roles], sorted(set(model.roles) - set(roles))),
            ("groups", [(name, model.groups[name].description) for name in groups], sorted(set(model.groups) - set(groups))),
        ],
        permissions=model.permissions(model.effective(user.roles, user.groups)),
        attributes=[(name, _text(value)) for name, value in user.attributes.items()],
    )  # fmt: skip


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


_HERE, _WRITE = PEOPLE + "/{user_id}", ("users:write", "roles:write")
PAGES = (
    Page(f"{_HERE}{_TAB}", "GET", page, ("users:read", "roles:read")),
    Page(f"{_HERE}{_TAB}", "POST", add, _WRITE, fresh=True),
    Page(f"{_HERE}{_TAB}/remove", "POST", remove, _WRITE, fresh=True),
)
