"""The validation of an assertion of a trusted issuer: RFC 7523 §3, and Identity Assertion Authorization Grants (ID-JAG §4.4.1).

An admin registered the algorithms, the profile and the limits of the issuer. The assertion cannot choose them. An assertion with a claim
that would change its meaning and is not supported (a tenant, an actor) is refused.
"""

from __future__ import annotations

from hashlib import sha256
from math import inf
from typing import TYPE_CHECKING, Any

from idp.domain.access.trusted_issuer import ID_JAG, TYPES
from idp.domain.apps.client import Client
from idp.domain.errors import InvalidGrant
from idp.oauth.clients.region import is_of_the_region_before
from idp.services.keys import jose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.trusted_issuer import TrustedIssuer
    from idp.oauth.provider import ClientParts

LONGEST_LIFE = 3600
SKEW = 60
"""Seconds: the longest life of an assertion, and by how much the issuer's clock may be ahead."""
_LONGEST_JTI = 1024
_NOT_UNDERSTOOD = ("act", "may_act", "aud_tenant")


def verify_assertion(provider: ClientParts, issuer: TrustedIssuer, assertion: str, client: Client) -> dict[str, Any]:
    """The claims of a valid assertion of this issuer for this provider and this client (ID-JAG §3.1, RFC 7523 §3).

    Raises:
        InvalidGrant: RFC 7521 §4.1.1: "If an assertion is not valid or has expired, the authorization server constructs an error response
            … The value of the "error" parameter MUST be the "invalid_grant" error code."
    """
    claims = _verify_signature(provider, issuer, assertion)
    if claims.get("iss") != issuer.issuer:
        raise _build_refusal("iss")
    # RFC 7523bis, ID-JAG §4.4.1: a string, or "an array containing a single issuer identifier"; so no other audience is accepted
    if claims.get("aud") not in (provider.settings.issuer, [provider.settings.issuer]):
        raise _build_refusal("aud")
    if not isinstance(subject := claims.get("sub"), str) or not subject:
        raise _build_refusal("sub")
    # ID-JAG §4.4.1: "The client_id claim MUST identify the same client as the client authentication in the request."
    if (issuer.profile == ID_JAG or "client_id" in claims) and claims.get("client_id") != client.id:
        raise _build_refusal("client_id")
    if claims.get("tenant", "") != issuer.tenant:  # ID-JAG §6: iss and tenant together identify the subject's namespace
        raise _build_refusal("tenant")
    for name in _NOT_UNDERSTOOD:
        if name in claims:
            raise _build_refusal(name)
    _check_times(claims, provider.clock(), dated=issuer.profile == ID_JAG)
    if is_of_the_region_before(provider, _time(claims, "iat"), claims["exp"], longest=LONGEST_LIFE + SKEW):
        raise _build_refusal("of the region before")
    if not isinstance(jti := claims.get("jti"), str) or not 0 < len(jti) <= _LONGEST_JTI:
        raise _build_refusal("jti")
    return claims


def require_bound_key(claims: Mapping[str, Any], confirmation: Mapping[str, str] | None) -> None:
    """Return when the caller has the key that the assertion is bound to (ID-JAG §8.6).

    Raises:
        InvalidGrant: the caller showed another key, or none.
    """
    bound = claims.get("cnf")
    if bound is None:
        return
    if not isinstance(bound, dict) or not bound or any((confirmation or {}).get(method) != value for method, value in bound.items()):
        raise InvalidGrant("assertion.bound")


def use(provider: ClientParts, claims: Mapping[str, Any], attempt: str) -> bool:
    """Use up the assertion by one conditional write. False if it was used before (RFC 7523 §3, number 7)."""
    name = sha256(f"{claims['iss']}\0{claims['jti']}".encode("utf-8", "surrogatepass")).hexdigest()
    return provider.used_once.use("assertion", name, expires_at=int(claims["exp"]) + 1, attempt=attempt)


def _verify_signature(provider: ClientParts, issuer: TrustedIssuer, assertion: str) -> dict[str, Any]:
    """The claims of the assertion, signed by a key that the issuer published (RFC 7523 §3, number 9)."""
    header = jose.unverified_header(assertion) or {}
    alg, typ = header.get("alg"), header.get("typ", "JWT")
    if alg not in _algorithms(issuer) or not isinstance(typ, str) or typ.lower() not in TYPES[issuer.profile]:
        raise _build_refusal("alg or typ")
    published = Client(id=issuer.id, jwks_uri=issuer.jwks_uri)
    for key in provider.client_keys.for_verification(published, kid=header.get("kid"), alg=alg):
        if (claims := jose.verify(assertion, key, alg=alg)) is not None:
            return claims
    raise _build_refusal("no key of the issuer verifies it")


def _algorithms(issuer: TrustedIssuer) -> frozenset[str]:
    """The algorithms of the issuer. Ed25519 and EdDSA name the same one (RFC 9864 §2.2)."""
    same = {"Ed25519", "EdDSA"}
    return frozenset(issuer.algorithms) | (same if same & set(issuer.algorithms) else set())


def _check_times(claims: Mapping[str, Any], now: int, *, dated: bool) -> None:
    """Check exp, nbf and iat (RFC 7523 §3, numbers 4 to 6). `now`: epoch seconds. `dated`: iat is required."""
    expires_at, issued_at = _time(claims, "exp"), _time(claims, "iat")
    if expires_at is None or not now < expires_at <= now + LONGEST_LIFE + SKEW:
        raise _build_refusal("exp")
    if dated and issued_at is None:
        raise _build_refusal("iat")
    if issued_at is not None and issued_at < expires_at - LONGEST_LIFE:
        raise _build_refusal("exp")
    for name in ("nbf", "iat"):
        begins = _time(claims, name)
        if name in claims and not (begins is not None and begins <= now + SKEW):
            raise _build_refusal(name)


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate (RFC 7519 §2), which may have a fraction. None for anything else. An integer may be larger than any float."""
    value = claims.get(name)
    known = isinstance(value, int | float) and not isinstance(value, bool) and value not in (inf, -inf)
    return value if known else None


def _build_refusal(detail: str) -> InvalidGrant:
    return InvalidGrant("assertion.invalid", detail=f"assertion: {detail}")
