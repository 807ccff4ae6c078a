"""Apps, the texts of their scopes, and types of authorization details in a file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from idp.cli.declared.kinds.base import Found, Kind, ReplacedKind
from idp.cli.declared.kinds.organizations import PLACEHOLDER, id_of, known_id
from idp.domain.apps.client import Client
from idp.domain.organisations.profile import may_be_org_id
from idp.http.admin.schemas.authorization_details import NewDetailType
from idp.http.admin.schemas.client_changes import NewClient
from idp.http.admin.schemas.scope_texts import NewScopeText
from idp.services.apps import client_metadata
from idp.services.apps.client_metadata.own import MERGED
from idp.services.apps.client_rules.authentication import BY_DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Members

_METHODS = frozenset({"token_endpoint_auth_method", "auth_methods"})
_FOLLOWING = frozenset({"token_endpoint_auth_method", "response_types"})
"""Members that follow from others in each answer."""
_DEFAULTS = client_metadata.describe(Client(id=""))


class Apps(Kind):
    """Apps, by client_id. An app that registered itself looks after its metadata, so a file does not list it."""

    name, title, path, id_member, model, paged, secret = "apps", "app", "/clients", "client_id", NewClient, True, "secret"

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        members = {name: value for name, value in given.items() if name != "roles"}
        if "org_id" in members and not may_be_org_id(members["org_id"]):
            members["org_id"] = id_of(api, members["org_id"]) or PLACEHOLDER
        base = Client(id=object_id)
        if not _METHODS & members.keys():
            base = replace(base, auth_methods=BY_DEFAULT)
        described = client_metadata.describe(client_metadata.apply(base, members, api.settings))
        compared = {name: value for name, value in described.items() if name not in _FOLLOWING}
        return compared | {"roles": sorted(set(given.get("roles") or ()))}

    def shown(self, found: Found) -> Members:
        return found.members | {"roles": sorted(found.members["roles"])}

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        body: Members = {}
        for name in changed:
            value = wanted[name]
            if value == _DEFAULTS.get(name) and name in client_metadata.REMOVABLE:
                value = None
            elif name in MERGED and value is not None:  # RFC 7396: what is not wanted is removed by name
                value = dict.fromkeys(found.members[name] or {}) | value
            body[name] = given["org_id"] if name == "org_id" and value is not None else value
        return body

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        super().create(api, object_id, _with_id(api, given))

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        super().change(api, object_id, _with_id(api, body), etag)

    def is_written(self, found: Found) -> bool:
        return not found.members["registered_by"]

    def written(self, api: Api, found: Found) -> Members:
        # An app without a redirect URI or with another grant may not be valid with a part of its members: all of them are compared.
        shown = self.shown(found)
        plain = {name: value for name, value in shown.items() if name in client_metadata.WRITABLE - _FOLLOWING}
        given = {name: value for name, value in plain.items() if value != _DEFAULTS.get(name)}
        roles = {"roles": shown["roles"]} if shown["roles"] else {}
        if "org_id" in given:
            given["org_id"] = api.call("GET", f"/organizations/{given['org_id']}").body["slug"]
        return given | {"auth_methods": shown["auth_methods"]} | roles


def _with_id(api: Api, members: Mapping[str, Any]) -> Members:
    """Return the members of an app with the id of its organisation, which a file names by the slug."""
    named = members.get("org_id")
    return dict(members) if named is None else {**members, "org_id": known_id(api, named)}


class Scopes(ReplacedKind):
    """Texts of OAuth scopes, by scope."""

    name, title, path, id_member, model, id_in_body = "scopes", "texts of the scope", "/scopes", "scope", NewScopeText, False

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"name": "", "description": "", "resource": "", "language": "en", "translations": {}}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        plain = {"description": "", "resource": ""}
        return found | {"translations": {language: plain | words for language, words in found["translations"].items()}}


class DetailTypes(ReplacedKind):
    """Types of authorization details, by name."""

    name, title, path, id_member = "authorization_details_types", "authorization details type", "/authorization-details-types", "type"
    model, id_in_body = NewDetailType, False
    _LISTS: ClassVar[tuple[str, ...]] = ("locations", "actions", "datatypes", "privileges")

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"title": "", "description": "", **{name: [] for name in self._LISTS}, "members": {}}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        plain = {"kind": "text", "title": "", "required": False}
        return found | {"members": {name: plain | (member or {}) for name, member in found["members"].items()}}
