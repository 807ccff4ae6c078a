"""The authorizer: it turns an event into a policy or a simple answer. Each failure refuses access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from idp.verify.authorization import credentials
from idp.verify.gateway import answer, journal, policy
from idp.verify.gateway.call import Call, read
from idp.verify.gateway.enforcement import Access, Known
from idp.verify.gateway.policy import Resources
from idp.verify.gateway.rules import ANY_TOKEN, Rule, Rules
from idp.verify.refused import Refused, invalid, unavailable
from idp.verify.token import Token
from idp.verify.verifier import JKT, Verifier

if TYPE_CHECKING:
    from idp.verify.decisions import Decider, Subject

CACHES = TOKEN, ROUTE, OFF = "token", "route", "off"
"""The key under which the gateway caches answers: the Authorization header; that and $context.routeKey; no cache (a TTL of 0)."""
UNAUTHORIZED, UNAVAILABLE = "Unauthorized", "Unavailable"
"""The texts of errors. The gateway answers 401 to an error with exactly the first text, and 500 to any other error."""
_UNKNOWN_STATUS = 503


class AuthorizerError(Exception):
    """There is no answer, so the gateway refuses access."""


class Authorizer:
    """Answers events. `simple`: the HTTP API has simple answers switched on. `cache`: one of CACHES.

    `decider` answers the questions of rules. `subjects` looks up the subject of a token; without it, the token's claims are used.
    `log` takes the arguments of `journal.line`.
    """

    def __init__(
        self, verifier: Verifier, rules: Rules = ANY_TOKEN, *, simple: bool = False, cache: str = TOKEN, decider: Decider | None = None,
        subjects: Callable[[Subject], Subject | None] | None = None, log: Callable[..., None] = journal.line,
    ) -> None:  # fmt: skip
        self._access = Access(verifier, rules, decider, subjects)
        self._verifier, self._rules, self._simple, self._cache, self._log = verifier, rules, simple, cache, log
        if cache not in CACHES:
            raise ValueError(f"cache has to be one of {' '.join(CACHES)}")
        self._resources = lru_cache(maxsize=256)(self._resources_of)

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The gateway's answer.

        Raises:
            AuthorizerError: 401 without a valid token, 500 if the token cannot be checked now.
        """
        try:
            return self._answer(read(event))
        except AuthorizerError:
            raise
        except Exception as error:  # noqa: BLE001  # any failure refuses access; the text of the error may contain what the caller sent
            self._log("error", type(error).__name__)
        raise AuthorizerError(UNAVAILABLE)

    def _answer(self, call: Call) -> dict[str, Any]:
        rule = self._rules.of(call.method, call.path)
        about = {"route": rule.route.key if rule else "unlisted", "request_id": call.request_id}
        token = None
        try:
            token = self._verifier.verify_credentials(*credentials(call.authorization), call.request)
            self._check_cache_key(call, token)
        except Refused as refused:
            known = refused.status != _UNKNOWN_STATUS
            self._log("unauthorized" if known else "error", refused.reason, **about)
            raise AuthorizerError(UNAUTHORIZED if known else UNAVAILABLE) from None
        decided = Known()
        refusal = self._refusal(rule, token, call, decided)
        if refusal and refusal.status == _UNKNOWN_STATUS:  # no answer, because the gateway would cache it
            self._log("error", refusal.reason, token=token, **about)
            raise AuthorizerError(UNAVAILABLE)
        answered, note = self._shape_answer(call, token, rule, decided, open_=refusal is None)
        self._log("deny" if refusal or note == "shared" else "allow", refusal.reason if refusal else "ok", token=token, note=note, **about)
        return answered

    def _check_cache_key(self, call: Call, token: Token) -> None:
        """Check that a cached answer reaches only callers that send the same token, proof or certificate.

        A proof or certificate belongs to one request. Without this check, a cached answer would accept the token alone.
        """
        if self._cache == OFF:
            return
        if call.identity and not set(call.authorization) <= set(call.identity):
            raise unavailable("token_is_no_identity_source")  # the next caller would get this one's answer
        if not token.confirmation:
            return
        proofs = call.request.values("dpop") if call.request else []
        if set(token.confirmation) == {JKT} and proofs and proofs[0] in call.identity:
            return  # the gateway caches the answer under the proof too
        raise invalid("bound_token_cached")

    def _shape_answer(self, call: Call, token: Token, rule: Rule | None, known: Known, *, open_: bool) -> tuple[dict[str, Any], str]:
        """The answer, and one word about it for the log."""
        context = answer.context_of(token)
        if self._simple and call.simple_possible:
            # The gateway uses an allowing answer for every request with the same key, which is one route only with the cache ROUTE.
            alone = self._cache == OFF or (self._cache == ROUTE and rule is not None and rule.route.key == call.route_key)
            authorized = open_ and (alone or self._allows_everywhere(token, call, known))
            return answer.simple(context, authorized=authorized), "shared" if open_ and not authorized else "simple"
        found, note = self._this_request(call, open_=open_), "this request"
        if self._cache != OFF:
            whole = self._resources(self._open_routes(token, call, known), self._opens_unlisted(token, call, known))
            if whole.permit(call.resource) == open_ and not answer.too_long(call.stage, whole, context):
                found, note = whole, "all routes"
        return answer.policy(call.stage, found, token.subject, context), note

    def _this_request(self, call: Call, *, open_: bool) -> Resources:
        """Only this method and path. A path with a wildcard or variable of IAM is not allowed."""
        literal = not set("*?$") & set(call.resource.removeprefix("$connect"))
        return Resources(allow=(call.resource,)) if open_ and literal else policy.NOTHING

    def _resources_of(self, opened: tuple[bool, ...], unlisted: bool) -> Resources:  # noqa: FBT001  # a key of the cache
        routes = [rule.route for rule in self._rules.rules]
        allowed = [route for route, is_open in zip(routes, opened, strict=True) if is_open]
        return policy.resources(allowed, [route for route in routes if route not in allowed], unlisted=unlisted)

    def _allows_everywhere(self, token: Token, call: Call, known: Known) -> bool:
        return all(self._open_routes(token, call, known)) and (self._rules.unlisted is None or self._opens_unlisted(token, call, known))

    def _open_routes(self, token: Token, call: Call, known: Known) -> tuple[bool, ...]:
        return tuple(self._refusal(rule, token, call, known) is None for rule in self._rules.rules)

    def _opens_unlisted(self, token: Token, call: Call, known: Known) -> bool:
        return self._refusal(self._rules.unlisted, token, call, known) is None

    def _refusal(self, rule: Rule | None, token: Token, call: Call, known: Known) -> Refused | None:
        """Why the token may not use the route. Facts of one request do not count if the answer may be used for another request."""
        return self._access.refusal(rule, token, {"ip_address": call.source_ip} if self._cache == OFF else {}, known)
