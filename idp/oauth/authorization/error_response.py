"""An error that is sent to the client's redirect URI (RFC 6749 §4.1.2.1, with `iss` of RFC 9207 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.provider import Basics


class AuthorizationError(OAuthError):
    """An error for the redirect URI. Raise it only after the redirect URI was checked."""

    client: Client | None = None

    def __init__(
        self, code: str, message: Message, *, client_id: str, redirect_uri: str, response_mode: str, state: str | None, issuer: str
    ) -> None:
        super().__init__(code, message)
        self.client_id, self.redirect_uri, self.response_mode = client_id, redirect_uri, response_mode
        self.parameters = {"error": code, "error_description": self.description, "iss": issuer}
        if state is not None:
            self.parameters["state"] = state


def refusal(provider: Basics, request: AuthorizationRequest, code: str, message: Message) -> AuthorizationError:
    """The error that answers this request. The caller raises it."""
    return AuthorizationError(
        code,
        message,
        client_id=request.client_id,
        redirect_uri=request.redirect_uri,
        response_mode=request.response_mode,
        state=request.state,
        issuer=provider.settings.issuer,
    )
