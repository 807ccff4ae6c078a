"""Verification of access tokens of one issuer for one API (RFC 9068 §4): signature, type, claims, sender constraint, requirement."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from idp.verify import claims, compact, strict_json
from idp.verify.authorization import DPOP, credentials
from idp.verify.fetch import fetcher
from idp.verify.jwks import HARD_LIMIT, MAX_AGE, Jwks
from idp.verify.refused import invalid
from idp.verify.request import HttpRequest
from idp.verify.requirement import Requirement
from idp.verify.signatures import ALGORITHMS
from idp.verify.token import Token

if TYPE_CHECKING:
    from idp.verify.dpop import Proofs

JKT, X5T = "jkt", "x5t#S256"
"""The confirmation methods (RFC 9449 §6.1, RFC 8705 §3.1)."""
LEEWAY = 5


class Verifier:
    """Verifies for `issuer` and `audience` (one of them has to be in `aud`). Create one per process, because it caches the issuer's keys.

    `algorithms`: the accepted signature algorithms. `leeway`: seconds of clock difference that are accepted, 60 at most.
    `live`: called last; it raises Refused for a revoked token. `fetch`: returns the JWK Set, instead of `jwks_uri`.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str | Collection[str],
        jwks_uri: str = "",
        algorithms: Iterable[str] = ALGORITHMS,
        leeway: float = LEEWAY,
        max_age: float = MAX_AGE,
        hard_limit: float = HARD_LIMIT,
        live: Callable[[Token], None] | None = None,
        clock: Callable[[], float] = time.time,
        fetch: Callable[[], bytes] | None = None,
    ) -> None:
        self.issuer = issuer
        self.audiences = frozenset({audience} if isinstance(audience, str) else audience)
        self.algorithms = frozenset(algorithms)
        self.clock = clock
        self._leeway, self._live = leeway, live
        if not issuer or not self.audiences or not all(self.audiences):
            raise ValueError("an issuer and an audience are needed")
        if not self.algorithms or not self.algorithms <= set(ALGORITHMS):
            raise ValueError(f"algorithms have to be some of {' '.join(ALGORITHMS)}")
        if not 0 <= leeway <= claims.MAX_LEEWAY:
            raise ValueError(f"leeway has to be between 0 and {claims.MAX_LEEWAY} seconds")
        self.jwks = Jwks(fetch or fetcher(jwks_uri or f"{issuer}/jwks"), clock, max_age=max_age, hard_limit=hard_limit)
        self._memory: Proofs | None = None
        self._one_memory = threading.Lock()

    def _proofs(self) -> Proofs:
        """Created with the first bound token, because each import adds to a cold start. All threads share it."""
        with self._one_memory:
            if self._memory is None:
                from idp.verify.dpop import Proofs

                self._memory = Proofs(self.clock, algorithms=self.algorithms)
            return self._memory

    def verify(self, authorization: str | None, request: HttpRequest | None = None, requirement: Requirement | None = None) -> Token:
        """The verified token of an Authorization header. `authorization` is the header's value, None without a header.

        Raises:
            Refused: access is refused.
        """
        return self.verify_credentials(*credentials([authorization] if authorization else []), request, requirement)

    def verify_request(self, request: HttpRequest, requirement: Requirement | None = None) -> Token:
        """The verified token of the request's Authorization header.

        Raises:
            Refused: access is refused, also because there is no such header or more than one.
        """
        return self.verify_credentials(*credentials(request.values("authorization")), request, requirement)

    def verify_credentials(
        self, scheme: str, jwt: str, request: HttpRequest | None = None, requirement: Requirement | None = None
    ) -> Token:
        """The verified token, which was sent with this scheme (`bearer` or `dpop`).

        Raises:
            Refused: access is refused.
        """
        token = self._verify_signature(scheme, jwt)
        self._check_confirmation(token, request)
        if requirement:
            requirement.check(token, self.clock())
        if self._live:
            self._live(token)
        return token

    def _verify_signature(self, scheme: str, jwt: str) -> Token:
        """The token, after signature, type and claims were checked."""
        try:
            parts = compact.parse(jwt)
        except ValueError:
            raise invalid("malformed") from None
        header = parts.header
        alg, kid = header.get("alg"), header.get("kid")
        if header.get("typ") not in claims.TYPES:
            raise invalid("type")
        if not isinstance(alg, str) or alg not in self.algorithms:
            raise invalid("algorithm")
        if not isinstance(kid, str) or (key := self.jwks.key(kid)) is None:
            raise invalid("unknown_key")
        if not key.verifies(alg, parts.signature, parts.signed):
            raise invalid("signature")
        try:
            payload = strict_json.loads(parts.payload)
        except ValueError:
            raise invalid("malformed") from None
        claims.check(payload, issuer=self.issuer, audiences=self.audiences, now=self.clock(), leeway=self._leeway)
        return Token(payload, kid, scheme, jwt)

    def _check_confirmation(self, token: Token, request: HttpRequest | None) -> None:
        """Check every constraint that the token has. A token with an unknown constraint is refused."""
        bound = token.confirmation
        if not bound.keys() <= {JKT, X5T} or ("cnf" in token.claims and not bound):
            raise invalid("confirmation")
        # RFC 9449 §7.2: "MUST NOT accept [a DPoP-bound access token] as a bearer token"; §7.1 asks that the token is bound at all.
        if (JKT in bound) != (token.scheme == DPOP):
            raise invalid("scheme", "The access token was sent with the wrong scheme of Bearer and DPoP.")
        if X5T in bound:
            from idp.verify.certificate import bound_to

            if not bound_to(bound[X5T], request.client_certificate if request else None):
                raise invalid("certificate", "The access token is bound to another certificate.")
        if JKT in bound:
            if request is None or not isinstance(bound[JKT], str):
                raise invalid("confirmation")
            self._proofs().check(request, token.jwt, bound[JKT])
