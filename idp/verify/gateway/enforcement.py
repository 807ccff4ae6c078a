"""Checks a verified token against a rule: its requirement, and a decider's yes if the rule has a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from idp.verify.gateway.rules import DecisionQuestion, Rule, Rules
from idp.verify.refused import Refused
from idp.verify.request import HttpRequest
from idp.verify.token import Token
from idp.verify.verifier import Verifier

if TYPE_CHECKING:
    from idp.verify.decisions import Decider, Subject

_DESCRIPTION = "The access token does not allow this request."


class Known:
    """The results for one request: the answer to each question of the rules, by its id, and the subject. So each is looked up once."""

    def __init__(self) -> None:
        self.answers: dict[int, Refused | None] = {}
        self.subject: Subject | Refused | None = None


class Access:
    """Checks requests with a verifier and rules. `decider` answers the questions of rules.

    `subjects` looks up the subject of a token and returns None if there is no such subject. Without it, the token's claims are used.
    """

    def __init__(
        self, verifier: Verifier, rules: Rules, decider: Decider | None = None, subjects: Callable[[Subject], Subject | None] | None = None
    ) -> None:
        self.verifier, self.rules, self.decider, self._subjects = verifier, rules, decider, subjects
        if decider is None and any(rule.question for rule in (*rules.rules, rules.unlisted) if rule):
            raise ValueError("a rule asks for a decision, and there is no decider")

    def check(self, request: HttpRequest, path: str, *, source_ip: str = "") -> Token:
        """The verified token of a request, if it may use `path`. `source_ip`: the caller's address.

        Raises:
            Refused: access is refused.
        """
        token = self.verifier.verify_request(request)
        refusal = self.refusal(self.rules.of(request.method, path), token, {"ip_address": source_ip} if source_ip else {})
        if refusal:
            raise refusal
        return token

    def refusal(self, rule: Rule | None, token: Token, context: Mapping[str, Any], known: Known | None = None) -> Refused | None:
        """Why the token may not use the route of `rule`; None if it may. No rule is a refusal. `known`: earlier results of this request."""
        if rule is None:
            return Refused("access_denied", _DESCRIPTION, 403, reason="no_rule")
        try:
            rule.requirement.check(token, self.verifier.clock())
        except Refused as refused:
            return refused
        if rule.question is None:
            return None
        known, number = known or Known(), id(rule.question)
        if number not in known.answers:
            known.subject = subject = known.subject or self._subject(token)
            known.answers[number] = subject if isinstance(subject, Refused) else self._decide(rule.question, subject, context)
        return known.answers[number]

    def _subject(self, token: Token) -> Subject | Refused:
        """The subject of the questions, or the refusal if there is none."""
        from idp.verify.decisions import Subject

        subject = Subject.of(token.claims)
        try:
            found = self._subjects(subject) if self._subjects else subject
        except Refused as unknown:
            return unknown
        return found or Refused("access_denied", _DESCRIPTION, 403, reason="subject")

    def _decide(self, wanted: DecisionQuestion, subject: Subject, context: Mapping[str, Any]) -> Refused | None:
        """Why the decider does not allow it; None if it does. `context`: facts of this request; the time is added."""
        from datetime import UTC, datetime  # most rules have no question, and a cold start pays for each import

        from idp.verify.decisions import Action, Question, Resource

        time = datetime.fromtimestamp(self.verifier.clock(), UTC).isoformat()
        resource = Resource(wanted.resource_type, wanted.resource_id, wanted.properties)
        question = Question(subject, Action(wanted.action), resource, {**context, "time": time})
        try:
            decision = self.decider.decide(question) if self.decider else None
        except Refused as unknown:  # 503: the decider is not available, so there is no decision
            return unknown
        return None if decision and decision.allowed is True else Refused("access_denied", _DESCRIPTION, 403, reason="decision")
