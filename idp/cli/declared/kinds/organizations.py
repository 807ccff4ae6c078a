"""Organisations and their roles in a file. Their ids differ between deployments, so a file names an organisation by its slug."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import Field

from idp.cli.declared.kinds.base import PlainKind
from idp.cli.declared.problems import FileProblemsError
from idp.domain.organisations.profile import may_be_org_id
from idp.http.admin.schemas.client_changes import Branding
from idp.http.admin.schemas.common import Shape
from idp.http.admin.schemas.organizations import OrganizationPolicy
from idp.http.admin.schemas.roles import NewRole
from idp.services.apps.client_metadata.own import branding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Found, Members

_NOTHING = {"mfa_required": False, "session_hours": None, "connections_only": False, "joins_by_connection": False}
PLACEHOLDER = "org_" + "0" * 22
"""In place of the id of an organisation that the same file is going to make."""


class DeclaredOrganization(Shape):
    """An organisation in a file."""

    name: str = Field(description="The name that people read.")
    policy: OrganizationPolicy | None = Field(default=None, description="What a sign-in for the organisation needs.")
    branding: Branding | None = Field(default=None, description="The look of pages for the organisation, as of an app.")
    metadata: dict[str, Any] | None = Field(default=None, description="A JSON object for your own use.")
    disabled: bool = Field(default=False, description="Members get nothing for the organisation.")


def id_of(api: Api, slug: str) -> str | None:
    """Return the id of the organisation with this slug, or None."""
    page = api.call("GET", f"/organizations?limit=100&slug={quote(slug, safe='')}").body
    return next((str(each["id"]) for each in page["items"] if each["slug"] == slug), None)


def known_id(api: Api, named: str) -> str:
    """Return the id of an organisation that a file names by slug or id.

    Raises:
        FileProblemsError: there is no organisation with this slug.
    """
    found = named if may_be_org_id(named) else id_of(api, named)
    if found is None:
        raise FileProblemsError(f"There is no organisation {named}.")
    return found


class Organizations(PlainKind):
    """Organisations, by slug. People become members in other ways. The proof of a domain belongs to one deployment, so a file has none."""

    name, title, path, id_member, model, paged = "organizations", "organization", "/organizations", "slug", DeclaredOrganization, True

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"name": "", "policy": dict(_NOTHING), "branding": None, "metadata": None, "disabled": False}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        policy = {name: value for name, value in found["policy"].items() if value is not None}
        look = branding("branding", found["branding"]) if found["branding"] else None
        return found | {"policy": _NOTHING | policy, "branding": look, "metadata": found["metadata"] or None}

    def read(self, api: Api, object_id: str) -> Found | None:
        org_id = id_of(api, object_id)
        return super().read(api, org_id) if org_id else None

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        made = api.call("POST", self.path, {name: value for name, value in given.items() if name != "disabled"} | {"slug": object_id})
        if given.get("disabled"):
            api.call("PATCH", f"{self.path}/{made.body['id']}", {"disabled": True}, etag=made.etag)

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        return {name: wanted[name] if name == "branding" else _between(found.members[name], wanted[name]) for name in changed}

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        place = f"{self.path}/{known_id(api, object_id)}"
        if body.get("branding"):  # it is merged, and has no null inside: what is not wanted any more is removed first
            etag = api.call("PATCH", place, {"branding": None}, etag=etag).etag
        api.call("PATCH", place, body, etag=etag)

    def delete(self, api: Api, object_id: str, etag: str) -> None:
        super().delete(api, known_id(api, object_id), etag)


def _between(now: Any, then: Any) -> Any:
    """Return the merge patch (RFC 7396) that makes `then` of `now`."""
    if not isinstance(now, dict) or not isinstance(then, dict):
        return then
    gone = dict.fromkeys(now.keys() - then.keys())
    return gone | {name: _between(now.get(name), value) for name, value in then.items() if now.get(name) != value}


class OrganizationRoles(PlainKind):
    """Roles of organisations, by the slug and the name: acme/billing. They need their organisation."""

    name, title, path, id_member, model = "organization_roles", "organization role", "/organizations", "name", NewRole

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"permissions": [], "description": ""}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        if object_id.count("/") != 1:
            raise FileProblemsError(f"{self.name}.{object_id}: The id is the slug of the organisation, / and the name of the role.")
        found = super().wanted(api, object_id, given)
        return found | {"permissions": sorted(set(found["permissions"]))}

    def ids(self, api: Api) -> Iterator[str]:
        for slug in Organizations().ids(api):
            place = self._place(api, slug)
            cursor: str | None = ""
            while cursor is not None:
                page = api.call("GET", f"{place}?limit=100{f'&cursor={quote(cursor)}' if cursor else ''}").body
                yield from (f"{slug}/{each['name']}" for each in page["items"])
                cursor = page["next_cursor"]

    def read(self, api: Api, object_id: str) -> Found | None:
        slug, _, name = object_id.partition("/")
        org_id = id_of(api, slug)
        found = self.at(api, f"{self.path}/{org_id}/roles/{quote(name, safe='')}") if org_id else None
        return found._replace(members={**found.members, "name": object_id}) if found else None

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        slug, _, name = object_id.partition("/")
        api.call("POST", self._place(api, slug), {**given, "name": name})

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        slug, _, name = object_id.partition("/")
        api.call("PATCH", f"{self._place(api, slug)}/{quote(name, safe='')}", body, etag=etag)

    def delete(self, api: Api, object_id: str, etag: str) -> None:
        slug, _, name = object_id.partition("/")
        api.call("DELETE", f"{self._place(api, slug)}/{quote(name, safe='')}", etag=etag)

    def _place(self, api: Api, slug: str) -> str:
        return f"{self.path}/{known_id(api, slug)}/roles"
