"""Trusted issuers, SCIM clients and provisioning targets in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from idp.cli.declared.kinds.base import Kind, PlainKind, ReplacedKind
from idp.domain.access.trusted_issuer import issuer_id
from idp.http.admin.schemas.provisioning_targets import NewProvisioningTarget
from idp.http.admin.schemas.scim_clients import NewScimClient
from idp.http.admin.schemas.trusted_issuers import NewTrustedIssuer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.cli.declared.api import Api
    from idp.cli.declared.kinds.base import Found, Members


class TrustedIssuers(ReplacedKind):
    """Issuers of assertions, by their issuer identifier. They need their apps."""

    name, title, path, id_member, model = "trusted_issuers", "trusted issuer", "/trusted-issuers", "issuer", NewTrustedIssuer

    def defaults(self, given: Mapping[str, Any]) -> Members:
        fields = NewTrustedIssuer.model_fields
        return {name: field.default for name, field in fields.items() if not field.is_required()} | {"jwks_uri": ""}

    def wanted(self, api: Api, object_id: str, given: Mapping[str, Any]) -> Members:
        found = super().wanted(api, object_id, given)
        return {name: list(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in found.items()}

    def path_id(self, object_id: str) -> str:
        return issuer_id(object_id)

    def create(self, api: Api, object_id: str, given: Mapping[str, Any]) -> None:
        Kind.create(self, api, object_id, given)

    def changes(self, wanted: Mapping[str, Any], changed: frozenset[str], given: Mapping[str, Any], found: Found) -> Members:
        return {**wanted, "issuer": found.members["issuer"]}


class ScimClients(PlainKind):
    """Directories that make people, by id. Their tokens are made here and shown once, by `idp scim rotate-token`: a file has none."""

    name, title, path, id_member, model = "scim_clients", "SCIM client", "/scim-clients", "id", NewScimClient
    not_compared: ClassVar[frozenset[str]] = frozenset({"expires_in"})

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {
            "name": "", "users": "write", "groups": "write", "enabled": True, "domains": [], "connection_id": None, "reject_unknown": False,
            "sets_passwords": False, "fills_groups": [],
        }  # fmt: skip


class ProvisioningTargets(PlainKind):
    """Apps that get accounts, by id. They need the group or the role that chooses the people."""

    name, title, path, id_member = "provisioning_targets", "provisioning target", "/provisioning-targets", "id"
    model, secret = NewProvisioningTarget, "token"

    def defaults(self, given: Mapping[str, Any]) -> Members:
        return {"base_url": "", "people": "everybody", "name": None, "leavers": "deactivate", "paused": False}
