"""The profile of an organisation: its names, what it demands of its members, and how it looks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ID_PREFIX = "org_"
"""The prefix of each organisation's id. No slug begins with it, so a text that names an organisation is an id or a slug, never both."""
SLUG = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
"""A slug is one label of a host name in lower case (RFC 1123 §2.1)."""
LONGEST_NAME = 120
LONGEST_SESSION_HOURS = 24 * 365
_SLUG = re.compile(SLUG, re.ASCII)
_ID = re.compile(r"org_[A-Za-z0-9_-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OrganisationPolicy:
    """What an organisation demands of a sign-in for it.

    `mfa_required`: a second factor. `session_hours`: how old the sign-in may be; None leaves the deployment's limit. `connections_only`: a
    sign-in by one of the organisation's connections. `joins_by_connection`: who signs in by one of them becomes a
    member.
    """

    mfa_required: bool = False
    session_hours: int | None = None
    connections_only: bool = False
    joins_by_connection: bool = False


@dataclass(frozen=True, slots=True)
class OrganisationProfile:
    """An organisation. Times are in epoch seconds.

    `slug`: a unique name for URLs and tokens, which may change; the `id` is never used again. `members`, `admins`: the numbers of
    memberships, and of those of its admins. `branding`: as of an app (domain.looks.look). `metadata`: JSON of the deployment's admins.
    `security_stamp`: counts how often it was disabled. `deleting_since`: when its deletion began; 0 if it is not being deleted. `version`
    counts the writes of the profile and is the ETag; the two numbers are not part of it.
    """

    id: str
    slug: str
    name: str
    policy: OrganisationPolicy = OrganisationPolicy()
    disabled: bool = False
    members: int = 0
    admins: int = 0
    branding: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    security_stamp: int = 0
    deleting_since: int = 0
    created_at: int = 0
    updated_at: int = 0
    version: int = 1

    @property
    def live(self) -> bool:
        """Return whether it gives its members anything: it is neither disabled nor being deleted."""
        return not self.disabled and not self.deleting_since


def may_be_org_id(text: str) -> bool:
    """Return whether a text has the form of an organisation's id. It does not tell whether there is one."""
    return _ID.fullmatch(text) is not None


def is_slug(value: object) -> bool:
    """Return whether it is a valid slug. The underscore of an id is in no slug."""
    return isinstance(value, str) and _SLUG.fullmatch(value) is not None
