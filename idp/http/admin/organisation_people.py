"""Answers about people for an organisation's admin. They have less than those for the deployment: no factors, locks, other memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.organisations.person import SHOWN_CLAIMS
from idp.http.admin import present
from idp.http.admin.pagination import make_page

if TYPE_CHECKING:
    from idp.domain.access.roles import RoleModel
    from idp.domain.organisations.person import OrganisationPerson
    from idp.http.admin.context import Context
    from idp.http.admin.pagination import Page


def list_people(ctx: Context, paged: Page, email: str, text: str, role: str | None, group: str | None) -> dict[str, Any]:
    """Return a page of the organisation's people."""
    people, org_id = ctx.services.organisation_people, ctx.scope.organisation
    place = ctx.place("users", email, text, role or "", group or "")
    start = ctx.cursors.open(place, paged.cursor)
    found = people.search(org_id, email, text=text, role=role, group=group, limit=paged.limit, start=start, scope=ctx.scope)
    model = people.model(org_id, *found.items, scope=ctx.scope)
    return make_page(ctx.cursors, place, [_serialise(each, model) for each in found.items], found.more) | {"searched": found.searched}


def show_person(ctx: Context, user_id: str) -> tuple[dict[str, Any], int]:
    """Return one person of the organisation, and the version of the account.

    Raises:
        NotFound: there is no such person in the organisation.
    """
    people, org_id = ctx.services.organisation_people, ctx.scope.organisation
    person = people.find(org_id, user_id, scope=ctx.scope)
    return _serialise(person, people.model(org_id, person, scope=ctx.scope)), person.user.version


def _serialise(it: OrganisationPerson, model: RoleModel) -> dict[str, Any]:
    user, claims = it.user, dict(it.user.claims)
    return {
        "id": user.id, "email": user.email, "email_verified": user.email_verified,
        "claims": claims if it.is_owned else {name: claims[name] for name in SHOWN_CLAIMS if name in claims},
        "roles": list(model.live_roles(it.membership.roles)), "disabled": user.disabled, "organization_admin": it.membership.admin,
        "owned": it.is_owned, "joined_at": present.moment(it.membership.joined_at),
    }  # fmt: skip
