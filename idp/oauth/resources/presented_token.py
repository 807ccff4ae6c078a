"""The access token check of this provider's own resources: the token is live, and its sender has its key (RFC 9449 §7, RFC 8705 §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidToken, OAuthError
from idp.domain.tokens.verified_algorithms import ALGORITHMS
from idp.oauth.sender.constraint import JKT, X5T, thumbprint
from idp.oauth.token.live_access_token import read_access_token

if TYPE_CHECKING:
    from idp.oauth.caller import Caller
    from idp.oauth.provider import ResourceParts
    from idp.oauth.token.live_access_token import LiveAccessToken


def read_presented_token(
    provider: ResourceParts, token: str, scheme: str, caller: Caller, *, audience: str | None = None
) -> LiveAccessToken:
    """The live token of this request, with a valid proof of the key or certificate that it is bound to (RFC 9449 §7.1, §9).

    Raises:
        InvalidToken: the token is not live, or was sent with the wrong scheme, key or certificate.
        OAuthError: the proof is invalid.
    """
    try:
        held = read_access_token(provider, token, audience=audience)
    except InvalidToken as error:
        raise (_add_challenge(error) if scheme.lower() == "dpop" else error) from None
    cnf = held.claims.get("cnf") or {}
    # RFC 9449 §7.2: "MUST NOT accept [a DPoP-bound access token] as a bearer token"; §7.1 asks that the token is bound at all.
    if JKT in cnf and scheme.lower() != "dpop":
        raise _add_challenge(InvalidToken("access_token.bound"))
    if JKT not in cnf and scheme.lower() == "dpop":
        raise InvalidToken("access_token.not_bound")
    if X5T in cnf and thumbprint(caller.certificate) != cnf[X5T]:
        raise InvalidToken("access_token.other_certificate")
    if JKT in cnf:
        try:
            _use_proof(provider, held, cnf[JKT], token, caller)
        except OAuthError as error:
            raise _add_challenge(error) from None
    return held


def _use_proof(provider: ResourceParts, held: LiveAccessToken, jkt: str, token: str, caller: Caller) -> None:
    from idp.oauth.sender import dpop

    proof = dpop.verify_proof(provider, caller, fapi=held.client.is_fapi, access_token=token)
    if proof is None:
        raise dpop.InvalidProof("dpop.proof_missing")
    # §4.3 (12): "confirm that the public key to which the access token is bound matches the public key from the DPoP proof"
    if proof.jkt != jkt:
        raise InvalidToken("access_token.other_key")
    dpop.use(provider, proof)


def challenge(error: OAuthError | None = None) -> str:
    """The DPoP challenge with the accepted algorithms (RFC 9449 §7.1)."""
    reason = f'error="{error.code}", error_description="{error.description}", ' if error else ""
    return f'DPoP {reason}algs="{" ".join(ALGORITHMS)}"'


def _add_challenge(error: OAuthError) -> OAuthError:
    """The error with status 401 and the DPoP challenge."""
    headers = {**error.headers, "WWW-Authenticate": challenge(error)}
    return OAuthError(error.code, error.message, detail=error.detail, status=401, headers=headers)
