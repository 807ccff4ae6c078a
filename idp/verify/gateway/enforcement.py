"""Whether a verified token may do what a rule is for: its requirement, and a decider's yes where the rule asks one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from idp.verify.gateway.rules import Asked, Rule, Rules
from idp.verify.refused import Refused
from idp.verify.request import HttpRequest
from idp.verify.token import Token
from idp.verify.verifier import Verifier

if TYPE_CHECKING:
    from idp.verify.decisions import Decider, Subject

_DESCRIPTION = "The access token is not for this."


class Known:
    """What was found out for one request: each question that rules ask, by its id, and the subject, so that both are asked for once."""

    def __init__(self) -> None:
        self.answers: dict[int, Refused | None] = {}
        self.subject: Subject | Refused | None = None


class Access:
    """A verifier, rules, and who decides what they ask. `subjects`: knows the token's subject better than the token; None: it is nobody."""

    def __init__(
        self, verifier: Verifier, rules: Rules, decider: Decider | None = None, subjects: Callable[[Subject], Subject | None] | None = None
    ) -> None:
        self.verifier, self.rules, self.decider, self._subjects = verifier, rules, decider, subjects
        if decider is None and any(rule.asked for rule in (*rules.rules, rules.unlisted) if rule):
            raise ValueError("a rule asks for a decision, and nothing here decides")

    def check(self, request: HttpRequest, path: str, *, source_ip: str = "") -> Token:
        """The token of the request, when it may go to `path`.

        Raises:
            Refused: no access.
        """
        token = self.verifier.verify_request(request)
        refusal = self.refusal(self.rules.of(request.method, path), token, {"ip_address": source_ip} if source_ip else {})
        if refusal:
            raise refusal
        return token

    def refusal(self, rule: Rule | None, token: Token, context: Mapping[str, Any], known: Known | None = None) -> Refused | None:
        """Why not; None when it may. No rule is nobody's. `known` has what was asked for this request before."""
        if rule is None:
            return Refused("access_denied", _DESCRIPTION, 403, reason="no_rule")
        try:
            rule.requirement.check(token, self.verifier.clock())
        except Refused as refused:
            return refused
        if rule.asked is None:
            return None
        known, number = known or Known(), id(rule.asked)
        if number not in known.answers:
            known.subject = subject = known.subject or self._subject(token)
            known.answers[number] = subject if isinstance(subject, Refused) else self._decided(rule.asked, subject, context)
        return known.answers[number]

    def _subject(self, token: Token) -> Subject | Refused:
        """Whom the questions are about."""
        from idp.verify.decisions import Subject

        said = Subject.of(token.claims)
        try:
            found = self._subjects(said) if self._subjects else said
        except Refused as unknown:
            return unknown
        return found or Refused("access_denied", _DESCRIPTION, 403, reason="subject")

    def _decided(self, asked: Asked, subject: Subject, context: Mapping[str, Any]) -> Refused | None:
        """`context`: what is known of this very request; the time always is."""
        from datetime import UTC, datetime  # with the first question: most rules ask none, and a cold start pays for every import

        from idp.verify.decisions import Action, Question, Resource

        time = datetime.fromtimestamp(self.verifier.clock(), UTC).isoformat()
        resource = Resource(asked.resource_type, asked.resource_id, asked.properties)
        question = Question(subject, Action(asked.action), resource, {**context, "time": time})
        try:
            decision = self.decider.decide(question) if self.decider else None
        except Refused as unknown:  # 503: what decides cannot be had, which is no decision
            return unknown
        return None if decision and decision.allowed is True else Refused("access_denied", _DESCRIPTION, 403, reason="decision")
