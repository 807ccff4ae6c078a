"""Sender-constrained tokens: bound to the sender's key by DPoP (RFC 9449) or to its certificate (RFC 8705).

The token endpoint calls `require_constraint`, then the grant's own checks, then `use`. `idp.oauth.resources.presented_token` is the
check at resources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import InvalidClient, InvalidGrant, OAuthError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.apps.client import Client
    from idp.domain.tokens.grant import Grant
    from idp.oauth.caller import Caller
    from idp.oauth.provider import ProofParts
    from idp.verify.dpop_proof import Proof

JKT, X5T = "jkt", "x5t#S256"
"""The confirmation methods (RFC 9449 §6.1, RFC 8705 §3.1)."""


class Constraint(NamedTuple):
    """The key or certificate that the caller proved to have.

    `confirmation` is the `cnf` of its tokens (RFC 7800 §3.1), None without proof and certificate. `proof` is the DPoP proof.
    """

    confirmation: Mapping[str, str] | None = None
    proof: Proof | None = None

    def use(self, provider: ProofParts) -> None:
        """Use up the proof. Call it after all checks, and before the write that uses up the code or refresh token."""
        if self.proof:
            from idp.oauth.sender import dpop

            dpop.use(provider, self.proof)


def require_constraint(provider: ProofParts, client: Client, caller: Caller) -> Constraint:
    """The constraint for the tokens of this request (FAPI 2.0 Security Profile §5.3.2.1, RFC 8705 §3.4).

    Raises:
        OAuthError: the proof is invalid, or the client must bind its tokens and sent neither proof nor certificate.
    """
    if client.is_fapi:
        from idp.oauth.clients.fapi2 import require_profile

        require_profile(client)
    found: dict[str, str] = {}
    proof = None
    if caller.dpop:
        from idp.oauth.sender import dpop  # loaded only for requests with a proof

        proof = dpop.verify_proof(provider, caller, fapi=client.is_fapi)
        found |= {JKT: proof.jkt} if proof else {}
    if client.tls_client_certificate_bound_access_tokens:
        found |= _certificate(caller)
    if not found and client.is_sender_constrained:
        # RFC 9449 §5.2: "dpop_bound_access_tokens … MUST reject token requests from the client that do not contain the DPoP header"
        raise OAuthError("invalid_dpop_proof", "dpop.binding_required")
    if client.dpop_bound_access_tokens and proof is None:
        raise OAuthError("invalid_dpop_proof", "dpop.proof_required")
    return Constraint(found or None, proof)


def constraint_of_push(provider: ProofParts, client: Client, caller: Caller, dpop_jkt: str | None) -> Constraint:
    """The constraint of a pushed request. The key of its proof has the meaning of dpop_jkt: the code is bound to it (RFC 9449 §10.1).

    Raises:
        OAuthError: the proof is invalid, or dpop_jkt names another key: "the authorization server MUST reject the request".
    """
    if not caller.dpop:
        return Constraint()
    from idp.oauth.sender import dpop

    proof = dpop.verify_proof(provider, caller, fapi=client.is_fapi)
    if proof is None or dpop_jkt not in {None, proof.jkt}:
        raise dpop.InvalidProof("dpop.thumbprint_mismatch")
    return Constraint({"dpop_jkt": proof.jkt}, proof)


def require_bound_key(constraint: Constraint, client: Client, grant: Grant, *, code: bool) -> None:
    """Return when the caller has the key that the grant is bound to.

    It applies to codes (RFC 9449 §10) and to refresh tokens of public clients (RFC 9449 §5, RFC 8705 §4). Client authentication protects
    the refresh tokens of confidential clients. `code`: a code is redeemed.

    Raises:
        InvalidGrant: the caller showed another key, or none.
    """
    if not grant.confirmation or not (code or client.is_public):
        return
    shown = constraint.confirmation or {}
    if any(shown.get(method) != value for method, value in grant.confirmation.items()):
        raise InvalidGrant("grant.other_key")


def confirmation_to_store(constraint: Constraint, client: Client, grant: Grant) -> Mapping[str, str] | None:
    """The confirmation that the grant has after the redemption of its code. For a public client it is the one of this request."""
    return constraint.confirmation if client.is_public else grant.confirmation


def _certificate(caller: Caller) -> dict[str, str]:
    """The confirmation of the certificate of this connection (RFC 8705 §3).

    Raises:
        InvalidClient: there is no certificate.
    """
    shown = thumbprint(caller.certificate)
    if shown is None:
        raise InvalidClient("client.certificate_required")
    return {X5T: shown}


def thumbprint(pem: str | None) -> str | None:
    """The x5t#S256 of a certificate in PEM; None for None or an invalid one."""
    from idp.oauth.clients import certificate as client_certificate

    return client_certificate.thumbprint(pem) if pem else None
