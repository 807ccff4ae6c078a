"""Two organisations with everything that an admin of one could want of the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access import admin_scopes
from idp.domain.access.roles import Role
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import Connection
from idp.domain.organisations.domain_claim import PROVEN
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationProfile
from idp.store.memberships import Memberships
from idp.store.organisation_domains import OrganisationDomains
from idp.store.organisation_roles import OrganisationRoles
from idp.store.organisations import Organisations
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    import httpx

    from idp.domain.people.user import User
    from tests.support.world import World

EVERY = tuple(sorted(admin_scopes.ALL))


@dataclass
class Tenant:
    """An organisation. `boss` administers it; it owns `owned`, and `guest` is a member who belongs to themselves."""

    world: World
    profile: OrganisationProfile
    boss: User
    owned: User
    guest: User
    role: Role
    invitation_id: str
    client_id: str = ""
    scim_client_id: str = ""
    connection_id: str = ""

    @property
    def ids(self) -> dict[str, str]:
        """The names in paths, with things of this organisation."""
        return {
            "{org_id}": self.id, "{user_id}": self.owned.id, "{role_name}": self.role.name, "{domain}": f"{self.profile.slug}.example",
            "{invitation_id}": self.invitation_id, "{client_id}": self.client_id,
            "{scim_client_id}": self.scim_client_id, "{connection_id}": self.connection_id,
        }  # fmt: skip

    @property
    def id(self) -> str:
        return self.profile.id

    def token(self, *scopes: str, who: User | None = None, second_factor: bool = True) -> str:
        """An access token of a member for this organisation, as the code flow issues it."""
        world, user, client = self.world, who or self.boss, self.world.console
        membership = Memberships(world.services.database).get(user.id, self.id)
        bound = world.granted(
            user, client, *(scopes or client.scopes), second_factor=second_factor, org_id=self.id,
            membership_id=membership.id if membership else "", org_stamp=self.profile.security_stamp,
        )  # fmt: skip
        return world.services.tokens.issue_access_token(
            client, scopes=bound.scopes, grant=bound, resources=client.resources, organisation=self.profile
        )  # fmt: skip

    def prove(self, **facts: Any) -> None:
        """The domain that the organisation claims is proven, as if its record was found."""
        store = OrganisationDomains(self.world.services.database)
        claim = store.get(self.id, f"{self.profile.slug}.example")
        assert claim
        assert store.replace(replace(claim, **{"state": PROVEN, "proven_at": self.world.clock(), **facts}), was=claim)

    def call(self, method: str, path: str, *, token: str | None = None, **kwargs: Any) -> httpx.Response:
        """A call of the admin API by the organisation's admin, whose token has every scope."""
        return self.world.call(method, path, token=token or self.token(), **kwargs)


def member(world: World, org_id: str, user: User, **members: Any) -> User:
    """Make the user a member. Returns the user as stored now."""
    Memberships(world.services.database).add(Membership(world.services.new_id(), org_id, user.id, joined_at=world.clock(), **members))
    found = world.services.users.get(user.id)
    assert found
    return found


def tenant(world: World, slug: str) -> Tenant:
    """A new organisation with an admin, two more members, a role, a claimed domain and an invitation."""
    now = world.clock()
    profile = OrganisationProfile(f"org_{slug}", slug, slug.title(), created_at=now, updated_at=now)
    assert Organisations(world.services.database).create(profile)
    role = Role(f"{slug}-editor", world.services.new_id(), ("edit",), created_at=now, updated_at=now)
    assert OrganisationRoles(world.services.database).create(profile.id, role)

    def person(name: str, **members: Any) -> User:
        claims = {"name": f"{name.title()} Of {slug.title()}", "phone_number": "+14255551212", "locale": "en"}
        return member(world, profile.id, world.user(email=f"{name}@{slug}.example", password=PASSWORD, claims=claims), **members)

    boss, owned, guest = person("boss", admin=True), person("owned", owned=True, roles={role.name: role.id}), person("guest")
    world.services.domain_service.claim(profile.id, f"{slug}.example", by=world.by, scope=DEPLOYMENT)
    invited = world.services.organisation_invitations.create(profile.id, f"invited@{slug}.example", by=world.by, scope=DEPLOYMENT)
    given = {"client_name": f"Machine of {slug}", "scope": "orders"}
    machine, _ = world.services.machine_clients.create(profile.id, given, by=world.by, scope=DEPLOYMENT)
    directory, _ = world.services.scim_client_service.create(
        f"directory-of-{slug}", {"name": "Directory"}, org_id=profile.id, by=world.by, scope=DEPLOYMENT
    )
    upstream = f"https://{slug}.example"
    connection = world.services.connections.create(
        Connection(
            f"{profile.id}.corp-of-{slug}", "oidc", "oidc", "Corp", issuer=upstream, authorization_endpoint=f"{upstream}/authorize",
            token_endpoint=f"{upstream}/token", jwks_uri=f"{upstream}/jwks", client_id="us", client_auth="none", email_trust="domains",
            shown=False,
        )
    )  # fmt: skip
    assert connection
    return Tenant(world, profile, boss, owned, guest, role, invited.id, machine.id, directory.own_id, connection.own_id)
