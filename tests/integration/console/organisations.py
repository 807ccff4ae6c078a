"""Organisations whose admins use the console."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from idp.store.memberships import Memberships
from idp.store.organisations import Organisations
from tests.integration.admin.isolation.tenants import Tenant, member, tenant
from tests.integration.console.admins import Admin, come
from tests.support.people import Person

if TYPE_CHECKING:
    from tests.support.world import World


@dataclass
class Company:
    """An organisation with everything of `Tenant`. `chief` administers it, with an authenticator."""

    tenant: Tenant
    chief: Person

    @property
    def id(self) -> str:
        return self.tenant.id

    @property
    def ids(self) -> dict[str, str]:
        return self.tenant.ids

    @property
    def world(self) -> World:
        return self.tenant.world

    def come(self, at: str = "/console") -> Admin:
        """The chief signs in on the way to a page of the console."""
        return come(self.world, self.chief, at)

    def change_chief(self, **members: Any) -> None:
        """Change the membership of the chief, as another admin does meanwhile."""
        store = Memberships(self.world.services.database)
        found = store.get(self.chief.user.id, self.id)
        assert found
        assert store.replace(replace(found, **members), was=found)

    def change(self, **members: Any) -> None:
        """Change the organisation."""
        store = Organisations(self.world.services.database)
        found = store.get(self.id)
        assert found
        assert store.replace(replace(found, **members), was=found)


def company(world: World, chief: Person | None = None, **members: Any) -> Company:
    """A new organisation. `chief`: who administers it, or a new person. `members`: of their membership."""
    made = tenant(world, f"c{world.services.new_id()[:10].lower()}".replace("_", "0").replace("-", "0"))
    person = chief or world.person(totp=True, email_verified=True)
    person.user = member(world, made.id, person.user, **{"admin": True, **members})
    return Company(made, person)
