"""Members, domains and directories of organisations in a file, by the slug and their own id: acme/ada@acme.example, acme/okta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlencode

from pydantic import Field

from idp.cli.declared.kinds.base import Found, PlainKind
from idp.cli.declared.kinds.organizations import Organizations, id_of, known_id
from idp.cli.declared.problems import FileProblemsError
from idp.http.admin.schemas.common import Shape
from idp.http.admin.schemas.organization_scim_clients import NewOrganizationScimClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Members


_LEADS_TO = "The connection to which the sign-in page leads people of the domain: an id, or slug/id for one of the organisation."


class DeclaredDomain(Shape):
    """A domain of an organisation in a file."""

    connection_id: str | None = Field(default=None, description=_LEADS_TO)


class DeclaredMember(Shape):
    """A member of an organisation in a file."""

    roles: list[str] = Field(default=[], description="Roles of the organisation.")
    admin: bool = Field(default=False, description="Whether the member administers the organisation.")
    admin_scopes: list[str] | None = Field(default=None, description="What the admin may do at most. null: all.")
    owned: bool = Field(default=False, description="Whether the account belongs to the organisation.")


class PartKind(PlainKind):
    """Things below an organisation. `part`: the word of their addresses. `own_id`: the member of an answer with their own id.

    `slashes`: whether an own id can have a slash, as an email address can (RFC 5322, 3.2.3). A slug has none.
    """

    id_in_body = False
    part: str
    own_id: str
    slashes: ClassVar[bool] = False

    def require_parts(self, object_id: str) -> None:
        """Check that the id has a slug and an own id.

        Raises:
            FileProblemsError: it has not.
        """
        slug, _, own = object_id.partition("/")
        if not slug or not own or ("/" in own and not self.slashes):
            raise FileProblemsError(f"{self.name}.{object_id}: The id is the slug of the organisation, / and the {self.title}.")

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        self.require_parts(object_id)
        return super().wanted(api, object_id, given)

    def ids(self, api: Api) -> Iterator[str]:
        for slug in Organizations().ids(api):
            yield from (f"{slug}/{own}" for own in self.own_ids(api, f"{self.path}/{known_id(api, slug)}/{self.part}"))

    def own_ids(self, api: Api, place: str) -> Iterator[str]:
        """List the ids of the things of one organisation, as a file has them. `place`: the address of the list."""
        yield from (str(each[self.own_id]) for each in api.call("GET", place).body["items"])

    def read(self, api: Api, object_id: str) -> Found | None:
        slug, _, own = object_id.partition("/")
        org_id = id_of(api, slug)
        in_paths = self.in_paths(api, own) if org_id else None
        found = self.at(api, f"{self.path}/{org_id}/{self.part}/{quote(in_paths, safe='')}") if in_paths else None
        return found._replace(members={**found.members, self.id_member: object_id}) if found else None

    def in_paths(self, api: Api, own: str) -> str | None:
        """Return the id in addresses, or None if there is no such thing."""
        return own

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        api.call("PATCH", self._address(api, object_id), body, etag=etag)

    def delete(self, api: Api, object_id: str, etag: str) -> None:
        api.call("DELETE", self._address(api, object_id), etag=etag)

    def _address(self, api: Api, object_id: str) -> str:
        slug, _, own = object_id.partition("/")
        return f"{self.path}/{known_id(api, slug)}/{self.part}/{quote(self.in_paths(api, own) or '', safe='')}"


class OrganizationDomains(PartKind):
    """Domains of organisations, by the slug and the domain: acme/acme.example. The proof is not in a file: publish the DNS record that
    `idp organizations domains` shows.
    """

    name, title, path, id_member, model = "organization_domains", "domain", "/organizations", "id", DeclaredDomain
    part, own_id = "domains", "domain"

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"connection_id": None}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found, slug = super().wanted(api, object_id, given), object_id.partition("/")[0]
        leads_to = found["connection_id"] or ""
        if "/" in leads_to and leads_to.partition("/")[0] != slug:
            raise FileProblemsError(f"{self.name}.{object_id}.connection_id: The connection is of another organisation.")
        if "." in leads_to and leads_to.partition(".")[0] == id_of(api, slug):
            return found | {"connection_id": _named(slug, leads_to)}
        return found

    def shown(self, found: Found) -> Members:
        slug = str(found.members[self.id_member]).partition("/")[0]
        return found.members | {"connection_id": _named(slug, found.members["connection_id"])}

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        slug, _, domain = object_id.partition("/")
        api.call("POST", f"{self.path}/{known_id(api, slug)}/domains", {**_sent(api, given), "domain": domain})

    def change(self, api: Api, object_id: str, body: Members, etag: str) -> None:
        super().change(api, object_id, _sent(api, body), etag)


def _named(slug: str, connection_id: str | None) -> str | None:
    """Return the id of a connection as a file has it: slug/id for one of the organisation, whose own id differs between deployments."""
    return f"{slug}/{connection_id.partition('.')[2]}" if connection_id and "." in connection_id else connection_id


def _sent(api: Api, members: Mapping[str, Any]) -> Members:
    """Return the members of a domain as the API has them."""
    slug, slash, own = (members.get("connection_id") or "").partition("/")
    return {**members, "connection_id": f"{known_id(api, slug)}.{own}"} if slash else dict(members)


class OrganizationScimClients(PartKind):
    """Directories of organisations, by the slug and their own id: acme/okta. The deployment needs `IDP_ORGANIZATION_SCIM_CLIENTS`. Their
    tokens are made here and shown once, by `idp scim rotate-token ID --organization SLUG`: a file has none.
    """

    name, title, path, id_member = "organization_scim_clients", "SCIM client of an organisation", "/organizations", "id"
    model, part, own_id = NewOrganizationScimClient, "scim-clients", "id"
    id_in_body = True
    not_compared: ClassVar[frozenset[str]] = frozenset({"expires_in"})

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"name": "", "users": "write", "groups": "write", "enabled": True, "reject_unknown": False}

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        slug, _, own = object_id.partition("/")
        api.call("POST", f"{self.path}/{known_id(api, slug)}/{self.part}", {**given, "id": own})


class OrganizationMembers(PartKind):
    """Members of organisations, by the slug and the email address: acme/ada@acme.example. The person needs an account before."""

    name, title, path, id_member, model = "organization_members", "member", "/organizations", "id", DeclaredMember
    part, own_id, slashes = "members", "email", True

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"roles": [], "admin": False, "admin_scopes": None, "owned": False}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        own = object_id.partition("/")[2]
        if self.in_paths(api, own) is None:
            raise FileProblemsError(f"{self.name}.{object_id}: There is no person with this address. People are not made by a file.")
        scopes = found["admin_scopes"]
        return found | {"roles": sorted(set(found["roles"])), "admin_scopes": None if scopes is None else sorted(set(scopes))}

    def shown(self, found: Found) -> Members:
        return found.members | {"roles": sorted(found.members["roles"]), "created_at": found.members["joined_at"]}

    def in_paths(self, api: Api, own: str) -> str | None:
        items = api.call("GET", f"/users?{urlencode({'email': own, 'limit': 100})}").body["items"]
        return next((str(each["id"]) for each in items if each["email"].casefold() == own.casefold()), None)  # `email` is a beginning

    def own_ids(self, api: Api, place: str) -> Iterator[str]:
        cursor: str | None = ""
        while cursor is not None:
            page = api.call("GET", f"{place}?limit=100{f'&cursor={quote(cursor)}' if cursor else ''}").body
            yield from (str(each["email"]) for each in page["items"] if each["email"])
            cursor = page["next_cursor"]

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        slug, _, own = object_id.partition("/")
        plain = {"owned": False}  # not by the domain of the address: a file says it
        api.call("POST", f"{self.path}/{known_id(api, slug)}/members", {**plain, **given, "user_id": self.in_paths(api, own) or ""})
