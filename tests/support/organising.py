"""Organisations and their members, for tests of sign-ins and tokens. They are written by the stores, as the services write them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.access.roles import Role
from idp.domain.access.tenancy import Organisation
from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.organisations.domain_claim import PENDING, PROVEN, DomainClaim
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import Actor
from idp.store.memberships import Memberships
from idp.store.organisation_domains import OrganisationDomains
from idp.store.organisation_roles import OrganisationRoles
from idp.store.organisations import Organisations

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.people.user import User
    from idp.wiring.all_services import AllServices
    from tests.support.world import World

_numbers = count(1)


def admin_of(org_id: str, user_id: str = "usr_admin") -> tuple[Organisation, Actor]:
    """The scope and the actor of an admin of this organisation."""
    return Organisation(org_id), Actor(user_id, Origin("203.0.113.9"), ORGANISATION_SCOPES)


def signed_in_by(world: World, *connections: Connection, **facts: Any) -> str:
    """The id of a new user who signed in by each of the connections once, by which the links were made."""
    user = world.user()
    for number, connection in enumerate(connections):
        link = IssuerLink(
            user.id,
            **{"issuer": connection.issuer, "tenant": "", "subject": f"{user.id}-{number}", "created_at": 1,
               "connection_id": connection.id, **facts},
        )  # fmt: skip
        now = world.services.users.get(user.id)
        assert now is not None
        assert world.services.issuer_links.create(link, now)
    return user.id


def organisation(services: AllServices, slug: str = "", *, policy: OrganisationPolicy | None = None, **facts: Any) -> OrganisationProfile:
    """A new organisation."""
    slug = slug or f"org-{next(_numbers)}-{services.new_id()[:6].lower().replace('_', 'x').replace('-', 'x')}"
    made = OrganisationProfile(
        **{"id": f"org_{services.new_id()}", "slug": slug, "name": slug.title(), "policy": policy or OrganisationPolicy(), **facts}
    )
    assert Organisations(services.database).create(made)
    return made


def join(services: AllServices, user: User, it: OrganisationProfile, **facts: Any) -> Membership:
    """A new membership of this user."""
    made = Membership(**{"id": services.new_id(), "org_id": it.id, "user_id": user.id, "joined_at": services.clock(), **facts})
    Memberships(services.database).add(made)
    return made


def leave(services: AllServices, membership: Membership) -> None:
    """End the membership."""
    store = Memberships(services.database)
    now = store.get(membership.user_id, membership.org_id)
    assert now is not None
    assert store.remove(now)


def change(services: AllServices, it: OrganisationProfile, **facts: Any) -> OrganisationProfile:
    """Change the stored organisation. Disabling it counts, as the service does it."""
    store = Organisations(services.database)
    was = store.get(it.id)
    assert was is not None
    if facts.get("disabled") and not was.disabled:
        facts["security_stamp"] = was.security_stamp + 1
    written = store.replace(replace(was, **facts), was=was)
    assert written is not None
    return written


def role(services: AllServices, it: OrganisationProfile, name: str, *permissions: str) -> Role:
    """A new role of the organisation."""
    made = Role(name, f"role_{services.new_id()}", permissions)
    assert OrganisationRoles(services.database).create(it.id, made)
    return made


def domain(services: AllServices, it: OrganisationProfile, name: str, **facts: Any) -> DomainClaim:
    """A domain that the organisation claims; proven, unless the facts say otherwise."""
    store = OrganisationDomains(services.database)
    claimed = DomainClaim(it.id, name, "v", created_at=services.clock())
    assert store.create(claimed)
    changed = replace(claimed, **{"state": PROVEN, "proven_at": services.clock(), **facts})
    written = store.replace(changed, was=claimed) if changed.state != PENDING else claimed
    assert written is not None
    return written
