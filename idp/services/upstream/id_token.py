"""The validation of an ID Token of an upstream (OIDC Core §3.1.3.7, RFC 8725, threats I-04, O-10, O-13).

The algorithm is the one of the connection, never one that the token names. All checks are made although the token comes over TLS.
"""

from __future__ import annotations

import hmac
from math import inf
from typing import TYPE_CHECKING, Any

from idp.domain.connections.tenants import TEMPLATE, issuers_of
from idp.domain.tokens.half_hash import half_hash
from idp.services.upstream.refusal import not_valid
from idp.services.upstream.signed_claims import signed_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.connections.connection import Connection
    from idp.services.upstream.patience import Patience
    from idp.services.upstream.state import Attempt
    from idp.services.upstream.token_request import UpstreamTokens
    from idp.services.upstream.upstream_keys import UpstreamKeys

AHEAD, BEHIND = 60, 300
"""Seconds by which the clock of an upstream may be ahead of ours, and behind."""
LONGEST_SUBJECT = 255
"""OIDC Core §2: `sub` "MUST NOT exceed 255 ASCII characters in length"."""
KINDS = frozenset({"jwt"})
"""Values of `typ` in lower case. A token without `typ` is a JWT, too."""
Claims = dict[str, Any]


def validate(
    keys: UpstreamKeys, connection: Connection, tokens: UpstreamTokens, attempt: Attempt, *, patience: Patience, now: int
) -> Claims:
    """Return the claims of the ID Token of this attempt.

    Raises:
        UpstreamRefused: a check fails, or the keys of the upstream cannot be fetched.
    """
    claims = signed_claims(keys, connection, tokens.id_token, patience, kinds=KINDS, name="ID Token")
    problem = (
        issuer_problem(connection, claims)
        or subject_problem(claims)
        or audience_problem(connection, claims)
        or _time_problem(claims, attempt, now)
        or _binding_problem(connection, claims, tokens, attempt)
    )
    if problem:
        raise not_valid(connection, f"ID Token: {problem}")
    return claims


def is_subject(value: object) -> bool:
    """Return whether it can be a subject: 1 to 255 printable ASCII characters."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_SUBJECT and value.isascii() and value.isprintable()


def issuer_problem(connection: Connection, claims: Claims) -> str:
    """Number 2: the issuer is exactly the one of the connection. In a template it is the token's own tenant, which must be listed."""
    issuer, expected = claims.get("iss"), issuers_of(connection)
    if TEMPLATE in connection.issuer:
        tenant = claims.get("tid")
        if not isinstance(tenant, str) or tenant not in connection.tenants:
            return "tid is not a listed tenant"
        expected = (connection.issuer.replace(TEMPLATE, tenant),)
    return "" if issuer in expected else "iss"


def subject_problem(claims: Claims) -> str:
    """OIDC Core §2: there is a usable subject."""
    return "" if is_subject(claims.get("sub")) else "sub"


def audience_problem(connection: Connection, claims: Claims) -> str:
    """Number 3 to 5: it is for this client; if it is for others, too, `azp` names this client."""
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or connection.client_id not in named or not connection.client_id:
        return "aud"
    if ("azp" in claims or len(named) > 1) and claims.get("azp") != connection.client_id:
        return "azp"
    return ""


def _time_problem(claims: Claims, attempt: Attempt, now: int) -> str:
    """Number 9, 10 and 13: not expired, issued during this attempt, and the person signed in recently if that was asked for.

    A token without `auth_time` is accepted: such a sign-in proves no time (`UpstreamIdentity.tells_time`).
    """
    expires_at, issued_at = time_of(claims, "exp"), time_of(claims, "iat")
    if expires_at is None or now >= expires_at:
        return "exp"
    if issued_at is None or not attempt.begun_at - BEHIND <= issued_at <= now + AHEAD:
        return "iat"
    if "nbf" in claims and not _is_past(time_of(claims, "nbf"), now):
        return "nbf"
    if attempt.max_age is None or "auth_time" not in claims:
        return ""
    signed_in_at = time_of(claims, "auth_time")
    return "" if _is_past(signed_in_at, now) and attempt.begun_at - (signed_in_at or 0) <= attempt.max_age + AHEAD else "auth_time"


def _binding_problem(connection: Connection, claims: Claims, tokens: UpstreamTokens, attempt: Attempt) -> str:
    """Number 11, and §3.1.3.8: it is for this attempt, and belongs to the access token. `nonce_supported` of Apple changes nothing."""
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode("utf-8", "surrogatepass"), attempt.nonce.encode()):
        return "nonce"
    alg = "Ed25519" if connection.signing_alg == "EdDSA" else connection.signing_alg
    if "at_hash" in claims and claims["at_hash"] != half_hash(tokens.access_token, alg):
        return "at_hash"
    return ""


def time_of(claims: Mapping[str, Any], name: str) -> float | None:
    """Return a NumericDate (RFC 7519 §2); None for anything else. An integer may be larger than any float."""
    value = claims.get(name)
    known = isinstance(value, int | float) and not isinstance(value, bool) and value not in (inf, -inf)
    return value if known else None


def _is_past(at: float | None, now: int) -> bool:
    """Return whether it was not later than now, by a clock that may be ahead."""
    return at is not None and at <= now + AHEAD
