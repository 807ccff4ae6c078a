"""An error that is sent to the client's redirect URI (RFC 6749 §4.1.2.1, with `iss` of RFC 9207 §2)."""

from __future__ import annotations

from idp.domain.errors import OAuthError


class AuthorizationError(OAuthError):
    """Raised only after the redirect URI was found to be the client's own."""

    def __init__(self, code: str, description: str, *, redirect_uri: str, response_mode: str, state: str | None, issuer: str) -> None:
        super().__init__(code, description)
        self.redirect_uri, self.response_mode = redirect_uri, response_mode
        self.parameters = {"error": code, **({"error_description": description} if description else {}), "iss": issuer}
        if state is not None:
            self.parameters["state"] = state
