"""The counters of an hour: which event adds to which. Pure. The names are those of the stored numbers, so they are never changed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR = 3600
"""Seconds."""
SIGN_INS = "sign_ins"
FAILED = "sign_ins_failed"
OTHER = "other"
REASONS = (
    "wrong_password", "unknown_email", "disabled", "deleting", "over_the_limit", "not_answered", "wrong_mail_code", OTHER,
)  # fmt: skip
"""Why a sign-in failed, as the reason of the event says. Other reasons, such as those of a passkey or a connection, are `other`."""
PEOPLE_ADDED, PEOPLE_REMOVED, MAIL_PROBLEMS = "people_added", "people_removed", "mail_problems"
OF_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "second_factor.failed": "second_factors_failed",
        "sign_in.locked": "locks",
        "second_factor.locked": "locks",
        "password.reset": "passwords_reset",
        "sign_in.disowned": "sign_ins_disowned",
        "refresh_token.replayed": "tokens_replayed",
        "code.replayed": "tokens_replayed",
        "admin.refused": "admins_refused",
    }
)
"""Types of events with a counter of their own."""
COUNTERS = tuple(
    dict.fromkeys([
        SIGN_INS, *(f"{FAILED}_{reason}" for reason in REASONS), *OF_TYPES.values(), PEOPLE_ADDED, PEOPLE_REMOVED, MAIL_PROBLEMS,
    ])
)  # fmt: skip


def of_event(type_: str, reason: str) -> str | None:
    """Return the counter of an audit event that was written as one. A sign-in that succeeded is not: it is the item of its session."""
    if type_ == "sign_in.failed":
        return f"{FAILED}_{reason if reason in REASONS else OTHER}"
    return OF_TYPES.get(type_)


def begin_of_hour(at: int) -> int:
    """Return the begin of the hour of a moment; both in epoch seconds."""
    return at - at % HOUR
