"""Stores of settings for a dry run of `idp import`: they read what is here, keep what would be written in memory, and write nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import Role

if TYPE_CHECKING:
    from idp.domain.access.roles import Group, RoleModel
    from idp.domain.access.scope_text import ScopeText
    from idp.domain.apps.client import Client
    from idp.domain.organisations.membership import Membership
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.requests.authorization_details import DetailType
    from idp.services.moving.own_organisations import OrganisationStores
    from idp.services.moving.own_settings import Stores


class _Dry:
    """Reads of `store` go on to it. `made`: by id, what would be written. A write that is not here raises AttributeError."""

    reads: frozenset[str] = frozenset()

    def __init__(self, store: Any) -> None:
        self._store, self.made = store, dict[Any, Any]()

    def __getattr__(self, name: str) -> Any:
        if name not in self.reads:
            raise AttributeError(name)
        return getattr(self._store, name)

    def _add(self, key: Any, made: Any, *, there: bool) -> bool:
        if there or key in self.made:
            return False
        self.made[key] = made
        return True


class _Roles(_Dry):
    def model(self) -> RoleModel:
        model: RoleModel = self._store.model()
        roles = {each.name: each for each in self.made.values() if isinstance(each, Role)}
        groups = {each.name: each for each in self.made.values() if not isinstance(each, Role)}
        return replace(model, roles={**roles, **model.roles}, groups={**groups, **model.groups})

    def create(self, made: Role | Group) -> bool:
        model = self._store.model()
        there = model.roles if isinstance(made, Role) else model.groups
        return self._add((type(made), made.name), made, there=made.name in there)


class _Clients(_Dry):
    reads = frozenset({"ids", "some_pairwise"})

    def get(self, client_id: str) -> Client | None:
        found: Client | None = self._store.get(client_id) or self.made.get(client_id)
        return found

    def incarnations(self, client_ids: Any) -> dict[str, str]:
        wanted = list(client_ids)
        made = {name: self.made[name].incarnation for name in wanted if name in self.made}
        return {**made, **self._store.incarnations(wanted)}

    def create(self, client: Client) -> bool:
        return self._add(client.id, client, there=self._store.get(client.id) is not None)


class _Connections(_Dry):
    reads = frozenset({"all"})

    def get(self, connection_id: str) -> Any:
        return self._store.get(connection_id) or self.made.get(connection_id)

    def create(self, made: Any) -> Any:
        return made if self._add(made.id, made, there=self._store.get(made.id) is not None) else None


class _ScopeTexts(_Dry):
    def put(self, made: ScopeText) -> bool:
        return self._add(made.scope, made, there=bool(self._store.of([made.scope])))


class _DetailTypes(_Dry):
    def put(self, made: DetailType) -> bool:
        return self._add(made.type, made, there=bool(self._store.of([made.type])))


class _TrustedIssuers(_Dry):
    def create(self, made: Any) -> bool:
        return self._add(made.id, made, there=self._store.get(made.id) is not None)


class _Policies(_Dry):
    reads = frozenset({"live"})

    def get(self, number: int) -> Any:
        return self._store.get(number) or self.made.get(number)

    def create(self, made: Any, *, attempt: str) -> bool:
        del attempt
        return self._add(made.number, made, there=self._store.get(made.number) is not None)

    def publish(self, after: Any, *, attempt: str) -> bool:
        del attempt
        return self._add("live", after, there=self._store.live() is not None)


class _Organisations(_Dry):
    def get(self, org_id: str) -> OrganisationProfile | None:
        found: OrganisationProfile | None = self._store.get(org_id) or self.made.get(org_id)
        return found

    def create(self, made: OrganisationProfile) -> bool:
        taken = self._store.by_slug(made.slug) is not None or any(each.slug == made.slug for each in self.made.values())
        return self._add(made.id, made, there=taken or self._store.get(made.id) is not None)


class _OrganisationRoles(_Dry):
    def model(self, org_id: str) -> RoleModel:
        model: RoleModel = self._store.model(org_id)
        return replace(model, roles={**self.made.get(org_id, {}), **model.roles})

    def create(self, org_id: str, made: Role) -> bool:
        self.made.setdefault(org_id, {})[made.name] = made
        return True


class _OrganisationDomains(_Dry):
    def of_organisation(self, org_id: str) -> list[Any]:
        return [*self._store.of_organisation(org_id), *(made for made in self.made.values() if made.org_id == org_id)]

    def create(self, made: Any) -> bool:
        return self._add((made.org_id, made.domain), made, there=False)


class _Memberships(_Dry):
    """Nothing is kept of what would be written: there are as many as people, and the file has each once."""

    def add(self, made: Membership, *, leaving: bool) -> bool:
        del leaving
        return self._store.get(made.user_id, made.org_id) is None


def _covered_organisations(real: OrganisationStores) -> OrganisationStores:
    return replace(
        real, organisations=_as(_Organisations(real.organisations)), roles=_as(_OrganisationRoles(real.roles)),
        domains=_as(_OrganisationDomains(real.domains)), memberships=_as(_Memberships(real.memberships)),
    )  # fmt: skip


def covered(real: Stores) -> Any:
    """Return the same stores for a dry run."""
    return replace(
        real, roles=_as(_Roles(real.roles)), clients=_as(_Clients(real.clients)), connections=_as(_Connections(real.connections)),
        scope_texts=_as(_ScopeTexts(real.scope_texts)), detail_types=_as(_DetailTypes(real.detail_types)),
        trusted_issuers=_as(_TrustedIssuers(real.trusted_issuers)), policies=_as(_Policies(real.policies)),
        of_organisations=_covered_organisations(real.of_organisations),
    )  # fmt: skip


def _as(dry: _Dry) -> Any:
    """A dry store has the methods that an import calls; mypy would want all of them."""
    return dry
