"""Connections in a file. A member that the file leaves out has the default of the preset."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar

from idp.cli.declared.kinds.base import Found, Kind
from idp.cli.declared.problems import FileProblemsError
from idp.domain.connections.connection import OIDC, SAML, Connection
from idp.domain.connections.presets import PRESETS, members_of
from idp.http.admin.schemas.connections import NewConnection
from idp.services.connections.connections import FIXED
from idp.services.connections.discovery import OPTIONAL, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Members

DISCOVERED = {
    OIDC: frozenset({*REQUIRED, *OPTIONAL, "signing_alg", "iss_parameter"}),
    SAML: frozenset({"issuer", "authorization_endpoint", "certificates", "signs_requests", "client_id"}),
}
"""By type, members that come from the metadata of the upstream, or from this provider, unless the file has them."""
_OURS = FIXED | {"secret", "own_certificates"}
_EMPTY = Connection(id="", type="")


class Connections(Kind):
    """Connections, by id. They need their apps."""

    name, title, path, id_member, secret = "connections", "connection", "/connections", "id", "secret"
    model: ClassVar[type[BaseModel]] = NewConnection
    fixed: ClassVar[frozenset[str]] = frozenset({"preset"})
    not_compared: ClassVar[frozenset[str]] = frozenset({"metadata"})

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        preset = PRESETS[given["preset"]]
        full = members_of(preset, {name: value for name, value in given.items() if name not in self.not_compared})
        found: Members = {"preset": preset.name}
        for each in fields(Connection):
            name = each.name
            if name in _OURS or (name in DISCOVERED.get(preset.type, ()) and name not in given):
                continue
            value = full.get(name, getattr(_EMPTY, name))
            found[name] = list(dict.fromkeys(value)) if isinstance(value, list | tuple) else value
        return found

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        if "preset" in changed:
            raise FileProblemsError(
                f"{self.name}.{found.members['id']}.preset: The connection was made from the preset {found.members['preset']}, which never "
                "changes. Delete it first, or choose another id."
            )
        return {name: given.get(name) for name in changed}  # null: the default of the preset

    def written(self, api: Api, found: Found) -> Members:
        given = super().written(api, found)
        type_, members = found.members["type"], found.members
        own = {"client_id"} if type_ == SAML and members["client_id"] == members["redirect_uri"].removesuffix("/callback") else set()
        told = sorted(DISCOVERED.get(type_, frozenset()) - own)
        return given | {name: members[name] for name in told if members[name] != getattr(_EMPTY, name) or name == "signing_alg"}
