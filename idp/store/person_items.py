"""Which kinds of items belong to a person. The export of a person and the erasure of a person read this one table.

Each kind of the store is in exactly one of the two tables (`tests/unit/test_person_items.py`). So a new kind cannot be forgotten.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Place(Enum):
    """How the items of a person are found."""

    PARTITION = "the partition of the user, in the table of the kind"
    FINDER = "a key that an item of the partition names; the item holds the id of the user"
    ADDRESS = "a key made from an address of the user"
    MEMBER = "an item about something else, or about several people, that names the user"
    COUNTER = "a keyed hash; without the address or the network it cannot be linked to the user"


class PersonItem(NamedTuple):
    """A kind of items about a person. `also`: further places of the same kind."""

    kind: str
    table: str
    place: Place
    also: Place | None = None


PERSON_ITEMS = (
    PersonItem("user", "directory", Place.PARTITION),
    PersonItem("email", "directory", Place.ADDRESS),
    PersonItem("totp", "directory", Place.PARTITION),
    PersonItem("recovery_codes", "directory", Place.PARTITION),
    PersonItem("passkey", "directory", Place.PARTITION),
    PersonItem("credential", "directory", Place.FINDER),
    PersonItem("consent", "directory", Place.PARTITION),
    PersonItem("issuer_link", "directory", Place.PARTITION),
    PersonItem("issuer_subject", "directory", Place.FINDER),
    PersonItem("scim_user", "directory", Place.PARTITION),
    PersonItem("scim_finder", "directory", Place.FINDER),  # also of groups of SCIM clients
    PersonItem("scim_membership", "directory", Place.PARTITION),
    PersonItem("scim_member", "directory", Place.FINDER),
    PersonItem("search_row", "directory", Place.FINDER),
    PersonItem("membership", "directory", Place.PARTITION),
    PersonItem("member", "directory", Place.FINDER),
    PersonItem("admins", "directory", Place.MEMBER),
    PersonItem("policy_version", "directory", Place.MEMBER),  # the admin who wrote it
    PersonItem("live_policies", "directory", Place.MEMBER),  # the admin who published it
    PersonItem("session", "state", Place.PARTITION),
    PersonItem("grant", "state", Place.PARTITION),
    # Also: acts of an admin about others, in their partitions, and attempts with an address before a user had it (keys.attempts_pk).
    PersonItem("event", "state", Place.PARTITION, Place.MEMBER),
    PersonItem("organisation_event", "state", Place.MEMBER),  # the copy of an event for an organisation
    PersonItem("ticket", "state", Place.PARTITION, Place.ADDRESS),
    PersonItem("ticket_codes", "state", Place.PARTITION, Place.ADDRESS),
    PersonItem("device_lock", "state", Place.PARTITION),
    PersonItem("seen_place", "state", Place.PARTITION),
    PersonItem("upstream_session", "state", Place.FINDER),
    PersonItem("upstream_tokens", "state", Place.PARTITION),
    PersonItem("remembered_device", "state", Place.PARTITION),
    PersonItem("mail_problem", "state", Place.ADDRESS),
    PersonItem("invitation", "state", Place.MEMBER),  # of the person's address; or by the person, as an admin
    PersonItem("answer_about", "state", Place.PARTITION, Place.ADDRESS),
    PersonItem("deletion", "state", Place.MEMBER),
    PersonItem("delivery", "state", Place.MEMBER),
    PersonItem("device_code", "state", Place.MEMBER),
    PersonItem("provisioned", "state", Place.MEMBER),
    PersonItem("provision_due", "state", Place.MEMBER),
    PersonItem("provision_failed", "state", Place.MEMBER),
    PersonItem("webhook_event", "state", Place.MEMBER),  # the id alone, for 8 days at most
    PersonItem("webhook_dead", "state", Place.MEMBER),
    PersonItem("webhook_sent", "state", Place.MEMBER),
    PersonItem("signal_subject", "state", Place.MEMBER),  # both ids; for two days after an erasure
    PersonItem("throttle", "state", Place.COUNTER),
)
"""Every kind of items that is about a person."""

OTHER_ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "audit_block": "digests of audit events, which cover personal values only by HMACs",
        "audit_head": "a signature",
        "audit_verification": "numbers",
        "authorization_detail_type": "a registered type",
        "client": "an app",
        "client_copy": "an app",
        "client_document": "an app",
        "connection": "an upstream provider",
        "connection_copy": "an upstream provider",
        "connection_buttons": "the names of upstream providers",
        "data_key": "a key",
        "derived_key": "a key",
        "findings": "what the last check of the deployment found",
        "first_key": "a key",
        "former_connection": "the id of an upstream provider that was deleted",
        "group": "a group; its members are in the items of users",
        "hash_mix": "numbers",
        "hook": "a rule of the deployment",
        "idempotency": "an answer to a program, encrypted, for a day",
        "import_job": "an import: who made it, and numbers",
        "import_refusal": "a row of a file that made no account: its id in another system, for 30 days",
        "import_running": "which import runs",
        "initial_access_token": "a permission for programs",
        "managed_object": "which file manages an app, a role and the like",
        "migration": "a migration",
        "organisation": "an organisation",
        "organisation_domain": "a domain of an organisation",
        "organisation_domain_claim": "a domain that an organisation claims",
        "organisation_ending": "an organisation that is being deleted; who deletes it",
        "organisation_name": "a word of the name of an organisation",
        "organisation_role": "a role of an organisation",
        "organisation_slug": "the name of an organisation",
        "provisioning_state": "how an app's endpoint does",
        "provisioning_target": "an app's endpoint",
        "region_home": "which of two regions serves",
        "revoked_token": "the id of a token of a service",
        "role": "a role",
        "rp_id": "a name of the deployment",
        "scim_client": "a system that makes people and groups",
        "scim_count": "numbers",
        "scim_group": "a group of a SCIM client; its members are in items of their own",
        "scope_text": "texts",
        "search_state": "numbers",
        "sealing_key": "a key",
        "signal_stream": "how an app gets security events",
        "signing_key": "a key",
        "counted_batch": "the mark of changes that were counted",
        "statistics": "numbers",
        "source": "the mark of an imported row: a keyed hash, without the user",
        "trusted_issuer": "an issuer",
        "waiting_tokens": "tokens of an upstream whose person has no account yet, encrypted, for an hour",
        "webhook_attempt": "an attempt at an event, without the event",
        "webhook_due": "a digest of what has events for an endpoint",
        "webhook_endpoint": "an endpoint of another system",
        "webhook_rest": "that an event waits",
        "webhook_state": "how an endpoint does",
        "time_shards": "how events and people are listed",
        "used": "the mark of a single use, without a user",
    }
)
"""Every other kind, and what it is about."""


def in_partition(table: str) -> frozenset[str]:
    """Return the kinds of a person that are in the user's partition of this table."""
    return frozenset(each.kind for each in PERSON_ITEMS if each.table == table and each.place is Place.PARTITION)
