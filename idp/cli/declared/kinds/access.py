"""Roles, groups and the live policies in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from idp.cli.declared.api import NOT_FOUND
from idp.cli.declared.kinds.base import Found, PlainKind
from idp.cli.declared.problems import ApiRefusedError, FileProblemsError
from idp.http.admin.schemas.policies import NewPolicyVersion
from idp.http.admin.schemas.roles import NewGroup, NewRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Members


class Roles(PlainKind):
    """Roles, by name."""

    name, title, path, id_member, model, paged = "roles", "role", "/roles", "name", NewRole, True

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"permissions": [], "description": ""}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        return found | {"permissions": sorted(set(found["permissions"]))}


class Groups(PlainKind):
    """Groups, by name. They need their roles."""

    name, title, path, id_member, model, paged = "groups", "group", "/groups", "name", NewGroup, True

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"roles": [], "description": ""}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        return found | {"roles": sorted(set(found["roles"]))}

    def shown(self, found: Found) -> Members:
        return found.members | {"roles": sorted(found.members["roles"])}


class Policies(PlainKind):
    """The live policies. Another text becomes a new version, which is published. Versions are never deleted."""

    name, title, path, id_member, model, prunable = "policies", "policies", "/policies", "id", NewPolicyVersion, False
    not_compared: ClassVar[frozenset[str]] = frozenset({"note"})
    texts: ClassVar[tuple[str, ...]] = ("policies", "schema")
    LIVE = "live"

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"policies": "", "schema": "", "namespace": "", "rules": None}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        if object_id != self.LIVE:
            raise FileProblemsError(f"policies.{object_id}: The only name here is {self.LIVE}: the policies that count.")
        return super().wanted(api, object_id, given)

    def ids(self, api: Api) -> Iterator[str]:
        if self.read(api, self.LIVE):
            yield self.LIVE

    def read(self, api: Api, object_id: str) -> Found | None:
        """Return the version that counts, with the ETag of the pointer to it."""
        try:
            pointer = api.call("GET", "/policies/live")
        except ApiRefusedError as refusal:
            if refusal.status == NOT_FOUND:
                return None
            raise
        version = api.call("GET", f"/policies/{pointer.body['version']}").body
        return Found({**version, "id": self.LIVE, "created_at": ""}, pointer.etag)

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        self._publish(api, dict(given), '"0"')

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        return dict(given)

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        self._publish(api, body, etag)

    def written(self, api: Api, found: Found) -> Members:
        return super().written(api, found) | ({"note": found.members["note"]} if found.members["note"] else {})

    def _publish(self, api: Api, body: Members, etag: str) -> None:
        made = api.call("POST", "/policies", body).body["version"]
        api.call("PUT", "/policies/live", {"version": made}, etag=etag)
