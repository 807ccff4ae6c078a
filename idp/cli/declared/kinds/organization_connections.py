"""Connections of organisations in a file, by the slug and their own id: acme/okta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from idp.cli.declared.kinds.connections import Connections
from idp.cli.declared.kinds.organization_parts import PartKind
from idp.cli.declared.kinds.organizations import known_id
from idp.domain.connections.of_organisation import MEMBERS
from idp.http.admin.schemas.organization_connections import OrganizationConnectionChanges, Preset

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Members


class DeclaredOrganizationConnection(OrganizationConnectionChanges):
    """A connection of an organisation in a file."""

    preset: Preset = Field(description="The kind of upstream. `oidc` is for every other OpenID Connect provider.")


class OrganizationConnections(PartKind, Connections):
    """Connections of organisations, by the slug and their own id: acme/okta. The deployment needs `IDP_ORGANIZATION_CONNECTIONS`."""

    name, title, path, id_member = "organization_connections", "connection of an organisation", "/organizations", "id"
    model, secret = DeclaredOrganizationConnection, "secret"
    part, own_id = "connections", "id"
    fixed: ClassVar[frozenset[str]] = Connections.fixed
    not_compared: ClassVar[frozenset[str]] = Connections.not_compared

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        self.require_parts(object_id)
        full = Connections.wanted(self, api, object_id, given)
        return {name: value for name, value in full.items() if name in MEMBERS | {"preset"}}

    def secret_id(self, api: Api, object_id: str) -> str:
        slug, _, own = object_id.partition("/")
        return f"{known_id(api, slug)}.{own}"

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        slug, _, own = object_id.partition("/")
        api.call("POST", f"{self.path}/{known_id(api, slug)}/{self.part}", {**given, "id": own})
