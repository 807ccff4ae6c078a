"""DPoP at a resource server (RFC 9449 §7): a proof by the key that the token is bound to, accepted once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from idp.verify.dpop_proof import AGE, AHEAD, BadProofError, check
from idp.verify.refused import Refused
from idp.verify.request import HttpRequest
from idp.verify.same_url import same_url
from idp.verify.signatures import ALGORITHMS

REMEMBERED = 10_000
"""The number of used proofs that are remembered. Each process has its own memory, so another process accepts the same proof once
(RFC 9449 §11.1)."""
_HEADER = frozenset({"alg", "typ", "jwk"})


def _refused(description: str) -> Refused:
    return Refused("invalid_dpop_proof", description, reason="dpop_proof")


class Proofs:
    """Checks proofs by the rule of `dpop_proof` and remembers used ones. `clock` returns seconds. Threads may share it."""

    def __init__(
        self, clock: Callable[[], float], *, algorithms: frozenset[str] = frozenset(ALGORITHMS), remembered: int = REMEMBERED
    ) -> None:
        self._clock, self._algorithms, self._remembered = clock, algorithms, remembered
        self._used: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, request: HttpRequest, token: str, jkt: str) -> None:
        """Check the proof of this request for this token, and mark it as used. `jkt`: the thumbprint of the key that the token is bound to.

        See RFC 9449 §11.1.

        Raises:
            Refused: the proof is missing, not valid, or was used before.
        """
        try:
            proof = check(
                request.values("dpop"),
                method=request.method,
                is_this_url=lambda htu: same_url(htu, request.url),
                algorithms=self._algorithms,
                access_token=token,
                members=_HEADER,
            )
            now = self._clock()
            proof.check_age(now)
        except BadProofError as bad:
            raise _refused(str(bad)) from None
        if proof.jkt != jkt:  # (12): "the public key to which the access token is bound matches the public key from the DPoP proof"
            raise Refused("invalid_token", "The access token is bound to another key.", reason="dpop_key")
        self._mark_used(jkt, proof.jti, now)

    def _mark_used(self, jkt: str, jti: str, now: float) -> None:
        with self._lock:
            while self._used and (next(iter(self._used.values())) <= now or len(self._used) >= self._remembered):
                self._used.popitem(last=False)
            if self._used.get((jkt, jti), 0) > now:
                raise _refused("The DPoP proof was used before.")
            self._used[jkt, jti] = now + AHEAD + AGE
            self._used.move_to_end((jkt, jti))
