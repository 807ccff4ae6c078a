"""The resources of the Terraform provider: which shapes they have, and what the OpenAPI document does not tell about their members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from idp.cli.declared.kinds.connections import DISCOVERED, Connections
from idp.domain.apps.client import Client
from idp.domain.connections.presets import PRESETS
from idp.services.apps import client_metadata
from idp.services.apps.client_metadata.own import MERGED

_TIMES = frozenset({"created_at", "updated_at"})
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource.

    `new`, `changes`, `answer`: the names of its shapes. `id`: the member with its id. `hidden`: members that are no attributes.
    `following`: members that the API chooses, with the members from which they follow. `removable`: members that null removes;
    with `null_resets` all of them.
    `merged`: objects that a patch changes member by member. `ordered`: lists whose order counts. `secret`: how the secret is written:
    `body`, `rotation`, or `made` by the provider.
    """

    name: str
    text: str
    path: str
    id: str
    new: str
    changes: str
    answer: str
    hidden: frozenset[str] = _TIMES
    defaults: Mapping[str, Any] = field(default_factory=dict)
    following: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    removable: frozenset[str] = _NONE
    null_resets: bool = False
    merged: frozenset[str] = _NONE
    ordered: frozenset[str] = _NONE
    secret: str = ""

    @property
    def secret_member(self) -> str:
        """The member of the body that has the secret."""
        return "secret" if self.secret == "body" else ""


_APP_DEFAULTS = {name: value for name, value in client_metadata.describe(Client(id="")).items() if value is not None} | {"roles": []}
_OF_APPS: Mapping[str, tuple[str, ...]] = {
    "token_endpoint_auth_method": ("auth_methods",), "auth_methods": ("token_endpoint_auth_method",), "response_types": ("grant_types",),
    "id_token_signed_response_alg": (), "access_token_signed_response_alg": (), "client_id": (),
}  # fmt: skip
_OF_CONNECTIONS: Mapping[str, tuple[str, ...]] = {
    **{name: ("issuer", "tenants", "metadata", "metadata_url") for names in DISCOVERED.values() for name in names},
    "client_auth": ("hook",), "type": (), "redirect_uri": (), "own_metadata_uri": (), "secret_set": ("secret_changed_at",),
    "token_audience": ("keeps_tokens", "token_apps"),
}  # fmt: skip

RESOURCES = (
    Resource(
        "app", "An app (client).", "/clients", "client_id", "NewClient", "ClientChanges", "Client",
        hidden=_TIMES | {"secrets", "client_id_issued_at", "registered_by", "software_statement"}, defaults=_APP_DEFAULTS,
        following=_OF_APPS, removable=client_metadata.REMOVABLE, merged=MERGED,
        ordered=frozenset({"auth_methods", "default_acr_values"}), secret="rotation",
    ),
    Resource("role", "A role of the deployment.", "/roles", "name", "NewRole", "RoleChanges", "Role"),
    Resource("group", "A group of people, who get its roles.", "/groups", "name", "NewGroup", "GroupChanges", "Group"),
    Resource(
        "connection", "A connection: an upstream provider by which people sign in.", "/connections", "id", "NewConnection",
        "ConnectionChanges", "Connection", hidden=_TIMES | {"own_certificates"}, null_resets=True, following=_OF_CONNECTIONS,
        secret="body",
    ),
    Resource(
        "organization", "An organisation.", "/organizations", "id", "NewOrganization", "OrganizationChanges", "Organization",
        hidden=_TIMES | {"members", "admins"}, following={"id": ()}, defaults={"disabled": False, "policy": {}},
        merged=frozenset({"policy", "metadata"}),
    ),
    Resource(
        "webhook_endpoint", "Another system that hears of events.", "/webhooks", "id", "NewWebhookEndpoint", "WebhookEndpointChanges",
        "WebhookEndpoint", hidden=_TIMES | {"disabled_why", "earlier_secret_until"}, following={"id": ()}, defaults={"enabled": True},
        secret="made",
    ),
    Resource(
        "policy", "The access policies that are live. Another text becomes a new version, which is published.", "/policies", "version",
        "NewPolicyVersion", "", "PolicyVersion", hidden=frozenset({"status", "created_at", "created_by"}),
    ),
)  # fmt: skip


def by_preset() -> dict[str, dict[str, Any]]:
    """Return the defaults of a connection by its preset, without those that follow from other members."""
    following = {"microsoft": {"issuer"}, "password": {"client_auth"}}
    found = {}
    for name, preset in PRESETS.items():
        wanted = Connections().wanted(None, "", {"preset": name})  # type: ignore[arg-type]  # it asks the API nothing
        left_out = following.get(name, set()) | DISCOVERED.get(preset.type, frozenset()) | {"preset"}
        found[name] = {member: value for member, value in wanted.items() if member not in left_out}
    return found
