"""The names of people, apps and organisations that a page would show by their ids. An admin who may not read them sees the ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.organisations.profile import may_be_org_id
from idp.domain.people.user import may_be_user_id
from idp.http.services import services
from idp.services.people.chosen_people import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from idp.domain.audit.event import AuditEvent
    from idp.domain.people.user import User
    from idp.http.console.visit import Visit

_LONGEST = 512
"""Characters of an id that is looked up. An event can have what somebody sent, which is no key of the table."""


def names_of(request: Request, visit: Visit, ids: Iterable[str], *known: User, look_up: bool = True) -> dict[str, str]:
    """Return the name of each person, app and organisation among these ids: one call for 100 of each kind, none if there is none.

    `known`: people who were read already, as the admin was. `look_up`: without it only these have names, and nothing is read. An
    organisation's admin gets that of the organisation alone: most of the others are not its people.
    """
    if visit.scope.organisation:
        return {visit.organisation.id: visit.organisation.name} if visit.organisation else {}
    found = {user.id: _name(user) for user in (visit.visitor.user, *known)}
    wanted, s = set(filter(None, ids)) - found.keys(), services(request)
    if not look_up:
        return found
    people = sorted(each for each in wanted if may_be_user_id(each))[:MOST]
    if people and visit.may("users:read"):
        found |= {user.id: _name(user) for user in s.chosen_people.named(people, scope=visit.scope).people}
    apps = sorted(each for each in wanted.difference(people) - {"system"} if each.isascii() and len(each) <= _LONGEST)[:MOST]
    if apps and visit.may("clients:read"):
        found |= {client.id: client.name or client.id for client in s.clients.several(apps).values()}
    organisations = sorted(each for each in wanted if may_be_org_id(each))[:MOST]
    if organisations and visit.may("organizations:read"):
        found |= {it.id: it.name for it in s.organisation_service.several(organisations, scope=visit.scope)}
    return found


def names_in(request: Request, visit: Visit, events: Iterable[AuditEvent], *known: User, look_up: bool = True) -> dict[str, str]:
    """Return the names for a list of events, as `names_of`."""
    ids = (each for it in events for each in (it.actor, it.subject, it.target, it.client_id))
    return names_of(request, visit, ids, *known, look_up=look_up)


def _name(user: User) -> str:
    return str(user.claims.get("name") or user.email)
