"""Whether a verified token may do what a rule is for: its requirement, and a decider's yes where the rule asks one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from idp.verify.decisions import Action, Decider, Question, Resource, Subject
from idp.verify.gateway.rules import Asked, Rule, Rules
from idp.verify.refused import Refused
from idp.verify.request import HttpRequest
from idp.verify.token import Token
from idp.verify.verifier import Verifier

_DESCRIPTION = "The access token is not for this."


@dataclass(frozen=True, slots=True)
class Access:
    """A verifier, rules, and who decides what they ask."""

    verifier: Verifier
    rules: Rules
    decider: Decider | None = None

    def __post_init__(self) -> None:
        if self.decider is None and any(rule.asked for rule in (*self.rules.rules, self.rules.unlisted) if rule):
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

    def refusal(self, rule: Rule | None, token: Token, context: Mapping[str, Any]) -> Refused | None:
        """Why not; None when it may. No rule is nobody's."""
        if rule is None:
            return Refused("access_denied", _DESCRIPTION, 403, reason="no_rule")
        try:
            rule.requirement.check(token, self.verifier.clock())
        except Refused as refused:
            return refused
        return self._decided(rule.asked, token, context) if rule.asked else None

    def _decided(self, asked: Asked, token: Token, context: Mapping[str, Any]) -> Refused | None:
        """`context`: what is known of this very request; the time always is."""
        time = datetime.fromtimestamp(self.verifier.clock(), UTC).isoformat()
        resource = Resource(asked.resource_type, asked.resource_id, asked.properties)
        question = Question(Subject.of(token.claims), Action(asked.action), resource, {**context, "time": time})
        decision = self.decider.decide(question) if self.decider else None
        return None if decision and decision.allowed is True else Refused("access_denied", _DESCRIPTION, 403, reason="decision")
