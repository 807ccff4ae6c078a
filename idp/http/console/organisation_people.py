"""The people of one organisation, as its admin sees them: no factors, locks or other memberships, as in the admin API (threats Q-03)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import NotFound
from idp.domain.organisations.person import SHOWN_CLAIMS
from idp.domain.people.user import may_be_user_id
from idp.http.account.moment import Moment, moment
from idp.http.console.once import new_key
from idp.http.console.person_view import PEOPLE, path_of, show_person
from idp.http.console.show import show
from idp.http.redirect import see_other
from idp.http.services import services
from idp.services.admin.cursors import Cursors

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.access.roles import RoleModel
    from idp.domain.organisations.person import OrganisationPerson
    from idp.http.console.visit import Visit

ON_A_PAGE = 50


class Row(NamedTuple):
    """A person in a list. `admin`: of the organisation. `owned`: the account belongs to the organisation alone."""

    id: str
    path: str
    name: str
    email: str
    verified: bool
    admin: bool
    disabled: bool
    deleting: bool
    owned: bool
    roles: tuple[str, ...]
    joined: Moment


def listing(request: Request, visit: Visit, words: str, cursor: str | None) -> Response:
    """Render the list of those who fit the words, or the page of the one whose id they are."""
    s, org_id = services(request), visit.scope.organisation
    people = s.organisation_people
    if may_be_user_id(words):
        try:
            return see_other(path_of(people.find(org_id, words, scope=visit.scope).user.id))
        except NotFound:
            pass
    cursors, place = Cursors(s.keyring), (visit.key, "people", words)
    found = people.search(org_id, text=words, limit=ON_A_PAGE, start=cursors.open(place, cursor), scope=visit.scope)
    model = people.model(org_id, *found.items, scope=visit.scope)
    return show(
        request, "organization_people.html", at=PEOPLE, words=words, people=[_row(each, model) for each in found.items],
        following=cursors.seal(place, found.more), searched=found.searched, later=cursor is not None,
    )  # fmt: skip


def page(request: Request, visit: Visit) -> Response:
    """Render the page about one person.

    Raises:
        NotFound: there is no such person in the organisation.
    """
    s, org_id = services(request), visit.scope.organisation
    person = s.organisation_people.find(org_id, request.path_params["user_id"], scope=visit.scope)
    row = _row(person, s.organisation_people.model(org_id, person, scope=visit.scope))
    return show_person(
        request, visit, person.user, "organization_person.html", "", member=row, claims=_claims(person), owned=person.is_owned,
        may_enable=person.user.deactivated_by == org_id, once=new_key(request), can_reset=s.settings.resets_passwords,
    )  # fmt: skip


def _row(it: OrganisationPerson, model: RoleModel) -> Row:
    user, membership = it.user, it.membership
    return Row(
        user.id, path_of(user.id), str(user.claims.get("name") or ""), user.email, user.email_verified, membership.admin, user.disabled,
        deleting=False, owned=it.is_owned, roles=tuple(model.live_roles(membership.roles)), joined=moment(membership.joined_at),
    )  # fmt: skip


def _claims(it: OrganisationPerson) -> list[tuple[str, str | bool]]:
    """Return names and values of the claims that the organisation sees: all of its own people, a few of others."""
    return [
        (name, ", ".join(map(str, value.values())) if isinstance(value, dict) else value if isinstance(value, bool) else str(value))
        for name, value in it.user.claims.items()
        if name != "name" and (it.is_owned or name in SHOWN_CLAIMS)
    ]
