"""Stores of settings for a dry run of `idp import`: they read what is here, keep what would be written in memory, and write nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import Role

if TYPE_CHECKING:
    from idp.domain.access.roles import Group, RoleModel
    from idp.domain.access.scope_text import ScopeText
    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_details import DetailType
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
    reads = frozenset({"get", "all"})

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


def covered(real: Stores) -> Any:
    """Return the same stores for a dry run."""
    return replace(
        real, roles=_as(_Roles(real.roles)), clients=_as(_Clients(real.clients)), connections=_as(_Connections(real.connections)),
        scope_texts=_as(_ScopeTexts(real.scope_texts)), detail_types=_as(_DetailTypes(real.detail_types)),
        trusted_issuers=_as(_TrustedIssuers(real.trusted_issuers)), policies=_as(_Policies(real.policies)),
    )  # fmt: skip


def _as(dry: _Dry) -> Any:
    """A dry store has the methods that an import calls; mypy would want all of them."""
    return dry
