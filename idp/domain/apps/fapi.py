"""FAPI 2.0 as a client's profile: what the Security Profile (Final) and Message Signing ask of a client and of this provider for it.

The requests of such a client are held to `idp.oauth.authorization.checks.fapi2`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Collection

    from idp.domain.apps.client import Client

PROFILES = ("fapi2", "fapi2-message-signing")
AUTH_METHODS = frozenset({"private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"})
"""§5.3.2.1: "shall authenticate clients using one of … MTLS … [or] private_key_jwt"."""
GRANT_TYPES = frozenset({"authorization_code", "refresh_token", "client_credentials"})
MAX_CODE_LIFETIME = 60
"""§5.3.2.1: "shall issue authorization codes with a maximum lifetime of 60 seconds"."""
ALGORITHMS = ("PS256", "ES256", "Ed25519")
"""§5.4.1: "shall adhere to … PS256, ES256, or EdDSA (using the Ed25519 variant)"."""


def signing_alg(client: Client, chosen: str | None, available: Collection[str]) -> str:
    """The algorithm that signs a JWT for this client. This is the only place that decides it.

    `chosen`: the algorithm that the client registered for this kind of answer, or None; `available`: those that the deployment offers.
    A FAPI client that registered no algorithm, or one that it cannot have, gets the first of its profile that the deployment offers
    (FAPI 2.0 Security Profile §5.4.1). Any other client gets what it chose, or RS256 (OIDC Core §15.1).

    Raises:
        Unavailable: the deployment offers no algorithm that the client's profile allows.
    """
    if not client.fapi:
        return chosen or "RS256"
    allowed = [alg for alg in ALGORITHMS if alg in available]
    if not allowed:
        raise Unavailable(detail=f"a FAPI client needs one of {', '.join(ALGORITHMS)} among IDP_SIGNING_ALGORITHMS")
    return chosen if chosen in allowed else allowed[0]


def code_lifetime(client: Client | None, setting: int) -> int:
    """Seconds for which a code may be redeemed."""
    return min(setting, MAX_CODE_LIFETIME) if client and client.fapi else setting


def names_session(client: Client) -> bool:
    """Whether its ID Tokens say `sid`. A client with this profile gets it only if it hears of logouts (Back-Channel Logout §2.1).

    Front-Channel Logout §3 defines it too; a verifier of FAPI's that does not know it takes it for a mistake.
    """
    return not client.fapi or bool(client.backchannel_logout_uri or client.frontchannel_logout_uri)
