"""DPoP at a resource (RFC 9449 §4.3, §7): the sender holds the key that the token is bound to, now, for this request, once."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from idp.verify import base64url, compact, strict_json
from idp.verify.refused import Refused
from idp.verify.request import HttpRequest
from idp.verify.same_url import same_url
from idp.verify.signatures import ALGORITHMS, Key, key_of

AHEAD, AGE = 60, 120
"""Seconds that a proof's clock may be ahead, and for which it is good, as the provider has it."""
REMEMBERED = 10_000
"""Proofs that are remembered as used. The memory is that of one process: another one takes a proof once more (RFC 9449 §11.1)."""
_HEADER = frozenset({"alg", "typ", "jwk"})
_MAX_PROOF, _MAX_JTI = 4096, 256


def _bad(description: str) -> Refused:
    return Refused("invalid_dpop_proof", description, reason="dpop_proof")


class Proofs:
    """Checks proofs, and remembers those that were used. `clock` gives seconds. Threads may share it."""

    def __init__(
        self, clock: Callable[[], float], *, algorithms: frozenset[str] = frozenset(ALGORITHMS), remembered: int = REMEMBERED
    ) -> None:
        self._clock, self._algorithms, self._remembered = clock, algorithms, remembered
        self._used: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, request: HttpRequest, token: str, jkt: str) -> None:
        """Use up the proof of this request for this token. `jkt`: the thumbprint of the key that the token is bound to.

        Raises:
            Refused: there is none, or it is not right, or it was used before.
        """
        proofs = request.values("dpop")
        if len(proofs) != 1:  # (1)
            raise _bad("There has to be one DPoP header.")
        key, claims = self._signed(proofs[0])
        jti, htm, htu, iat = (claims.get(name) for name in ("jti", "htm", "htu", "iat"))
        if not isinstance(jti, str) or not 0 < len(jti) <= _MAX_JTI:  # (3)
            raise _bad(f"The DPoP proof needs a jti of up to {_MAX_JTI} characters.")
        if htm != request.method:  # (8)
            raise _bad("The htm of the DPoP proof is not the method of this request.")
        if not isinstance(htu, str) or not same_url(htu, request.url):  # (9)
            raise _bad("The htu of the DPoP proof is not the address of this request.")
        now = self._clock()
        if type(iat) is not int or not now - AGE <= iat <= now + AHEAD:  # (11)
            raise _bad("The iat of the DPoP proof is too old, or ahead of this API.")
        if claims.get("ath") != base64url.encode(hashlib.sha256(token.encode("ascii")).digest()):  # (12)
            raise _bad("The ath of the DPoP proof is not the hash of the access token.")
        if key.jkt != jkt:  # (12): "the public key to which the access token is bound matches the public key from the DPoP proof"
            raise Refused("invalid_token", "The access token is bound to another key.", reason="dpop_key")
        self._use(jkt, jti, now)

    def _signed(self, proof: str) -> tuple[Key, dict[str, object]]:
        """(2), (4) to (7): one JWT, of this type, under the public key in its header, by an algorithm of ours that is for that key."""
        wrong = _bad("The DPoP header is not one JWT, signed with the public key in its header.")
        try:
            jwt = compact.parse(proof, members=_HEADER, limit=_MAX_PROOF)
            alg, jwk = jwt.header.get("alg"), jwt.header.get("jwk")
            key = key_of({**jwk, "alg": alg}) if isinstance(jwk, dict) else None
            claims = strict_json.loads(jwt.payload)
        except (ValueError, TypeError):
            raise wrong from None
        if jwt.header.get("typ") != "dpop+jwt" or not key or not isinstance(alg, str) or alg not in self._algorithms:
            raise wrong
        if not key.verifies(alg, jwt.signature, jwt.signed):
            raise wrong
        return key, claims

    def _use(self, jkt: str, jti: str, now: float) -> None:
        with self._lock:
            while self._used and (next(iter(self._used.values())) <= now or len(self._used) >= self._remembered):
                self._used.popitem(last=False)
            if self._used.get((jkt, jti), 0) > now:
                raise _bad("The DPoP proof was used before.")
            self._used[jkt, jti] = now + AHEAD + AGE
            self._used.move_to_end((jkt, jti))
