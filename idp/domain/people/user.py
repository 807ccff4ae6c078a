"""A person who can sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ID_PREFIX = "usr_"
"""Every user's id begins with it, and no client's id does: a `sub` is never another party's client_id (RFC 9700 §4.15, threats B-18)."""


@dataclass(frozen=True, slots=True)
class User:
    """`id` is the `sub` of tokens; it is random and never used again. `claims` are OIDC Core §5.1 claims beyond email.

    `security_stamp` counts how often everything was ended: a session or grant carries the count that was read with the password it
    rests on, and dies when the user's moves on. So one write ends them all, those too that are being begun at that moment.
    `roles` and `groups` are assignments (domain.roles), `attributes` what the organisation knows (domain.user_attributes).
    `version` counts the writes and is the ETag.
    """

    id: str
    email: str
    email_verified: bool = False
    password_hash: str | None = None
    disabled: bool = False
    admin: bool = False
    totp_enabled: bool = False
    mfa_required: bool = False
    security_stamp: int = 0
    claims: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    created_at: int = 0
    updated_at: int = 0
    version: int = 1

    def accepts(self, security_stamp: int) -> bool:
        """Whether a session or grant with this stamp may still be used."""
        return not self.disabled and security_stamp == self.security_stamp

    @property
    def needs_second_factor(self) -> bool:
        """Admins always, and whoever an admin asked it of or who enrolled one."""
        return self.admin or self.mfa_required or self.totp_enabled
