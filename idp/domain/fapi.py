"""FAPI 2.0 as a client's profile: what the Security Profile (Final) and Message Signing ask of a client and of this provider for it.

The requests of such a client are held to `idp.oauth.checks.fapi2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from idp.domain.client import Client

PROFILES = ("fapi2", "fapi2-message-signing")
AUTH_METHODS = frozenset({"private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"})
"""§5.3.2.1: "shall authenticate clients using one of … MTLS … [or] private_key_jwt"."""
GRANT_TYPES = frozenset({"authorization_code", "refresh_token", "client_credentials"})
MAX_CODE_LIFETIME = 60
"""§5.3.2.1: "shall issue authorization codes with a maximum lifetime of 60 seconds"."""
_ALGORITHMS = ("PS256", "ES256", "Ed25519")
"""§5.4.1: "shall adhere to … PS256, ES256, or EdDSA (using the Ed25519 variant)"."""


def signing_alg(client: Client, chosen: str | None, available: Collection[str]) -> str:
    """What a JWT for this client is signed with: what it chose, unless its profile forbids that. RS256 where it says nothing."""
    alg = chosen or "RS256"
    if not client.fapi or alg in _ALGORITHMS:
        return alg
    return next((each for each in _ALGORITHMS if each in available), alg)


def code_lifetime(client: Client | None, setting: int) -> int:
    """Seconds for which a code may be redeemed."""
    return min(setting, MAX_CODE_LIFETIME) if client and client.fapi else setting


def names_session(client: Client) -> bool:
    """Whether its ID Tokens say `sid`. A client with this profile gets it only if it hears of logouts (Back-Channel Logout §2.1).

    Front-Channel Logout §3 defines it too; a verifier of FAPI's that does not know it takes it for a mistake.
    """
    return not client.fapi or bool(client.backchannel_logout_uri or client.frontchannel_logout_uri)
