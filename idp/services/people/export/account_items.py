"""The rows of the export about the account: what the table `directory` has of a person."""

from __future__ import annotations

from idp.services.people.export import values
from idp.services.people.export.row import ELSEWHERE, INTERNAL, OWNER, SECRET, Exported
from idp.services.people.export.values import members, moment, number, same, words
from idp.store.consents import ConsentItem
from idp.store.factors import RecoveryItem, TotpItem
from idp.store.issuer_links import IssuerLinkItem
from idp.store.organisation_items import MembershipItem
from idp.store.passkey_items import PasskeyItem
from idp.store.scim.items import ScimUserItem
from idp.store.user_items import EmailItem, UserItem

ACCOUNT_ITEMS = (
    Exported(
        UserItem, "account",
        {
            "user_id": ("id", same), "email": ("email", same), "email_verified": ("email_verified", same), "claims": ("profile", members),
            "password_hash": ("has_password", values.is_there), "password_changed_at": ("password_changed_at", moment),
            "totp_enabled": ("authenticator_app", same),
            "mfa_required": ("second_factor_required", same), "admin": ("admin", same), "disabled": ("disabled", same),
            "roles": ("roles", values.names), "groups": ("groups", values.names), "attributes": ("attributes", members),
            "terms": ("accepted_terms", values.accepted_terms), "former_emails": ("former_addresses", values.former_addresses),
            "created_at": ("created_at", moment), "updated_at": ("updated_at", moment),
            "deleting_until": ("will_be_deleted_at", moment), "deactivated_by": ("disabled_by_directory", same),
            "admin_scopes": ("admin_scopes", same),
        },
        {
            "security_stamp": INTERNAL, "factor_stamp": INTERNAL, "version": INTERNAL, "disowned_browsers": INTERNAL,
            "awaits_migration": INTERNAL,
            "passkeys": ELSEWHERE,
            "automatic_passkeys": ELSEWHERE, "memberships": ELSEWHERE, "listing_pk": INTERNAL, "listing_sk": ELSEWHERE,
        },
    ),
    Exported(
        EmailItem, "addresses",
        {"pk": ("email", values.address_of_key), "reserved_until": ("reserved_until", moment)}, {"user_id": OWNER},
    ),
    Exported(
        TotpItem, "authenticator_apps",
        {
            "confirmed_at": ("added_at", moment), "last_step": ("last_used_at", values.moment_of_step), "failures": ("wrong_codes", number),
            "browser_known_since": ("browser_known_since", moment), "algorithm": ("algorithm", same), "period": ("period", number),
            "digits": ("digits", number),
        },
        {"sealed": SECRET, "used_by": INTERNAL},
    ),
    Exported(
        RecoveryItem, "recovery_codes",
        {
            "codes": ("left", values.left_codes), "created_at": ("created_at", moment),
            "browser_known_since": ("browser_known_since", moment),
        },
        {"digest_key": SECRET},
    ),
    Exported(
        PasskeyItem, "passkeys",
        {
            "name": ("name", same), "credential_id": ("credential_id", values.encoded), "aaguid": ("authenticator_model", same),
            "alg": ("algorithm", number), "sign_count": ("sign_count", number), "backup_eligible": ("can_be_synced", same),
            "backed_up": ("synced", same), "user_verified": ("user_verified", same), "alone": ("stands_for_a_password", same),
            "transports": ("transports", words),
            "created_at": ("added_at", moment), "used_at": ("last_used_at", moment),
            "browser_known_since": ("browser_known_since", moment),
        },
        {"user_id": OWNER, "public_key": SECRET, "last_challenge_at": INTERNAL, "used_by": INTERNAL, "backup_unknown": INTERNAL},
    ),
    Exported(
        ConsentItem, "allowed_apps",
        {
            "client_id": ("app", same), "scope": ("scopes", words), "granted_at": ("allowed_at", moment),
            "request_id": ("request_id", same),
        },
        {"user_id": OWNER, "client_stamp": INTERNAL},
        clients="client_id",
    ),
    Exported(
        IssuerLinkItem, "linked_accounts",
        {
            "issuer": ("issuer", same), "tenant": ("tenant", same), "subject": ("subject", same), "created_at": ("linked_at", moment),
            "connection_id": ("connection", same), "email": ("email", same), "how": ("how", same),
            "browser_known_since": ("browser_known_since", moment),
        },
        {"user_id": OWNER},
    ),
    Exported(
        ScimUserItem, "directories",
        {
            "client_id": ("directory", same), "resource": ("what_it_said", members), "created_at": ("created_at", moment),
            "updated_at": ("updated_at", moment),
        },
        {"user_id": OWNER, "version": INTERNAL},
    ),
    Exported(
        MembershipItem, "organizations",
        {
            "org_id": ("organization", same), "roles": ("roles", values.names), "admin": ("admin", same),
            "admin_scopes": ("admin_scopes", words), "owned": ("account_belongs_to_it", same), "source": ("how", same),
            "joined_at": ("joined_at", moment),
        },
        {"user_id": OWNER, "membership_id": INTERNAL, "version": INTERNAL},
    ),
)  # fmt: skip
"""Sections of the export."""
