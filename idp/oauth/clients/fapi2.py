"""What the FAPI 2.0 Security Profile requires of a client itself (§5.3.2.1), at each endpoint where a client asks for access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps import fapi
from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client


def require_profile(client: Client) -> None:
    """Return when the client has no FAPI profile, or is registered as its profile requires.

    §5.3.2.1: "shall only support confidential clients", "shall authenticate clients using … MTLS … [or] private_key_jwt".

    Raises:
        OAuthError: unauthorized_client.
    """
    if client.is_fapi and not set(client.auth_methods) <= fapi.AUTH_METHODS:
        raise OAuthError("unauthorized_client", "fapi.authentication")
