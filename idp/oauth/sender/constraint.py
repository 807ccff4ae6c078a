"""Tokens for one sender: bound to its key by DPoP (RFC 9449) or to its certificate (RFC 8705), and worth nothing in other hands.

At the token endpoint: `asked`, then the grant's own checks, then `use`. What resources ask for is `idp.oauth.resources.presented_token`.
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
    """What the caller showed that it holds: `confirmation` is the `cnf` of tokens for it (RFC 7800), None for a bearer of nothing.

    See RFC 7800 §3.1.
    """

    confirmation: Mapping[str, str] | None = None
    proof: Proof | None = None

    def use(self, provider: ProofParts) -> None:
        """Use the proof up: when nothing else can fail any more, and before the write that uses up the code or refresh token."""
        if self.proof:
            from idp.oauth.sender import dpop

            dpop.use(provider, self.proof)


def asked(provider: ProofParts, client: Client, caller: Caller) -> Constraint:
    """How the tokens of this request are to be bound (FAPI 2.0 Security Profile §5.3.2.1, RFC 8705 §3.4).

    Raises:
        OAuthError: the proof is not right, or this client has to bind its tokens and shows nothing to bind them to.
    """
    if client.fapi:
        from idp.oauth.clients.fapi2 import require_profile

        require_profile(client)
    found: dict[str, str] = {}
    proof = None
    if caller.dpop:
        from idp.oauth.sender import dpop  # only for requests with a proof, as it costs imports

        proof = dpop.checked(provider, caller, fapi=client.fapi)
        found |= {JKT: proof.jkt} if proof else {}
    if client.tls_client_certificate_bound_access_tokens:
        found |= _certificate(caller)
    if not found and client.sender_constrained:
        # RFC 9449 §5.2: "dpop_bound_access_tokens … MUST reject token requests from the client that do not contain the DPoP header"
        raise OAuthError("invalid_dpop_proof", "This client has to bind its tokens to a key: send a DPoP proof.")
    if client.dpop_bound_access_tokens and proof is None:
        raise OAuthError("invalid_dpop_proof", "This client has to send a DPoP proof.")
    return Constraint(found or None, proof)


def pushed(provider: ProofParts, client: Client, caller: Caller, dpop_jkt: str | None) -> Constraint:
    """The key of a proof that comes with a pushed request is what the code will be bound to, as if it were dpop_jkt (RFC 9449 §10.1).

    Raises:
        OAuthError: the proof is not right, or dpop_jkt names another key: "the authorization server MUST reject the request".
    """
    if not caller.dpop:
        return Constraint()
    from idp.oauth.sender import dpop

    proof = dpop.checked(provider, caller, fapi=client.fapi)
    if proof is None or dpop_jkt not in {None, proof.jkt}:
        raise dpop.InvalidProof("The dpop_jkt is not the key of the DPoP proof.")
    return Constraint({"dpop_jkt": proof.jkt}, proof)


def held_to(constraint: Constraint, client: Client, grant: Grant, *, code: bool) -> None:
    """The key that a code was bound to (RFC 9449 §10), or a public client's refresh token (§5, RFC 8705 §4), is the one shown now.

    Raises:
        InvalidGrant: it is another, or none is shown. A confidential client's refresh tokens are bound to its authentication.
    """
    if not grant.confirmation or not (code or client.public):
        return
    shown = constraint.confirmation or {}
    if any(shown.get(method) != value for method, value in grant.confirmation.items()):
        raise InvalidGrant("The code or refresh token is bound to another key than the one shown.")


def kept(constraint: Constraint, client: Client, grant: Grant) -> Mapping[str, str] | None:
    """What the grant is bound to from the code's redemption on: all that a public client showed."""
    return constraint.confirmation if client.public else grant.confirmation


def _certificate(caller: Caller) -> dict[str, str]:
    """RFC 8705 §3: the thumbprint of the certificate of this connection."""
    shown = thumbprint(caller.certificate)
    if shown is None:
        raise InvalidClient("This client has to show its certificate: use mutual TLS.")
    return {X5T: shown}


def thumbprint(pem: str | None) -> str | None:
    """x5t#S256 of a certificate; None where there is none."""
    from idp.oauth.clients import certificate as client_certificate

    return client_certificate.thumbprint(pem) if pem else None
