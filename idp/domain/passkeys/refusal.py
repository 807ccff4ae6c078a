"""The reason why the answer of an authenticator is refused."""

from __future__ import annotations


class RefusedCeremony(ValueError):
    """The answer is refused. `reason`: one word for the log and the audit trail. People read the same sentence for every reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MalformedResponse(RefusedCeremony):
    """The answer cannot be parsed."""
