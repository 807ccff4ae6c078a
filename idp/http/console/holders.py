"""The people who have a role or are in a group: the list on its page, adding and removing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from idp.domain.errors import Invalid, InvalidValue, NotFound
from idp.domain.people.user import may_be_user_id
from idp.http.console.listing import open_listing
from idp.http.console.person_acts import expected
from idp.http.console.person_view import row
from idp.http.console.views import HOME
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from idp.domain.access.roles import RoleModel
    from idp.domain.people.user import User
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

GROUPS = f"{HOME}/groups"
NEEDS = ("roles:read", "users:read", "users:write", "roles:write")
"""What it takes to give a person a role or a group here: the page shows who has it."""


def people_with(request: Request, visit: Visit, kind: str, name: str, model: RoleModel) -> dict[str, Any]:
    """Return a page of the people with this role or group. `kind`: `role` or `group`. Nothing for an admin who may not read people.

    `people`: each with whether they have it by themselves, and not only by a group.
    """
    if not visit.may("users:read"):
        return {"people": None, "following": None, "later": False, "searched": 0}
    opened = open_listing(request, visit, f"people with {kind}", name)
    wanted = {"role": name} if kind == "role" else {"group": name}
    found = services(request).user_service.search(**wanted, limit=opened.limit, start=opened.start, scope=visit.scope)
    people = [(row(user, visit), name in _assigned(user, f"{kind}s", model)) for user in found.items]
    return {"people": people, "following": opened.seal(found.more), "later": opened.later, "searched": found.searched}


def assign(request: Request, visit: Visit, sent: Params, kind: str, name: str, *, adds: bool) -> None:
    """Give it to the person of the field `who`, or take it from them. `kind`: `roles` or `groups`. Both are changes of the person.

    Raises:
        Invalid: there is no such person.
        PreconditionFailed: the person was changed since the page was read.
    """
    s, user = services(request), _person(request, visit, sent.get("who") or "")
    held = _assigned(user, kind, s.role_service.model(scope=visit.scope))
    wanted = sorted(held | {name} if adds else held - {name})
    # Who is added is not on the page yet, so the version is that of this read: the change is made to what was read, or not at all.
    version = frozenset({user.version}) if adds else expected(sent)
    s.user_service.patch(user.id, {kind: wanted}, by=visit.by, expected=version, scope=visit.scope)


def path_of_group(name: str) -> str:
    """Return the address of a group's page."""
    return f"{GROUPS}/{quote(name, safe='')}"


def differing(stored: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return the stored values that differ from those typed. Line ends of a form and spaces around do not count."""
    return {name: stored[name] for name, value in typed.items() if value.split() != stored[name].split()}


def _assigned(user: User, kind: str, model: RoleModel) -> set[str]:
    return set(model.live_roles(user.roles) if kind == "roles" else model.live_groups(user.groups))


def _person(request: Request, visit: Visit, who: str) -> User:
    """Return the person with this address or id."""
    users, who = services(request).user_service, who.strip()
    try:
        found = who if may_be_user_id(who) else users.id_of(who, scope=visit.scope)
        if found:
            return users.get(found, scope=visit.scope)
    except (NotFound, InvalidValue):
        pass
    raise Invalid("console.person_unknown", field="who")
