"""The resources of the Terraform provider: which shapes they have, and what the OpenAPI document does not tell about their members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from idp.cli.declared.kinds.connections import DISCOVERED, Connections
from idp.cli.declared.kinds.directories import ScimClients
from idp.cli.declared.kinds.hooks import Hooks
from idp.domain.apps.client import Client
from idp.domain.connections.of_organisation import MEMBERS, PRESET_NAMES
from idp.domain.connections.presets import PRESETS
from idp.domain.hooks.hook import ON_FAILURE
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
    `merged`: objects that a patch changes member by member. `ordered`: lists whose order counts. `secret`: how the secret `secret_name` is
    written: `body`, `rotation`, or `made` by the provider.
    `in_path`: attributes that only the path has, with their descriptions; `parent` is the one in the middle of the path. `replaced`: PUT
    changes it. `fixed`: members of its body that never change. `initial`: members that count when it is made, and no answer has.
    `free`: objects with members of the caller's own.
    `by`: the attribute by whose value `presets` has the defaults of all others.
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
    secret_name: str = "secret"
    in_path: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    replaced: bool = False
    fixed: frozenset[str] = _NONE
    initial: frozenset[str] = _NONE
    free: frozenset[str] = _NONE
    by: str = ""
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def secret_member(self) -> str:
        """The member of the body that has the secret."""
        return self.secret_name if self.secret == "body" else ""


def by_preset() -> dict[str, dict[str, Any]]:
    """Return the defaults of a connection by its preset, without those that follow from other members."""
    following = {"microsoft": {"issuer"}, "password": {"client_auth"}}
    found = {}
    for name, preset in PRESETS.items():
        wanted = Connections().wanted(None, "", {"preset": name})  # type: ignore[arg-type]  # it asks the API nothing
        left_out = following.get(name, set()) | DISCOVERED.get(preset.type, frozenset()) | {"preset"}
        found[name] = {member: value for member, value in wanted.items() if member not in left_out}
    return found


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

_PRESETS = by_preset()
_IN_ORGANIZATION = {"org_id": "The id of the organisation: `org_…`."}
_HOOKS = {kind: Hooks().defaults({"kind": kind}) for kind in ON_FAILURE}
_SCIM_DEFAULTS = {name: value for name, value in ScimClients().defaults({}).items() if value is not None and name != "name"}

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
        secret="body", by="preset", presets=_PRESETS,
    ),
    Resource(
        "organization", "An organisation.", "/organizations", "id", "NewOrganization", "OrganizationChanges", "Organization",
        hidden=_TIMES | {"members", "admins"}, following={"id": ()}, defaults={"disabled": False, "policy": {}},
        merged=frozenset({"policy", "metadata"}), free=frozenset({"metadata"}),
    ),
    Resource(
        "organization_role", "A role of an organisation.", "/organizations/{org_id}/roles", "name", "NewRole", "RoleChanges", "Role",
        in_path=_IN_ORGANIZATION, parent="org_id",
    ),
    Resource(
        "organization_connection", "A connection of an organisation.", "/organizations/{org_id}/connections", "id",
        "NewOrganizationConnection", "OrganizationConnectionChanges", "OrganizationConnection", hidden=_TIMES | {"own_certificates"},
        null_resets=True, following={**_OF_CONNECTIONS, "connection_id": ()}, secret="body", in_path=_IN_ORGANIZATION, parent="org_id",
        by="preset",
        presets={name: {member: value for member, value in _PRESETS[name].items() if member in MEMBERS} for name in PRESET_NAMES},
    ),
    Resource(
        "organization_domain", "A domain that an organisation claims.", "/organizations/{org_id}/domains", "domain", "NewDomain",
        "DomainChanges", "Domain", hidden=_TIMES | {"proven_at", "checked_at", "lost_since"}, following={"record": ()},
        in_path=_IN_ORGANIZATION, parent="org_id",
    ),
    Resource(
        "organization_scim_client", "A SCIM client of an organisation: its directory.", "/organizations/{org_id}/scim-clients", "id",
        "NewOrganizationScimClient", "OrganizationScimClientChanges", "OrganizationScimClient", hidden=_TIMES | {"tokens"},
        defaults=_SCIM_DEFAULTS, following={"base_url": ()}, null_resets=True, secret="made", secret_name="token",
        in_path=_IN_ORGANIZATION, parent="org_id", initial=frozenset({"expires_in"}),
    ),
    Resource(
        "scim_client", "A SCIM client: a directory that makes people.", "/scim-clients", "id", "NewScimClient", "ScimClientChanges",
        "ScimClient", hidden=_TIMES | {"tokens"}, defaults=_SCIM_DEFAULTS, following={"base_url": ()}, null_resets=True, secret="made",
        secret_name="token", initial=frozenset({"expires_in"}),
    ),
    Resource(
        "provisioning_target", "A provisioning target: an app that gets accounts by SCIM.", "/provisioning-targets", "id",
        "NewProvisioningTarget", "ProvisioningTargetChanges", "ProvisioningTarget", secret="body", secret_name="token",
    ),
    Resource(
        "hook", "A hook, which decides about sign-ins or registrations, or adds claims.", "/hooks", "name", "NewHook", "HookChanges",
        "Hook", null_resets=True, free=frozenset({"claims"}), by="kind", presets=_HOOKS,
    ),
    Resource(
        "trusted_issuer", "An issuer whose assertions are accepted.", "/trusted-issuers", "id", "NewTrustedIssuer", "NewTrustedIssuer",
        "TrustedIssuer", following={"id": ()}, replaced=True, fixed=frozenset({"issuer"}),
    ),
    Resource(
        "scope_text", "The texts of a scope, which people see on the consent page.", "/scopes", "scope", "NewScopeText", "NewScopeText",
        "ScopeText", in_path={"scope": "The scope, as apps ask for it."}, replaced=True,
    ),
    Resource(
        "authorization_details_type", "A type of authorization details (RFC 9396).", "/authorization-details-types", "type",
        "NewDetailType", "NewDetailType", "DetailType", in_path={"type": "The type's name, as apps send it."}, replaced=True,
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
