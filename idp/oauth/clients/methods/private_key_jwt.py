"""private_key_jwt: authentication by a JWT that the client signs (RFC 7523 §2.2 and §3, OIDC Core §9, FAPI 2.0 Security Profile §5.3.2.1).

Authlib's JWTBearerClientAssertion lets the token choose the algorithm, and uses up the `jti` before the other checks. Here the client's
registration decides about the algorithm, and one write uses up the `jti` at the end.
"""

from __future__ import annotations

from hashlib import sha256
from math import inf
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidClient
from idp.oauth.clients.methods.metadata import ALGORITHMS
from idp.oauth.clients.region import is_of_the_region_before
from idp.services.keys import jose

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.caller import Credentials
    from idp.oauth.provider import ClientParts

FAPI_ALGORITHMS = ("PS256", "ES256", "Ed25519", "EdDSA")
"""FAPI 2.0 §5.4.1: "PS256, ES256, or EdDSA (using the Ed25519 variant)"."""
TOKEN_ENDPOINT = "/token"
"""The audience of an assertion may be the issuer or this endpoint (RFC 7523 §3, OIDC Core §9)."""
MOST_AHEAD = 3600
SKEW = 60
"""FAPI 2.0 §5.3.2.1: `iat` and `nbf` up to 10 seconds ahead are accepted, more than 60 are refused."""
_TYPES = frozenset({"jwt", "client-authentication+jwt", "application/client-authentication+jwt"})
_LONGEST_JTI = 1024


def prove(provider: ClientParts, sent: Credentials, client: Client) -> None:
    """Check the assertion (RFC 7523 §2.2, §3): the signature first, single use last.

    Raises:
        InvalidClient: any check failed.
    """
    claims = _verify_signature(provider, sent.assertion or "", client)
    # OIDC Core §9: "iss: This MUST contain the client_id"; "sub: This MUST contain the client_id".
    if claims.get("iss") != client.id or claims.get("sub") != client.id:
        raise InvalidClient(detail="assertion: iss or sub")
    if not _is_for_this_issuer(claims.get("aud"), provider, sent, fapi=client.is_fapi):
        raise InvalidClient(detail="assertion: aud")
    expires_at = _check_times(claims, provider.clock())
    if is_of_the_region_before(provider, _time(claims, "iat"), expires_at, longest=MOST_AHEAD + SKEW):
        raise InvalidClient(detail="assertion: of the region before")
    jti = claims.get("jti")
    # OIDC Core §9: "jti: A unique identifier for the token … These tokens MUST only be used once".
    if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
        raise InvalidClient(detail="assertion: jti")
    name = sha256(f"{client.id}\0{jti}".encode("utf-8", "surrogatepass")).hexdigest()
    if not provider.used_once.use("client_assertion", name, expires_at=expires_at, attempt=provider.new_id()):
        raise InvalidClient(detail="assertion: replayed")


def _verify_signature(provider: ClientParts, assertion: str, client: Client) -> dict[str, Any]:
    """The claims of the assertion, signed by a key of the client with an algorithm of the client (RFC 8725 §3.1, §3.11)."""
    header = jose.unverified_header(assertion) or {}
    alg, typ = header.get("alg"), header.get("typ", "JWT")
    # RFC 8725 §3.11: a JWT of another kind (an access token, a DPoP proof, a request object) is not taken for this one.
    if alg not in algorithms(client) or not isinstance(typ, str) or typ.lower() not in _TYPES:
        raise InvalidClient(detail="assertion: alg or typ")
    for key in provider.client_keys.for_verification(client, kid=header.get("kid"), alg=alg):
        if (claims := jose.verify(assertion, key, alg=alg)) is not None:
            return claims
    raise InvalidClient(detail="assertion: no key of the client verifies it")


def algorithms(client: Client) -> tuple[str, ...]:
    """The algorithms that this client may sign with: the registered one, within its profile (FAPI 2.0 Security Profile §5.4.1).

    Ed25519 and EdDSA name the same algorithm.
    """
    allowed = FAPI_ALGORITHMS if client.is_fapi else ALGORITHMS
    registered = client.token_endpoint_auth_signing_alg
    if registered is None:
        return allowed
    same = ("Ed25519", "EdDSA") if registered in {"Ed25519", "EdDSA"} else (registered,)
    return tuple(alg for alg in allowed if alg in same)


def _is_for_this_issuer(aud: object, provider: ClientParts, sent: Credentials, *, fapi: bool) -> bool:
    """FAPI 2.0 §5.3.2.1: "shall only accept its issuer identifier value … as a string in the aud claim".

    Otherwise the issuer, the token endpoint or the called endpoint (RFC 7523 §3, RFC 9126 §2). Every value of a list must be one of these:
    another server that accepts the assertion could send it here.
    """
    issuer = provider.settings.issuer
    if fapi or isinstance(aud, str):
        return aud == issuer or (not fapi and aud in {issuer + TOKEN_ENDPOINT, issuer + sent.caller.path})
    if not isinstance(aud, list) or not aud:
        return False
    return all(isinstance(one, str) and _is_for_this_issuer(one, provider, sent, fapi=False) for one in aud)


def _check_times(claims: dict[str, Any], now: int) -> int:
    """Epoch seconds after which the assertion is expired, if its times are valid (RFC 7523 §3, numbers 4 to 6).

    Raises:
        InvalidClient: they are not.
    """
    expires_at = _time(claims, "exp")
    if expires_at is None or not now < expires_at <= now + MOST_AHEAD + SKEW:
        raise InvalidClient(detail="assertion: exp")
    for name in ("nbf", "iat"):
        begins = _time(claims, name)
        if name in claims and not (begins is not None and begins <= now + SKEW):
            raise InvalidClient(detail=f"assertion: {name}")
    return int(expires_at) + 1


def _time(claims: dict[str, Any], name: str) -> float | None:
    """A NumericDate (RFC 7519 §2), which may have a fraction. None for anything else."""
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) and value not in (inf, -inf) else None
