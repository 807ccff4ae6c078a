"""The exception of a refused request. It is rendered as a challenge, as a gateway's answer or as a log line."""

from __future__ import annotations


class Refused(Exception):
    """Access is refused. The caller may see everything in it except `reason`.

    `error`: RFC 6750 §3.1, RFC 9449 §7.1 or RFC 9470 §3; empty if no credentials were sent, because then nothing more may be disclosed.
    `status`: 401 without a valid token, 403 if a valid token is not sufficient, 503 if the token cannot be checked now.
    `reason`: one word for a log. `parameters`: further parameters of the challenge, such as `scope` and `acr_values`.
    """

    def __init__(self, error: str, description: str = "", status: int = 401, *, reason: str = "", **parameters: str) -> None:
        super().__init__(reason or error)
        self.error, self.description, self.status = error, description, status
        self.reason = reason or error
        self.parameters = parameters


def invalid(reason: str, description: str = "The access token is not valid.") -> Refused:
    """RFC 6750 §3.1: the token is "expired, revoked, malformed, or invalid for other reasons". Only the log gets the reason."""
    return Refused("invalid_token", description, reason=reason)


def unavailable(reason: str) -> Refused:
    """A refusal because something that the decision needs is not available."""
    return Refused("temporarily_unavailable", "The access token cannot be checked now.", 503, reason=reason)
