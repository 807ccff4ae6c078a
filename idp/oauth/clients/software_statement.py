"""Software statements (RFC 7591 §2.3): a JWT in which a trusted issuer describes a client. A setting names the trusted issuers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.client import Client
from idp.domain.errors import OAuthError
from idp.services.keys import jose

if TYPE_CHECKING:
    from idp.oauth.provider import ClientParts

_SKEW = 60
"""Seconds by which the clock of the issuer may differ."""
_NOT_METADATA = frozenset({"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "software_statement"})


def members(provider: ClientParts, statement: object) -> dict[str, Any]:
    """The client metadata in the statement.

    Raises:
        OAuthError: invalid_software_statement, unapproved_software_statement (§3.2.2).
    """
    header = jose.unverified_header(statement) if isinstance(statement, str) else None
    claims = jose.unverified_claims(statement) if isinstance(statement, str) and header else None
    if not isinstance(statement, str) or header is None or claims is None or not isinstance(claims.get("iss"), str):
        raise _build_refusal()
    jwks_uri = provider.settings.statement_issuers.get(claims["iss"])
    if jwks_uri is None:
        raise OAuthError("unapproved_software_statement", "software_statement.issuer_not_trusted")
    alg = header.get("alg")
    if not isinstance(alg, str) or alg not in jose.VERIFYING:
        raise _build_refusal()
    issuer = Client(id=claims["iss"], jwks_uri=jwks_uri)
    keys = provider.client_keys.for_verification(issuer, kid=header.get("kid"), alg=alg)
    proved = next((found for key in keys if (found := jose.verify(statement, key, alg=alg)) is not None), None)
    if proved is None or not _is_current(proved, provider.clock()):
        raise _build_refusal()
    return {name: value for name, value in proved.items() if name not in _NOT_METADATA}


def _is_current(claims: dict[str, Any], now: int) -> bool:
    """Whether a statement is valid at `now`. exp and nbf are optional (§2.3)."""
    times = [claims.get(name, default) for name, default in (("exp", now + 1), ("nbf", now))]
    if not all(isinstance(time, int) and not isinstance(time, bool) for time in times):
        return False
    return bool(now < times[0] + _SKEW and times[1] <= now + _SKEW)


def _build_refusal() -> OAuthError:
    return OAuthError("invalid_software_statement", "software_statement.invalid")
