"""Who did what to whom, from where, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """`at` epoch milliseconds. `subject` is the user it is about, `actor` who did it (a user id or client id), `target` the thing.

    `type` is dotted, past tense: sign_in.succeeded, sign_in.failed, user.created, client.secret_rotated, grant.replayed, key.revoked…
    `details` never holds a secret.
    """

    id: str
    at: int
    type: str
    outcome: str = "success"
    actor: str = ""
    subject: str = ""
    target: str = ""
    client_id: str = ""
    address: str = ""
    request_id: str = ""
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
