"""The authorizer: an event in, a policy or a simple answer out. Whatever goes wrong, nobody gets in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from idp.verify.authorization import credentials
from idp.verify.gateway import answer, call, journal, policy
from idp.verify.gateway.call import Call
from idp.verify.gateway.enforcement import Access, Known
from idp.verify.gateway.policy import Resources
from idp.verify.gateway.rules import ANY_TOKEN, Rule, Rules
from idp.verify.refused import Refused, invalid, unavailable
from idp.verify.token import Token
from idp.verify.verifier import JKT, Verifier

if TYPE_CHECKING:
    from idp.verify.decisions import Decider, Subject

CACHES = TOKEN, ROUTE, OFF = "token", "route", "off"
"""Under what the gateway keeps answers: the Authorization header; that and $context.routeKey; it keeps none (a TTL of 0)."""
UNAUTHORIZED, UNAVAILABLE = "Unauthorized", "Unavailable"
"""What is raised: the gateway answers 401 to an error of exactly the first text, and 500 to any other."""
_UNKNOWN_STATUS = 503


class AuthorizerError(Exception):
    """No answer: no access."""


class Authorizer:
    """`simple`: the HTTP API has simple answers switched on. `cache`: under what the gateway keeps answers, to use them again.

    `decider` answers what rules ask, about the token's subject, or as `subjects` knows it. `log` takes what `journal.line` does.
    """

    def __init__(
        self, verifier: Verifier, rules: Rules = ANY_TOKEN, *, simple: bool = False, cache: str = TOKEN, decider: Decider | None = None,
        subjects: Callable[[Subject], Subject | None] | None = None, log: Callable[..., None] = journal.line,
    ) -> None:  # fmt: skip
        self._access = Access(verifier, rules, decider, subjects)
        self._verifier, self._rules, self._simple, self._cache, self._log = verifier, rules, simple, cache, log
        if cache not in CACHES:
            raise ValueError(f"cache is one of {' '.join(CACHES)}")
        self._resources = lru_cache(maxsize=256)(self._resources_of)

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The gateway's answer.

        Raises:
            AuthorizerError: 401 for no or a bad token, 500 when nobody can know.
        """
        try:
            return self._answered(call.read(event))
        except AuthorizerError:
            raise
        except Exception as error:  # noqa: BLE001  # closed, whatever it is; its text may hold what the caller sent
            self._log("error", type(error).__name__)
        raise AuthorizerError(UNAVAILABLE)

    def _answered(self, asked: Call) -> dict[str, Any]:
        rule = self._rules.of(asked.method, asked.path)
        about = {"route": rule.route.key if rule else "unlisted", "request_id": asked.request_id}
        token = None
        try:
            token = self._verifier.verify_credentials(*credentials(asked.authorization), asked.request)
            self._reusable(asked, token)
        except Refused as refused:
            known = refused.status != _UNKNOWN_STATUS
            self._log("unauthorized" if known else "error", refused.reason, **about)
            raise AuthorizerError(UNAUTHORIZED if known else UNAVAILABLE) from None
        decided = Known()
        refusal = self._refusal(rule, token, asked, decided)
        if refusal and refusal.status == _UNKNOWN_STATUS:  # no answer, for the gateway would keep it
            self._log("error", refusal.reason, token=token, **about)
            raise AuthorizerError(UNAVAILABLE)
        answered, note = self._said(asked, token, rule, decided, open_=refusal is None)
        self._log("deny" if refusal or note == "shared" else "allow", refusal.reason if refusal else "ok", token=token, note=note, **about)
        return answered

    def _reusable(self, asked: Call, token: Token) -> None:
        """An answer that the gateway gives again is for whoever sends the same: this token at least, and what it is bound to.

        A proof or a certificate is of one request, so that the kept answer would be for whoever has the token alone.
        """
        if self._cache == OFF:
            return
        if asked.identity and not set(asked.authorization) <= set(asked.identity):
            raise unavailable("token_is_no_identity_source")  # the next caller would get this one's answer
        if not token.confirmation:
            return
        proofs = asked.request.values("dpop") if asked.request else []
        if set(token.confirmation) == {JKT} and proofs and proofs[0] in asked.identity:
            return  # the proof is part of what the answer is kept under
        raise invalid("bound_token_cached")

    def _said(self, asked: Call, token: Token, rule: Rule | None, known: Known, *, open_: bool) -> tuple[dict[str, Any], str]:
        """The answer, and a word about it for the log."""
        context = answer.context_of(token)
        if self._simple and asked.simple_possible:
            # A yes is one for every request that it is kept for: for those of one route only where that route has its own rule.
            alone = self._cache == OFF or (self._cache == ROUTE and rule is not None and rule.route.key == asked.route_key)
            authorized = open_ and (alone or self._everywhere(token, asked, known))
            return answer.simple(context, authorized=authorized), "shared" if open_ and not authorized else "simple"
        found, note = self._one(asked, open_=open_), "this request"
        if self._cache != OFF:
            whole = self._resources(self._open(token, asked, known), self._unlisted(token, asked, known))
            if whole.permit(asked.resource) == open_ and not answer.too_long(asked.stage, whole, context):
                found, note = whole, "all routes"
        return answer.policy(asked.stage, found, token.subject, context), note

    def _one(self, asked: Call, *, open_: bool) -> Resources:
        """Only this method and path. What IAM would read as a wildcard or a variable is no path to allow."""
        literal = not set("*?$") & set(asked.resource.removeprefix("$connect"))
        return Resources(allow=(asked.resource,)) if open_ and literal else policy.NOTHING

    def _resources_of(self, opened: tuple[bool, ...], unlisted: bool) -> Resources:  # noqa: FBT001  # a key of the cache
        routes = [rule.route for rule in self._rules.rules]
        allowed = [route for route, is_open in zip(routes, opened, strict=True) if is_open]
        return policy.resources(allowed, [route for route in routes if route not in allowed], unlisted=unlisted)

    def _everywhere(self, token: Token, asked: Call, known: Known) -> bool:
        return all(self._open(token, asked, known)) and (self._rules.unlisted is None or self._unlisted(token, asked, known))

    def _open(self, token: Token, asked: Call, known: Known) -> tuple[bool, ...]:
        return tuple(self._refusal(rule, token, asked, known) is None for rule in self._rules.rules)

    def _unlisted(self, token: Token, asked: Call, known: Known) -> bool:
        return self._refusal(self._rules.unlisted, token, asked, known) is None

    def _refusal(self, rule: Rule | None, token: Token, asked: Call, known: Known) -> Refused | None:
        """What differs between requests says nothing about the next one, which the gateway may answer with this answer."""
        return self._access.refusal(rule, token, {"ip_address": asked.source_ip} if self._cache == OFF else {}, known)
