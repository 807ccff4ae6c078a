"""The FAPI 2.0 profiles of a client: what the Security Profile (Final) and Message Signing demand of its registration and of its tokens.

`idp.oauth.authorization.checks.fapi2` checks the requests of such a client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client

PROFILES = ("fapi2", "fapi2-message-signing")
AUTH_METHODS = frozenset({"private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"})
"""§5.3.2.1: "shall authenticate clients using one of … MTLS … [or] private_key_jwt"."""
GRANT_TYPES = frozenset({"authorization_code", "refresh_token", "client_credentials"})
MAX_CODE_LIFETIME = 60
"""§5.3.2.1: "shall issue authorization codes with a maximum lifetime of 60 seconds"."""
ALGORITHMS = ("PS256", "ES256", "Ed25519")
"""§5.4.1: "shall adhere to … PS256, ES256, or EdDSA (using the Ed25519 variant)"."""


def code_lifetime(client: Client | None, setting: int) -> int:
    """Return the lifetime of an authorization code in seconds: `setting`, or at most 60 with a profile (FAPI 2.0 Security Profile
    §5.3.2.1).
    """
    return min(setting, MAX_CODE_LIFETIME) if client and client.is_fapi else setting
