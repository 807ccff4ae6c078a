"""Why a request is refused: one value, rendered as a challenge, a gateway's answer or a log line."""

from __future__ import annotations


class Refused(Exception):
    """No access. Everything in it but `reason` may be told to the caller.

    `error`: RFC 6750 §3.1, RFC 9449 §7.1 or RFC 9470 §3; empty where no credentials were sent, since then nothing else may be said.
    `status`: 401 for no or a bad token, 403 for a good one that is not enough, 503 when nobody can know.
    `reason`: one word for a log. `parameters`: more of the challenge, such as `scope` and `acr_values`.
    """

    def __init__(self, error: str, description: str = "", status: int = 401, *, reason: str = "", **parameters: str) -> None:
        super().__init__(reason or error)
        self.error, self.description, self.status = error, description, status
        self.reason = reason or error
        self.parameters = parameters


def invalid(reason: str, description: str = "The access token is not valid.") -> Refused:
    """RFC 6750 §3.1: "expired, revoked, malformed, or invalid for other reasons". Which of them is for the log."""
    return Refused("invalid_token", description, reason=reason)


def unavailable(reason: str) -> Refused:
    """What the decision needs cannot be had: closed."""
    return Refused("temporarily_unavailable", "The access token cannot be checked now.", 503, reason=reason)
