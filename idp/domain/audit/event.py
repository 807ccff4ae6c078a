"""An audit event: actor, act, subject, origin and outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One event. `at`: epoch milliseconds. `subject`: the user that it is about. `actor`: the user id or client id of the actor. `target`:
    the changed object.

    `type` is dotted, in the past tense: sign_in.succeeded, sign_in.failed, user.created, client.secret_rotated, grant.replayed,
    key.revoked. `details` never contains a secret. `org_id`: the organisation that it is about, or for which the actor acted.
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
    org_id: str = ""
