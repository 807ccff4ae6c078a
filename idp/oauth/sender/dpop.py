"""DPoP proofs at the provider (RFC 9449 §4.3, §8, §11.1): the shared rule (`idp.verify.dpop_proof`), nonces and single use.

A proof is checked without a call to the store. Its jti is marked as used by one conditional write, after all other checks.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError
from idp.domain.message import message_of
from idp.domain.tokens.verified_algorithms import ALGORITHMS
from idp.oauth.sender import dpop_htu
from idp.verify.dpop_proof import AGE, AHEAD, BadProofError, Proof, check

if TYPE_CHECKING:
    from idp.domain.message import Message, Param
    from idp.oauth.caller import Caller
    from idp.oauth.provider import ProofParts

NONCE, NONCE_WINDOW = "dpop_nonce", 150
"""The purpose under which nonces are sealed. A nonce is issued for NONCE_WINDOW seconds, and accepted as long again."""
USED = "dpop"


class InvalidProof(OAuthError):
    """RFC 9449 §5: invalid_dpop_proof."""

    def __init__(self, message: str | Message, /, **params: Param) -> None:
        super().__init__("invalid_dpop_proof", message_of(message, params))


class NonceNeeded(OAuthError):
    """RFC 9449 §8: use_dpop_nonce, with the nonce to use."""

    def __init__(self, nonce: str) -> None:
        super().__init__("use_dpop_nonce", "dpop.nonce_needed", headers={"DPoP-Nonce": nonce})


def verify_proof(provider: ProofParts, caller: Caller, *, fapi: bool = False, access_token: str | None = None) -> Proof | None:
    """The valid proof of the caller, or None without a proof. `access_token`: at a resource, the token that the proof must name.

    Raises:
        InvalidProof: it is not valid.
        NonceNeeded: it is valid, but has no current nonce of this provider.
    """
    if not caller.dpop:
        return None
    # FAPI 2.0 §5.4.1: PS256, ES256 or EdDSA with Ed25519.
    algorithms = [alg for alg in ALGORITHMS if not (fapi and alg == "RS256")]
    try:
        proof = check(
            caller.dpop,
            method=caller.method,
            is_this_url=lambda htu: any(dpop_htu.is_address(htu, base, caller.path) for base in _bases(provider)),
            algorithms=algorithms,
            access_token=access_token,
        )
        if _needs_nonce(provider, fapi=fapi):
            _check_nonce(provider, proof)  # (11): the creation time is known "by … a server managed timestamp via the nonce claim"
        else:
            proof.check_age(provider.clock())
    except BadProofError as bad:
        raise InvalidProof("dpop.proof_invalid", reason=str(bad)) from None
    return proof


def use(provider: ProofParts, proof: Proof | None) -> None:
    """Use up the proof by one conditional write.

    §11.1: "the server can store, in the context of the target URI, the jti value of each DPoP proof".

    Raises:
        InvalidProof: it was used before.
    """
    if proof is None:
        return
    # The key is part of the name: a proof does not use up the jti of another key.
    name = f"{proof.jkt} {hashlib.sha256(proof.jti.encode('utf-8', 'surrogatepass')).hexdigest()}"
    expires_at = provider.clock() + max(AHEAD + AGE, 2 * NONCE_WINDOW)
    if not provider.used_once.use(USED, name, expires_at=expires_at, attempt=provider.new_id()):
        raise InvalidProof("dpop.replayed")


def nonce(provider: ProofParts) -> str:
    """The nonce of this time window (§8). It is the same for all clients and needs no store."""
    return provider.tokens.seal(NONCE, provider.clock() // NONCE_WINDOW)


def _bases(provider: ProofParts) -> tuple[str, ...]:
    """The addresses of this provider: the issuer, and the address for mutual TLS (RFC 8705 §5)."""
    settings = provider.settings
    return (settings.issuer, settings.mtls_url) if settings.mtls_url else (settings.issuer,)


def _needs_nonce(provider: ProofParts, *, fapi: bool) -> bool:
    wanted = provider.settings.dpop_nonce
    return wanted == "on" or (wanted == "fapi2" and fapi)


def _check_nonce(provider: ProofParts, proof: Proof) -> None:
    """(10): the nonce was issued in this time window or in the one before (RFC 9449 §4.3, §8.2)."""
    window = provider.tokens.unseal(NONCE, proof.nonce) if isinstance(proof.nonce, str) else None
    if not isinstance(window, int) or not 0 <= provider.clock() // NONCE_WINDOW - window <= 1:
        raise NonceNeeded(nonce(provider))
