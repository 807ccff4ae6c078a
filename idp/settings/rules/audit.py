"""Audit events: how long they are kept, and the chain that protects them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.audit import retention

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings


def rules(s: Settings) -> tuple[Rule, ...]:
    """Return the rules; the sentence of each says what to set."""
    return (
        (
            _are_rules(s.audit_retention),
            f"IDP_AUDIT_RETENTION is '{s.audit_retention[:40]}'. Set it to types with days, each once, 3660 at most: sign_in:90,user:400.",
        ),
        (s.audit_chain in {"on", "off"}, f"IDP_AUDIT_CHAIN is '{s.audit_chain[:40]}'. Set it to on or off."),
        (
            re.fullmatch(r"([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?", s.audit_bucket),
            "IDP_AUDIT_BUCKET must be the name of an S3 bucket: 3 to 63 of a-z, 0-9 and -.",
        ),
        (
            s.audit_lock in {"governance", "compliance", "off"},
            f"IDP_AUDIT_LOCK is '{s.audit_lock[:40]}'. Set it to governance, compliance or off.",
        ),
    )


def _are_rules(text: str) -> bool:
    try:
        retention.parse(text)
    except ValueError:
        return False
    return True
