"""The lines of an export that are not about people: one item each."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.services.moving import export_organisations
from idp.store.authorization_detail_types import DetailTypeItem
from idp.store.client_metadata import members_of
from idp.store.clients import ClientItem
from idp.store.connection_items import ConnectionItem
from idp.store.organisation_domains import DomainClaimItem
from idp.store.organisation_items import MemberItem, OrganisationItem
from idp.store.organisation_roles import OrganisationRoleItem
from idp.store.policies import LivePoliciesItem, PolicyVersionItem
from idp.store.roles import GroupItem, RoleItem
from idp.store.scope_texts import ScopeTextItem
from idp.store.trusted_issuers import TrustedIssuerItem

if TYPE_CHECKING:
    from idp.domain.access.roles import RoleModel
    from idp.domain.apps.client import Client
    from idp.services.keys.keyring import Keyring
    from idp.services.moving.export_person import Names
    from idp.store.tables import Item

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "email": "the address is in the line of the user",
        "credential": "the passkey is in the line of the user",
        "issuer_subject": "the link is in the line of the user",
        "admins": "`admin` is in the line of the user",
        "client_copy": "the app has a line",
        "connection_copy": "the connection has a line",
        "source": "the mark that a row was imported here; the person has a line",
        "scim_client": "a directory gets new tokens at the other place, and provisions its people again: it finds them by userName",
        "scim_user": "the account is in the line of the user; the directory says the rest again",
        "scim_finder": "built from what the directory says",
        "scim_count": "built from what the directory says",
        "scim_group": "the directory says it again",
        "scim_member": "the directory says it again",
        "scim_membership": "the directory says it again",
        "provisioning_target": "the token is for this deployment; another system has to get one of its own",
        "managed_object": "a file that manages objects here does not manage those of the other place",
        "connection_buttons": "the members are in the lines of the connections",
        "former_connection": "the ids of links count again only under a connection that is in the lines",
        "membership": "the same is in the line of the organisation's member",
        "organisation_slug": "the slug is in the line of the organisation",
        "organisation_name": "built from the name of the organisation",
        "organisation_domain": "the domain is in the line of its claim, and has to be proven to each deployment by a record of its own",
        "organisation_ending": "the organisation is being deleted, and gives nothing any more",
        "search_row": "built from the account",
        "search_state": "tells of the rows of this deployment",
        "webhook_endpoint": "the secret is for this deployment; the receiver has to get one of the other place",
        "hook": "it decides here; `idp plan --from-live` writes it for the other place",
        "signal_stream": "the receiver makes a stream at the other place itself, with a token of there",
    }
)
"""Kinds of `directory` that have no line, and why nothing is lost. Other systems build such items from the lines."""

_INTERNAL = {"secrets", "registration_token_digest", "roles", "incarnation", "security_stamp"}
"""Fields of a client that are not copied: secrets, assignments by id, and the marks by which this deployment ends tokens."""


class Object(NamedTuple):
    """A line. `secret`: the members that are encrypted, or None."""

    type: str
    members: dict[str, Any]
    secret: dict[str, Any] | None = None


class Objects:
    """Converts items to lines. `keyring`: None if no secret is wanted. `roles`: the names of assigned roles that still count.

    `of_organisation`: the own roles of an organisation, None if it is not there.
    """

    def __init__(self, keyring: Keyring | None, roles: Names, of_organisation: Callable[[str], RoleModel | None]) -> None:
        self._keyring, self._roles, self._of_organisation = keyring, roles, of_organisation
        self._convert: dict[type[Item], Callable[[Any], Object]] = {
            ClientItem: self._client, ConnectionItem: self._connection, RoleItem: _role, GroupItem: self._group,
            PolicyVersionItem: _policy_version, LivePoliciesItem: _live_policies, ScopeTextItem: _scope_text,
            TrustedIssuerItem: _trusted_issuer, DetailTypeItem: _detail_type, MemberItem: self._member,
            OrganisationItem: lambda item: Object("organisation", export_organisations.profile(item)),
            OrganisationRoleItem: lambda item: Object("organisation_role", export_organisations.role(item)),
            DomainClaimItem: lambda item: Object("organisation_domain", export_organisations.domain(item)),
        }  # fmt: skip

    @property
    def kinds(self) -> dict[str, type[Item]]:
        """The classes of the items, by the name of the kind."""
        return {each.kind_name: each for each in self._convert}

    def line(self, item: Item) -> Object:
        """Return the line of an item of one of the `kinds`."""
        return self._convert[type(item)](item)

    def _client(self, item: ClientItem) -> Object:
        client = item.client()
        metadata = {name: value for name, value in members_of(client).items() if name not in _INTERNAL}
        members = {"client_id": client.id, "metadata": metadata, "roles": self._roles_of(client)}
        secret: dict[str, Any] = {"type": "client", "id": client.id}
        if client.secrets:
            secret["secrets"] = [asdict(each) for each in client.secrets]
        if client.registration_token_digest:
            secret["registration_token_digest"] = client.registration_token_digest
        return Object("client", members, secret)

    def _roles_of(self, client: Client) -> list[str]:
        """The names of the app's roles: a machine client of an organisation has the organisation's own."""
        if not client.org_id:
            return self._roles(client.roles or {})
        own = self._of_organisation(client.org_id) if client.roles else None
        return export_organisations.live(own, client.roles or {})

    def _member(self, item: MemberItem) -> Object:
        return Object("organisation_member", export_organisations.member(item, self._of_organisation(item.org_id)))

    def _connection(self, item: ConnectionItem) -> Object:
        connection = item.connection()
        members = {name: value for name, value in asdict(connection).items() if name not in {"id", "secret", "version", "copies"}}
        secret: dict[str, Any] = {"type": "connection", "id": connection.id}
        if connection.secret and self._keyring:
            sealed = urlsafe_b64decode(connection.secret)
            secret["secret"] = self._keyring.reveal(f"connection:secret:{connection.id}", sealed).decode()
        return Object("connection", {"id": connection.id, "definition": members}, secret)

    def _group(self, item: GroupItem) -> Object:
        group = item.group()
        return Object("group", {**_described(group), "roles": self._roles(group.roles)})


def _described(one: Any) -> dict[str, Any]:
    return {"name": one.name, "description": one.description, "created_at": one.created_at, "updated_at": one.updated_at}


def _role(item: RoleItem) -> Object:
    role = item.role()
    return Object("role", {**_described(role), "permissions": list(role.permissions)})


def _policy_version(item: PolicyVersionItem) -> Object:
    return Object("policy_version", asdict(item.version()))


def _live_policies(item: LivePoliciesItem) -> Object:
    live = item.live()
    return Object("live_policies", {"number": live.number, "published_at": live.published_at, "published_by": live.published_by})


def _scope_text(item: ScopeTextItem) -> Object:
    return Object("scope_text", _without(asdict(item.scope_text()), "version"))


def _trusted_issuer(item: TrustedIssuerItem) -> Object:
    return Object("trusted_issuer", _without(asdict(item.trusted()), "version", "incarnations"))


def _detail_type(item: DetailTypeItem) -> Object:
    return Object("authorization_detail_type", {"name": item.type_name, "definition": dict(item.definition)})


def _without(members: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name not in names}
