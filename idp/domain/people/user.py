"""A person who can sign in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ID_PREFIX = "usr_"
"""The prefix of each user id that is made here. No client id has a form of a user id, so a `sub` is never the client_id of another party
(RFC 9700 §4.15, threats B-18).
"""
LONGEST_ID = 64
"""Characters of an id that an import keeps. A passkey has it as the user handle, of at most 64 bytes (WebAuthn Level 3 §5.4.3)."""
_KEPT = re.compile(
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # Cognito, Entra, Keycloak, Kratos
    r"|[a-zA-Z0-9._-]+\|[!-~]+"  # Auth0
    r"|[a-zA-Z0-9]{28}",  # Firebase
    re.ASCII,
)
_IN_A_PATH = re.compile(r"[-!$&'()*+,.0-9:;=@A-Z_a-z|~]*", re.ASCII)
"""RFC 3986 §3.3, `pchar` without escapes, and `|`. API Gateway decodes a path before it passes it on, and cuts it off at a decoded `?`
(HTTP APIs, payload 2.0). So no route could reach an id with `/`, `?`, `#`, `%` or a backslash.
"""


def may_be_user_id(text: str) -> bool:
    """Return whether a text has the form of a user id: one that is made here, or one of another system that an import may keep.

    It does not tell whether there is such a user. Ids of clients may not have such a form.
    """
    if text.startswith(ID_PREFIX):
        return len(text) <= LONGEST_ID and text.isascii() and text.isprintable() and " " not in text
    return len(text) <= LONGEST_ID and _KEPT.fullmatch(text) is not None


def may_be_kept(text: str) -> bool:
    """Return whether an import may keep this id: it has the form of a user id, and every route of the admin API can name it."""
    return may_be_user_id(text) and _IN_A_PATH.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class User:
    """A user.

    `id` is the `sub` of tokens; it is random and is never used again. `claims` are the claims of OIDC Core §5.1 except the email claims.
    `security_stamp` counts how often all sessions and grants were ended. A session or grant stores the count that was current when the
    password was proved, and is invalid if the user's count has changed. So one write ends all of them, including those that are being
    created at that moment.
    `roles` and `groups` are assignments (domain.access.roles), `attributes` are facts of the organisation (domain.people.user_attributes).
    `factor_stamp` counts how often a second factor was removed, so that devices that were remembered with it are forgotten.
    `passkeys`: by id, the credential id of each passkey and its transports (`Passkey.summary`).
    `automatic_passkeys`: by id, the same of a passkey that a browser made without a gesture and that waits for its first use; an empty
    text after that, and after its removal. An account gets one such passkey in its life (docs/decisions/0010).
    `terms`: the terms that the person accepted (domain.people.terms).
    `password_changed_at`: when the password was set, in epoch seconds; 0 if that is unknown, or there is no password.
    `former_emails`: the addresses that the user gave up in the last days (domain.people.former_emails).
    `disowned_browsers`: when browsers became known that are not the owner's (domain.factors.disowned_browsers).
    `awaits_migration`: imported without a password hash, so that a connection of type `password` may be asked (docs/moving.md). A password
    or a passkey ends it for ever.
    `deleting_until`: when a disabled account is erased (epoch seconds); 0 if it is not being deleted (domain.people.deletion).
    `deactivated_by`: the SCIM client that disabled the account, or that said the same of one that is being deleted. Only this client can
    lift that by `active`; empty if an admin disabled it.
    `admin_scopes`: the OAuth scopes of the admin API that an admin may use at most; None: all, also those of later releases.
    `memberships`: the number of organisations that the person is a member of. Without one nothing about organisations is read.
    `version` counts the writes and is the ETag.
    """

    id: str
    email: str
    email_verified: bool = False
    password_hash: str | None = None
    password_changed_at: int = 0
    disabled: bool = False
    admin: bool = False
    totp_enabled: bool = False
    mfa_required: bool = False
    security_stamp: int = 0
    factor_stamp: int = 0
    claims: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    passkeys: Mapping[str, str] = field(default_factory=dict)
    automatic_passkeys: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    former_emails: Mapping[str, str] = field(default_factory=dict)
    disowned_browsers: Mapping[str, str] = field(default_factory=dict)
    awaits_migration: bool = False
    deleting_until: int = 0
    created_at: int = 0
    updated_at: int = 0
    version: int = 1
    deactivated_by: str = ""
    admin_scopes: frozenset[str] | None = None
    memberships: int = 0

    def accepts(self, security_stamp: int) -> bool:
        """Return whether a session or grant with this stamp is still valid."""
        return not self.disabled and security_stamp == self.security_stamp

    @property
    def is_live_admin(self) -> bool:
        """Return whether the user administers the deployment now, all of it or within `admin_scopes`."""
        return self.admin and not self.disabled

    @property
    def is_full_admin(self) -> bool:
        """Return whether the user is a live admin without a limit. One of them always stays."""
        return self.is_live_admin and self.admin_scopes is None

    @property
    def waiting_passkeys(self) -> Mapping[str, str]:
        """Return the summaries of passkeys that were made without a gesture and never used. They are no second factor yet."""
        return {name: summary for name, summary in self.automatic_passkeys.items() if summary}

    @property
    def all_passkeys(self) -> Mapping[str, str]:
        """Return the summaries of all passkeys that open the account: those that count, and those that wait for their first use."""
        return {**self.passkeys, **self.waiting_passkeys}

    @property
    def has_second_factor(self) -> bool:
        """Return whether the user has set up a second factor: an authenticator app or a passkey."""
        return self.totp_enabled or bool(self.passkeys)

    @property
    def must_have_second_factor(self) -> bool:
        """Return whether the user may not be without a second factor: an admin, or a user of whom an admin demands it."""
        return self.admin or self.mfa_required

    @property
    def needs_second_factor(self) -> bool:
        """Return whether the user must use a second factor: one who must have it, or who set one up."""
        return self.must_have_second_factor or self.has_second_factor
