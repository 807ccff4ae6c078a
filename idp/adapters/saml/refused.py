"""Why a message does not count."""

from __future__ import annotations

INVALID, CANCELLED, FAILED = "invalid", "cancelled", "failed"
"""The message is wrong; the person did not sign in there; the identity provider failed, or does not know this service."""


class SamlRefused(Exception):
    """A message does not count. `detail`: for the log; it has no text of the message."""

    def __init__(self, detail: str, kind: str = INVALID) -> None:
        super().__init__(detail)
        self.detail, self.kind = detail, kind
