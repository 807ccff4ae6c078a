"""The rule for DPoP proofs (RFC 9449 §4.3): the sender has a private key and signed this request with it. The provider and APIs share it.

The numbers in comments are those of the list in §4.3. The caller remembers which proofs were used before (§11.1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from typing import Any

from idp.verify import base64url, compact, strict_json
from idp.verify.record import Record
from idp.verify.signatures import Key, key_of

AHEAD, AGE = 60, 120
"""Seconds that iat may be in the future, and in the past. FAPI 2.0 §5.3.2.1: up to 10 seconds in the future "shall" be accepted, more
than 60 "shall" be rejected. RFC 9449 §11.1: a proof is valid for "a relatively brief period"."""
MAX_LENGTH, MAX_JTI = 4096, 256
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_USES = frozenset({"use", "key_ops"})


class BadProofError(ValueError):
    """The proof is not valid. The text is a sentence for the caller."""


class Proof(Record):
    """A proof that is valid for the request. `jkt`: the thumbprint of its key (RFC 7638); `iat`: its time, in epoch seconds."""

    jkt: str
    jti: str
    iat: float
    nonce: Any = None

    def check_age(self, now: float) -> None:
        """(11): check that the proof was made at about `now` (epoch seconds). See FAPI 2.0 Security Profile §5.3.2.1, RFC 9449 §4.3.

        Raises:
            BadProofError: it is too old, or from the future.
        """
        if not now - AGE <= self.iat <= now + AHEAD:
            raise BadProofError("The iat of the DPoP proof is too old, or in the future.")


def check(
    values: Sequence[str],
    *,
    method: str,
    is_this_url: Callable[[str], bool],
    algorithms: Collection[str],
    access_token: str | None,
    members: frozenset[str] | None = None,
) -> Proof:
    """Parse and check the proof in the DPoP header of a request (RFC 9449 §4.2, §4.3, §7.1).

    `values`: the values of the DPoP header fields. `is_this_url`: whether an htu is the URL of this request. `algorithms`: the accepted
    ones. `access_token`: at a resource server, the token whose hash the proof has to contain. `members`: the allowed members of the JOSE
    header; None allows all but crit.

    Raises:
        BadProofError: the proof is missing or not valid. `Proof.check_age` checks its age.
    """
    if len(values) != 1:  # (1)
        raise BadProofError("There is more than one DPoP header." if values else "A DPoP proof is missing.")
    key, claims = _verified(values[0], algorithms, members)
    jti, htm, htu, iat = (claims.get(name) for name in ("jti", "htm", "htu", "iat"))
    if not isinstance(jti, str) or not 0 < len(jti) <= MAX_JTI:  # (3)
        raise BadProofError(f"The DPoP proof needs a jti of up to {MAX_JTI} characters.")
    if htm != method:  # (8)
        raise BadProofError("The htm of the DPoP proof is not the method of this request.")
    if not isinstance(htu, str) or not is_this_url(htu):  # (9)
        raise BadProofError("The htu of the DPoP proof is not the address of this request.")
    if access_token is not None and claims.get("ath") != base64url.encode(hashlib.sha256(access_token.encode()).digest()):  # (12)
        raise BadProofError("The ath of the DPoP proof is not the hash of the access token.")
    if not isinstance(iat, int | float) or isinstance(iat, bool):  # (3)
        raise BadProofError("The DPoP proof needs an iat, in seconds.")
    return Proof(key.jkt, jti, iat, claims.get("nonce"))


def _verified(proof: str, algorithms: Collection[str], members: frozenset[str] | None) -> tuple[Key, dict[str, Any]]:
    """(2), (4) to (7): the key in the header of one JWT of this type, and the claims that this key signed (RFC 9449 §4.3)."""
    try:
        jwt = compact.parse(proof, members=members, limit=MAX_LENGTH)
    except ValueError:
        raise BadProofError("The DPoP header is not one well-formed JWT.") from None
    alg, jwk = jwt.header.get("alg"), jwt.header.get("jwk")
    if jwt.header.get("typ") != "dpop+jwt":
        raise BadProofError("The typ of the DPoP proof is not dpop+jwt.")
    if not isinstance(alg, str) or alg not in algorithms or "crit" in jwt.header:
        raise BadProofError("The DPoP proof is not signed with an algorithm that is accepted.")
    key = _public_key(jwk, alg)
    if not key.verifies(alg, jwt.signature, jwt.signed):
        raise BadProofError("The signature of the DPoP proof is not right.")
    try:
        return key, strict_json.loads(jwt.payload, surrogates=True)
    except ValueError:
        raise BadProofError("The DPoP header is not one well-formed JWT.") from None


def _public_key(jwk: object, alg: str) -> Key:
    """(7): the public key in the header, without members that are only for other uses (RFC 9449 §4.3)."""
    not_public = BadProofError("The jwk of the DPoP proof is not a public key for its algorithm.")
    if not isinstance(jwk, dict) or _PRIVATE & set(jwk):
        raise not_public
    try:
        return key_of({name: value for name, value in jwk.items() if name not in _USES} | {"alg": alg})
    except (ValueError, TypeError):
        raise not_public from None
