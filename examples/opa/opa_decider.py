"""OPA as the decision point: the question goes to its REST API in AuthZEN's words, and its answer comes back in them."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

from idp.verify.decisions import Decision, Question


class OpaDecider:
    """Asks the rule at `url`, such as http://127.0.0.1:8181/v1/data/documents/decision.

    It raises when OPA does not answer in time, or answers with no decision: `combine` makes a no of that.
    """

    def __init__(self, url: str, *, seconds: float = 1.0) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("the URL of a rule in OPA's data API is needed")
        self._url, self._seconds = url, seconds

    def decide(self, question: Question, /) -> Decision:
        """OPA's answer."""
        body = json.dumps({"input": _told(question)}).encode()
        request = Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310  # checked when this was made
        with urlopen(request, timeout=self._seconds) as answer:  # noqa: S310
            result = json.load(answer)["result"]  # no member `result`: the rule is not there, or undefined
        context = result.get("context", {})
        by = ",".join(context.get("decided_by", []))
        return Decision(allowed=result["decision"] is True, reason=str(context.get("reason", "")), by=by)


def _told(question: Question) -> dict[str, object]:
    subject, action, resource = question.subject, question.action, question.resource
    return {
        "subject": {"type": subject.type, "id": subject.id, "properties": dict(subject.properties)},
        "action": {"name": action.name, "properties": dict(action.properties)},
        "resource": {"type": resource.type, "id": resource.id, "properties": dict(resource.properties)},
        "context": dict(question.context),
    }
