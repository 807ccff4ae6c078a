"""The table of the export: for each kind of items about a person, what the export contains and what it leaves out, with the reason.

`tests/unit/services/test_exported.py` compares it with the kinds of the store and with the attributes of each. So neither a new kind nor a
new attribute is forgotten, and nothing comes out without a decision.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.services.people.export.account_items import ACCOUNT_ITEMS
from idp.services.people.export.activity_items import ACTIVITY_ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPORTED = ACCOUNT_ITEMS + ACTIVITY_ITEMS
"""What the export contains, section by section."""

NOT_EXPORTED: Mapping[str, str] = MappingProxyType(
    {
        "credential": "a finder of a passkey, which is in passkeys",
        "issuer_subject": "a finder of a link, which is in linked_accounts",
        "scim_finder": "a finder of what a directory said, which is in directories",
        "scim_membership": "the random id of a group of a directory; its name and its members are the directory's",
        "scim_member": "the same",
        "search_row": "a finder of the account by a part of a name, the address or the id, which are in account",
        "member": "the same membership in the organisation's list, which is in organizations",
        "organisation_event": "the copy of an event for an organisation; the event is in events",
        "upstream_session": "a finder of a session by the session at another provider, which is in sessions",
        "admins": "a list of the ids of all admins; account says whether the person is one",
        "policy_version": "a work of an admin for the deployment; the audit trail says who wrote it",
        "live_policies": "the same",
        "answer_about": "a finder of an answer to an admin's program, which is encrypted and kept for a day",
        "deletion": "the plan to erase the account; account has the time",
        "delivery": "a message to an app about a session, for at most two days; the session is in sessions",
        "device_code": "ten minutes of a device's request; what was allowed is in app_access",
        "provisioned": "the id of the account at an app, which the app can tell; the account has what is in profile",
        "provision_due": "a change that an app's account does not have yet",
        "provision_failed": "a change that an app refused",
        "webhook_event": "the id in an event that another system does not have yet",
        "webhook_dead": "the id in an event that another system refused",
        "webhook_sent": "the id in an event that another system has, kept for seven days to send it again",
        "signal_subject": "the id of a person about whom an app may get events; that the app has access is in app_access",
        "throttle": "counters under keyed hashes, which name no person and expire",
    }
)
"""Kinds about a person that the export leaves out, and the reason."""
