"""The rows of the export about the use of the account: what the table `state` has of a person."""

from __future__ import annotations

from idp.services.people.export import values
from idp.services.people.export.row import ELSEWHERE, EXPIRES, INTERNAL, OTHERS, OWNER, SECRET, Exported
from idp.services.people.export.values import moment, number, same, words
from idp.store.device_locks import DeviceLockItem
from idp.store.events import EventItem
from idp.store.grants import GrantItem
from idp.store.invitations import InvitationItem
from idp.store.mail_problems import MailProblemItem
from idp.store.remembered_devices import RememberedDeviceItem
from idp.store.seen_places import SeenPlaceItem
from idp.store.sessions import SessionItem
from idp.store.tickets import TicketCodesItem, TicketItem
from idp.store.upstream_tokens import UpstreamTokensItem

ACTIVITY_ITEMS = (
    Exported(
        SessionItem, "sessions",
        {
            "session_id": ("id", same), "created_at": ("began_at", moment), "auth_time": ("signed_in_at", moment),
            "amr": ("methods", words), "last_seen_at": ("last_seen_at", moment), "expires_at": ("expires_at", moment),
            "ended_at": ("ended_at", moment),
            "address": ("network_address", same), "country": ("country", same), "user_agent": ("browser", same),
            "client_id": ("app", same),
            "pending": ("unfinished", same), "request_id": ("request_id", same), "first_id": ("first_id", same),
            "earlier": ("earlier_ids", words), "remembered_device": ("remembered_device", same),
            "browser_known_since": ("browser_known_since", moment), "upstream": ("signed_in_by", same), **EXPIRES,
        },
        {
            "user_id": OWNER, "security_stamp": INTERNAL, "proved_for": INTERNAL, "ended_by": INTERNAL, "type": ELSEWHERE,
            "outcome": ELSEWHERE, "actor": OWNER, "subject": OWNER, "day": ELSEWHERE, "at": ELSEWHERE, "salt": SECRET,
        },
        clients="client_id",
    ),
    Exported(
        GrantItem, "app_access",
        {
            "grant_id": ("id", same), "client_id": ("app", same), "scope": ("scopes", words), "resources": ("resources", words),
            "created_at": ("created_at", moment), "auth_time": ("signed_in_at", moment), "acr": ("level", same), "amr": ("methods", words),
            "session_id": ("session", same), "redirect_uri": ("redirect_uri", same), "code_expires_at": ("code_expires_at", moment),
            "redeemed_at": ("redeemed_at", moment), "rotated_at": ("last_refreshed_at", moment), "expires_at": ("expires_at", moment),
            "not_after": ("ends_at", moment), "revoked_at": ("revoked_at", moment),
            "more": ("authorization_details", values.details_of_grant), "org_id": ("organization", same), **EXPIRES,
        },
        {
            "user_id": OWNER, "security_stamp": INTERNAL, "client_stamp": INTERNAL, "redirect_uri_given": INTERNAL,
            "membership_id": INTERNAL, "org_stamp": INTERNAL,
            "code_challenge": SECRET, "nonce": SECRET, "redeemed_by": INTERNAL, "generation": INTERNAL,
            "rotated_by": INTERNAL, "revoked_by": INTERNAL,
        },
        clients="client_id",
    ),
    Exported(
        EventItem, "events",
        {
            "at": ("at", values.instant), "type": ("type", same), "outcome": ("outcome", same), "actor": ("by", same),
            "target": ("target", same), "client_id": ("app", same), "address": ("network_address", same),
            "request_id": ("request_id", same), "reason": ("reason", same), "details": ("details", same),
            "org_id": ("organization", same), **EXPIRES,
        },
        {"subject": OWNER, "day": ELSEWHERE, "salt": SECRET, "proof": INTERNAL},
        clients="client_id",
    ),
    Exported(
        TicketItem, "mails_with_links",
        {
            "ticket_kind": ("kind", same), "email": ("sent_to", same), "created_at": ("sent_at", moment),
            "expires_at": ("expires_at", moment),
            "used_by": ("used", values.is_there), "tries": ("codes_typed", number), "failures": ("codes_typed_in_all", number),
            "asked_count": ("mails_in_the_hour", number), **EXPIRES,
        },
        {
            "owner": OWNER, "user_id": OWNER, "ticket_id": SECRET, "code_mac": SECRET, "stamp": INTERNAL, "asked_hour": INTERNAL,
            "browser": SECRET, "request": SECRET, "details": INTERNAL, "slot": SECRET,
        },
    ),
    Exported(TicketCodesItem, "typed_codes", {"codes": ("codes", number), **EXPIRES}, {}),
    Exported(
        RememberedDeviceItem, "remembered_devices",
        {
            "device_id": ("id", same), "user_agent": ("browser", same), "address": ("network_address", same),
            "created_at": ("remembered_at", moment), "expires_at": ("expires_at", moment), **EXPIRES,
        },
        {"user_id": OWNER, "security_stamp": INTERNAL, "factor_stamp": INTERNAL},
    ),
    Exported(
        UpstreamTokensItem, "tokens_of_other_providers",
        {
            "connection_id": ("provider", same), "link_id": ("linked_account", same), "stored_at": ("since", moment),
            "expires_at": ("access_token_ends_at", moment), "refresh": ("has_refresh_token", values.is_there), **EXPIRES,
        },
        {
            "user_id": OWNER, "access": SECRET, "bound": INTERNAL, "refresh_bound": INTERNAL, "lease": INTERNAL, "lease_until": INTERNAL,
        },
    ),
    Exported(DeviceLockItem, "locked_browsers", dict(EXPIRES), {"digest": SECRET}),
    Exported(SeenPlaceItem, "known_places", dict(EXPIRES), {"attempt": INTERNAL}),
    Exported(
        MailProblemItem, "mail_problems",
        {"problem": ("problem", same), "reason": ("reason", same), "marked_at": ("since", moment), **EXPIRES}, {},
    ),
    Exported(
        InvitationItem, "invitations",
        {
            "email": ("email", same), "roles": ("roles", values.names), "groups": ("groups", values.names), "client_id": ("app", same),
            "created_at": ("created_at", moment), "sent_at": ("sent_at", moment), "expires_at": ("expires_at", moment), **EXPIRES,
            "org_id": ("organization", same), "admin": ("as_admin", same),
        },
        {"invitation_id": INTERNAL, "invited_by": OTHERS},
        clients="client_id",
    ),
)  # fmt: skip
"""Sections of the export."""
