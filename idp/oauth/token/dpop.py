"""DPoP proofs (RFC 9449 §4.3): that the caller holds a key, now, for this very request, and did not say so before.

A proof is checked without a call to the store. Its jti is marked as used by one conditional write, when everything else is right.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.errors import OAuthError
from idp.domain.tokens.dpop_proof import ALGORITHMS
from idp.oauth.token import dpop_htu
from idp.services.tokens import jose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.oauth.caller import Caller
    from idp.oauth.provider import Provider

AHEAD, AGE = 60, 120
"""Seconds. FAPI 2.0 §5.3.2.1: up to 10 in the future "shall" be accepted, more than 60 "shall" be rejected. RFC 9449 §11.1: a proof is
good for "a relatively brief period"."""
NONCE, NONCE_WINDOW = "dpop_nonce", 150
"""The purpose under which nonces are sealed; seconds for which one is given out, and then accepted for as long again."""
USED = "dpop"
MAX_LENGTH, MAX_JTI = 4096, 256
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class InvalidProof(OAuthError):
    """RFC 9449 §5: invalid_dpop_proof."""

    def __init__(self, description: str) -> None:
        super().__init__("invalid_dpop_proof", description)


class NonceNeeded(OAuthError):
    """RFC 9449 §8: use_dpop_nonce, with the nonce to use."""

    def __init__(self, nonce: str) -> None:
        super().__init__("use_dpop_nonce", "The DPoP proof needs the nonce of this server.", headers={"DPoP-Nonce": nonce})


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that is right but for one thing: whether it was used before. `jkt`: the thumbprint of its key (RFC 7638)."""

    jkt: str
    jti: str


def checked(provider: Provider, caller: Caller, *, fapi: bool = False, access_token: str | None = None) -> Proof | None:
    """The proof that the caller sent, None when it sent none. `access_token`: at a resource, the token that has to be named in it.

    Raises:
        InvalidProof: it is not right.
        NonceNeeded: it is, but has no nonce of ours, or an old one.
    """
    if not caller.dpop:
        return None
    if len(caller.dpop) > 1:  # §4.3 (1): "There is not more than one DPoP HTTP request header field."
        raise InvalidProof("There is more than one DPoP header.")
    jwt = caller.dpop[0]
    header = jose.unverified_header(jwt) if len(jwt) <= MAX_LENGTH else None
    if header is None:  # (2): "The DPoP HTTP request header field value is a single and well-formed JWT."
        raise InvalidProof("The DPoP header is not one well-formed JWT.")
    key, jkt = _key(header, fapi=fapi)
    claims = jose.verify(jwt, key, alg=header["alg"])
    if claims is None:  # (6): "The JWT signature verifies with the public key contained in the jwk JOSE Header Parameter."
        raise InvalidProof("The signature of the DPoP proof is not right.")
    _for_this_request(provider, caller, claims)
    if access_token is not None:
        digest = base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()).rstrip(b"=").decode()
        if claims.get("ath") != digest:  # (12): "ensure that the value of the ath claim equals the hash of that access token"
            raise InvalidProof("The ath of the DPoP proof is not the hash of the access token.")
    _timely(provider, claims, fapi=fapi)
    return Proof(jkt, str(claims["jti"]))


def use(provider: Provider, proof: Proof | None) -> None:
    """Use the proof up. §11.1: "the server can store, in the context of the target URI, the jti value of each DPoP proof".

    Raises:
        InvalidProof: it was used before.
    """
    if proof is None:
        return
    name = f"{proof.jkt} {hashlib.sha256(proof.jti.encode('utf-8', 'surrogatepass')).hexdigest()}"  # nobody uses up another's
    expires_at = provider.clock() + max(AHEAD + AGE, 2 * NONCE_WINDOW)
    if not provider.used_once.use(USED, name, expires_at=expires_at, attempt=provider.new_id()):
        raise InvalidProof("The DPoP proof was used before.")


def nonce(provider: Provider) -> str:
    """The nonce of this time window: the same for all, made and checked without the store (§8)."""
    return provider.tokens.seal(NONCE, provider.clock() // NONCE_WINDOW)


def _key(header: Mapping[str, Any], *, fapi: bool) -> tuple[dict[str, Any], str]:
    """(4), (5), (7): the type, an accepted asymmetric algorithm, and in the header a public key, not a private one. With its jkt."""
    alg, jwk = header.get("alg"), header.get("jwk")
    if header.get("typ") != "dpop+jwt":
        raise InvalidProof("The typ of the DPoP proof is not dpop+jwt.")
    # FAPI 2.0 §5.4.1: PS256, ES256 or EdDSA with Ed25519.
    if alg not in ALGORITHMS or (fapi and alg == "RS256") or "crit" in header:
        raise InvalidProof("The DPoP proof is not signed with an algorithm that is accepted.")
    if not isinstance(jwk, dict) or _PRIVATE & set(jwk) or (jkt := jose.thumbprint(jwk, alg)) is None:
        raise InvalidProof("The jwk of the DPoP proof is not a public key for its algorithm.")
    return jwk, jkt


def _for_this_request(provider: Provider, caller: Caller, claims: Mapping[str, Any]) -> None:
    jti, htm, htu = claims.get("jti"), claims.get("htm"), claims.get("htu")
    if not isinstance(jti, str) or not 0 < len(jti) <= MAX_JTI:  # (3): "All required claims per Section 4.2 are contained in the JWT."
        raise InvalidProof(f"The DPoP proof needs a jti of up to {MAX_JTI} characters.")
    if htm != caller.method:  # (8): "The htm claim matches the HTTP method of the current request."
        raise InvalidProof("The htm of the DPoP proof is not the method of this request.")
    if not isinstance(htu, str) or not any(dpop_htu.names(htu, at, caller.path) for at in _bases(provider)):  # (9)
        raise InvalidProof("The htu of the DPoP proof is not the address of this request.")


def _bases(provider: Provider) -> tuple[str, ...]:
    """Where this provider is called: at the issuer, and at the address that asks for certificates (RFC 8705 §5)."""
    settings = provider.settings
    return (settings.issuer, settings.mtls_url) if settings.mtls_url else (settings.issuer,)


def _timely(provider: Provider, claims: Mapping[str, Any], *, fapi: bool) -> None:
    """(10), (11): the nonce is ours and new, where one is asked for; the proof was made now."""
    now, iat, given = provider.clock(), claims.get("iat"), claims.get("nonce")
    if not isinstance(iat, int | float) or isinstance(iat, bool):
        raise InvalidProof("The DPoP proof needs an iat, in seconds.")
    wanted = provider.settings.dpop_nonce
    if wanted == "on" or (wanted == "fapi2" and fapi):
        window = provider.tokens.unseal(NONCE, given) if isinstance(given, str) else None
        if not isinstance(window, int) or not 0 <= now // NONCE_WINDOW - window <= 1:
            raise NonceNeeded(nonce(provider))
        return  # (11): the creation time is known "by … a server managed timestamp via the nonce claim"
    if not now - AGE <= iat <= now + AHEAD:
        raise InvalidProof("The iat of the DPoP proof is too old, or ahead of this server.")
