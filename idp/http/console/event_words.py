"""Audit events in words, as an admin reads them. An event without words is shown by its type."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.texts import marked
from idp.http.account.event_words import WORDS as OWN
from idp.http.account.moment import Moment, moment
from idp.http.console.person_view import path_of
from idp.http.console.rare_event_words import WORDS as RARE
from idp.http.console.story_words import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.audit.event import AuditEvent
    from idp.domain.texts import Texts
    from idp.http.console.visit import Visit

WORDS: Mapping[str, str] = MappingProxyType(
    {
        **RARE,
        **OWN,
        "admin.refused": marked("A request to the admin API was refused"),
        "client.created": marked("An app was registered"),
        "client.deleted": marked("An app was deleted"),
        "client.secret_rotated": marked("An app got a new secret"),
        "client.tried": marked("An administrator tried an app"),
        "client.updated": marked("An app was changed"),
        "invitation.created": marked("Somebody was invited"),
        "invitation.withdrawn": marked("An invitation was withdrawn"),
        "connection.created": marked("A connection was created"),
        "connection.deleted": marked("A connection was deleted"),
        "connection.updated": marked("A connection was changed"),
        "group.created": marked("A group was created"),
        "group.deleted": marked("A group was deleted"),
        "group.updated": marked("A group was changed"),
        "role.created": marked("A role was created"),
        "role.deleted": marked("A role was deleted"),
        "role.updated": marked("A role was changed"),
        "key.revoked": marked("A signing key was revoked"),
        "policies.published": marked("Policies were published"),
        "sealing_key.rotated": marked("The sealing keys were rotated"),
        "sealing_key.revoked": marked("A sealing key was revoked"),
        "signal_stream.created": marked("An app made its stream of security events"),
        "signal_stream.updated": marked("A stream of security events was changed"),
        "signal_stream.paused": marked("A stream of security events was paused"),
        "signal_stream.deleted": marked("A stream of security events was deleted"),
        "webhook.created": marked("A webhook endpoint was created"),
        "webhook.deleted": marked("A webhook endpoint was deleted"),
        "webhook.updated": marked("A webhook endpoint was changed"),
        "webhook.disabled": marked("A webhook endpoint was switched off"),
        "webhook.secret_rotated": marked("A webhook endpoint got a new secret"),
        "webhook.tested": marked("A test event was sent to a webhook endpoint"),
        "webhook.redelivered": marked("Events were sent to a webhook endpoint again"),
        "hook.created": marked("A hook was created"),
        "hook.deleted": marked("A hook was deleted"),
        "hook.updated": marked("A hook was changed"),
        "hook.rests": marked("The function of a hook rests, because it did not answer"),
        "hook.tested": marked("An administrator tried a hook"),
        "token.exchanged": marked("A token was exchanged"),
        "refresh_token.replayed": marked("A used refresh token came again"),
        "code.replayed": marked("A used code came again"),
        "email.verified": marked("Email address was verified"),
        "mail.tried": marked("An administrator sent a mail to themselves"),
        "key.rotated": marked("The signing keys were rotated"),
        "invitation.resent": marked("An invitation was sent again"),
        "membership.added": marked("Somebody became a member"),
        "membership.changed": marked("A membership was changed"),
        "membership.removed": marked("A membership was ended"),
        "organization.created": marked("An organisation was created"),
        "organization.deleted": marked("An organisation was deleted"),
        "organization.disabled": marked("An organisation was disabled"),
        "organization.domain_checked": marked("A domain was checked"),
        "organization.domain_claimed": marked("A domain was added"),
        "organization.domain_lost": marked("The record of a domain is missing"),
        "organization.domain_proven": marked("A domain was proven"),
        "organization.domain_removed": marked("A domain was removed"),
        "organization.domain_routed": marked("A domain leads to another connection"),
        "organization.enabled": marked("An organisation was enabled"),
        "organization.role_created": marked("A role of the organisation was created"),
        "organization.role_deleted": marked("A role of the organisation was deleted"),
        "organization.role_updated": marked("A role of the organisation was changed"),
        "organization.updated": marked("An organisation was changed"),
        "second_factor.bypassed": marked("A one-time code took the place of the second step"),
        "second_factor.closed": marked("The authenticator app was closed"),
        "second_factor.locked": marked("The second step was locked for a while"),
        "sign_in.disowned": marked("The person said that a sign-in was not theirs"),
        "sign_in.succeeded": marked("Signed in"),
        "user.deleted": marked("Account was deleted"),
        "user.exported": marked("The data of the account were downloaded"),
        "user.factors_reset": marked("All second factors were removed"),
        "user.merged": marked("Another account was merged into this one"),
        "user.merged_away": marked("The account was merged into another one"),
        "user.migrated": marked("The password was taken over from the earlier service"),
        "user.passkey_removed": marked("A passkey was removed by an administrator"),
        "user.password_reset_started": marked("An administrator sent a mail for a new password"),
        "user.signed_up": marked("The person created the account"),
        "user.temporary_code_sent": marked("An administrator sent a one-time code"),
        "user.unlocked": marked("Locks were removed"),
    }
)
"""By type of the event."""


class Told(NamedTuple):
    """An event for a table. `type`: shown as code where `what` is empty. `who`: the id of the actor.

    `subject`: the id of the person; `about`: the address of their page.
    """

    at: Moment
    what: str
    type: str
    failed: bool
    reason: str
    who: str
    subject: str
    about: str
    address: str
    request_id: str
    changed: str


def tell(event: AuditEvent, texts: Texts, visit: Visit) -> Told:
    """Return an event in the language of the page. An organisation's admin does not see network addresses, as in the admin API."""
    words, reason = WORDS.get(event.type, ""), REASONS.get(event.reason, "")
    return Told(
        moment(event.at // 1000), texts.text(words) if words else "", event.type, event.outcome == "failure",
        texts.text(reason) if reason else event.reason, event.actor if event.actor != event.subject else "",
        event.subject, path_of(event.subject) if event.subject else "", "" if visit.scope.organisation else event.address, event.request_id,
        str(event.details.get("changed", "")),
    )  # fmt: skip
