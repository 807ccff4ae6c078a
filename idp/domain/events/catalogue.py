"""The types of events and the JSON Schema of what each says. Only what is named here leaves a change.

Events about things come from the changed items themselves, so they exist exactly if the change was committed. All others are audit events;
an audit event that only repeats an event about a thing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from idp.domain.streams.change import INSERT, MODIFY, REMOVE


class Thing(NamedTuple):
    """A kind of items whose changes are events. `word`: the first word of the types. `ids`: attributes that name it, in every event.

    `told`: attributes that an event of a new or changed thing has. Those of `names` are maps whose keys are told.
    `watched`: attributes whose names are in `changed` if they differ, but which are not told.
    """

    word: str
    ids: tuple[str, ...]
    told: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    watched: tuple[str, ...] = ()


THINGS: Mapping[str, Thing] = MappingProxyType(
    {
        "user": Thing(
            "user", ("user_id",),
            ("email_verified", "disabled", "admin", "mfa_required", "deleting_until", "created_at", "updated_at", "version"),
            ("roles", "groups"), ("email", "claims"),
        ),
        "client": Thing("client", ("client_id",), ("version",)),
        "connection": Thing("connection", ("connection_id",), ("version",)),
        "role": Thing("role", ("role_id",), ("name", "created_at", "updated_at", "version"), (), ("permissions",)),
        "group": Thing("group", ("group_id",), ("name", "created_at", "updated_at", "version"), ("roles",)),
        "organisation": Thing("organization", ("org_id",), ("slug", "disabled", "created_at", "updated_at", "version"), (), ("name",)),
        "member": Thing("organization_member", ("org_id", "user_id"), ("admin", "owned", "source", "joined_at", "version"), ("roles",)),
    }
)  # fmt: skip
"""By kind of item."""
ACTS = MappingProxyType({INSERT: "created", MODIFY: "updated", REMOVE: "deleted"})
"""The last word of their types."""
TEST = "webhook.test"
"""The type of an event that an admin sends to one endpoint."""
AUDIT_MEMBERS = ("outcome", "actor", "subject", "target", "client_id", "reason", "request_id", "org_id")
"""Members of an audit event that are told. Its network address is not."""

OF_THINGS = tuple(f"{thing.word}.{act}" for thing in THINGS.values() for act in ACTS.values())
OF_AUDIT = (
    "admin.refused", "assertion.replayed", "authorization_details_type.deleted", "authorization_details_type.updated",
    "backchannel_logout.given_up", "claims.too_large", "client.registered", "client.replaced", "client.secret_rotated", "client.tried",
    "code.replayed", "connection.discovered", "consent.revoked", "email.changed", "email.restored", "email.verified", "export.made",
    "factor.added", "factor.removed", "grant.revoked", "hook.created", "hook.deleted", "hook.rests", "hook.tested", "hook.updated",
    "import.cancelled", "import.created", "import.started", "initial_access_token.created", "initial_access_token.deleted",
    "invitation.accepted", "invitation.created", "invitation.resent", "invitation.withdrawn", "issuer_link.created", "issuer_link.deleted",
    "key.revoked", "key.rotated", "mail.tried", "managed_object.labelled", "managed_object.unlabelled", "organization.disabled",
    "organization.domain_checked", "organization.domain_claimed", "organization.domain_lost", "organization.domain_proven",
    "organization.domain_removed", "organization.domain_routed", "organization.enabled", "organization.role_created",
    "organization.role_deleted", "organization.role_updated", "passkey.added", "passkey.copied", "passkey.made_by_browser",
    "passkey.refused", "passkey.removed", "passkey.renamed", "passkey.used_first", "password.changed", "password.reset",
    "password.reset_by_passkey", "policies.published", "policies.saved", "provisioning.compared", "provisioning.redelivered",
    "provisioning_target.created", "provisioning_target.deleted", "provisioning_target.updated", "recovery_code.used",
    "recovery_codes.replaced", "refresh_token.replayed", "remembered_device.added", "remembered_device.removed", "region.activated",
    "region.started", "rp_id.reset",
    "scim_client.created", "scim_client.deleted", "scim_client.token_rotated", "scim_client.updated", "scim_group.created",
    "scim_group.deleted", "scim_group.updated", "scope_text.created", "scope_text.deleted", "scope_text.updated", "sealing_key.revoked",
    "sealing_key.rotated", "second_factor.bypassed", "second_factor.closed", "second_factor.failed", "second_factor.locked",
    "secret.compared", "session.ended",
    "signal_stream.created", "signal_stream.deleted", "signal_stream.paused", "signal_stream.updated",
    "sign_in.disowned", "sign_in.failed", "sign_in.locked", "sign_in.succeeded", "token.exchanged",
    "trusted_issuer.created", "trusted_issuer.deleted", "trusted_issuer.updated", "upstream.account_closed", "upstream.linked",
    "upstream.signed_out", "upstream.unlinked", "user.deletion_asked", "user.deletion_cancelled", "user.deletion_undone", "user.disabled",
    "user.enabled", "user.exported", "user.factors_reset", "user.mail_allowed", "user.merged", "user.merged_away", "user.migrated",
    "user.passkey_removed", "user.password_reset_started", "user.password_set", "user.profile_changed", "user.sign_up_refused",
    "user.signed_out_everywhere", "user.signed_up", "user.temporary_code_sent", "user.unlocked", "users.imported", "webhook.created",
    "webhook.deleted", "webhook.disabled", "webhook.redelivered", "webhook.secret_rotated", "webhook.tested", "webhook.updated",
)  # fmt: skip
"""Types of audit events that are known. A type that is missing here is told all the same."""
TYPES = tuple(sorted({*OF_THINGS, *OF_AUDIT, TEST}))


def schema_of(type_: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the body of an event of this type."""
    thing = next((each for each in THINGS.values() if type_ in {f"{each.word}.{act}" for act in ACTS.values()}), None)
    if type_ == TEST:
        data = _object({"endpoint_id": _TEXT}, ("endpoint_id",))
    elif thing:
        data = _of_thing(thing, type_.rpartition(".")[2])
    else:
        members = dict.fromkeys(AUDIT_MEMBERS, _TEXT)
        data = _object({**members, "details": {"type": "object", "additionalProperties": _TEXT}}, ("outcome",))
    body = {"type": {"const": type_}, "timestamp": {"type": "string", "format": "date-time"}, "data": data}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_object(body, tuple(body))}


_TEXT: dict[str, Any] = {"type": "string"}
_NAMES: dict[str, Any] = {"type": "array", "items": _TEXT}
_FORMS: dict[str, Any] = {
    **{name: {"type": "boolean"} for name in ("email_verified", "disabled", "admin", "mfa_required", "owned")},
    **{name: {"type": "integer"} for name in ("created_at", "updated_at", "version", "deleting_until", "joined_at")},
}


def _of_thing(thing: Thing, act: str) -> dict[str, Any]:
    members = dict.fromkeys(thing.ids, _TEXT)
    if act != ACTS[REMOVE]:
        members |= {name: _FORMS.get(name, _TEXT) for name in thing.told} | dict.fromkeys(thing.names, _NAMES)
    if act == ACTS[MODIFY]:
        members["changed"] = _NAMES
    return _object(members, thing.ids)


def _object(members: Mapping[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(members), "required": list(required), "additionalProperties": False}
