"""OPA as the decision point: request and answer go through its REST API in AuthZEN's form."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

from idp.verify.decisions import Decision, Question


class OpaDecider:
    """Asks the rule at `url`, such as http://127.0.0.1:8181/v1/data/documents/decision.

    It raises if OPA does not answer in time, or answers without a decision. `combine` turns that into a denial.
    """

    def __init__(self, url: str, *, seconds: float = 1.0) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("the URL of a rule in OPA's data API is needed")
        self._url, self._seconds = url, seconds

    def decide(self, question: Question, /) -> Decision:
        """Return OPA's answer."""
        body = json.dumps({"input": _told(question)}).encode()
        request = Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310  # checked in the constructor
        with urlopen(request, timeout=self._seconds) as answer:  # noqa: S310  # as above
            result = json.load(answer)["result"]  # no member `result`: the rule does not exist, or is undefined
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
