"""Access evaluation of one question or several (AuthZEN 1.0, sections 6, 7 and 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.http.admin.strict_json import parse
from idp.http.request import authorization, caller
from idp.http.services import services
from idp.oauth.resources.authzen_caller import authenticate
from idp.telemetry import record
from idp.verify.decisions.combine import ERROR
from idp.verify.decisions.messages import Malformed, answer, defaults, question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.oauth.resources.authzen_caller import EnforcementPoint
    from idp.verify.decisions import Decision, Question

MAX_QUESTIONS = 100
"""The most questions of one request."""
_SEMANTICS = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}
"""By semantic, the decision that ends the evaluation (section 7.1.2.1)."""


def evaluation(request: Request) -> Response:
    """Decide about one question (AuthZEN 1.0 section 6)."""
    point = _authenticate(request)
    return _evaluate_one(request, point, _body(request))


def evaluations(request: Request) -> Response:
    """Decide about several questions in their order. Without any it is the same as `evaluation` (section 7.1)."""
    point, body = _authenticate(request), _body(request)
    sent = body.get("evaluations", [])
    if not isinstance(sent, list) or len(sent) > MAX_QUESTIONS:
        raise Invalid("authzen.too_many", maximum=MAX_QUESTIONS)
    if not sent:
        return _evaluate_one(request, point, body)
    last, known = _final_decision(body.get("options")), defaults(body)
    asked = [_question_or_problem(each, known) for each in sent]
    questions = [each for each in asked if not isinstance(each, Malformed)]
    deciding = services(request).access_decisions.evaluate(questions, look_up=point.may_look_up, scope=DEPLOYMENT)
    answers = list(
        _until_final(
            (_answer_malformed(each) if isinstance(each, Malformed) else _answer(deciding.decide(each)) for each in asked), last=last
        )
    )
    record.note_decision(f"allowed {sum(each['decision'] for each in answers)} of {len(answers)}")
    return JSONResponse({"evaluations": answers})


def _authenticate(request: Request) -> EnforcementPoint:
    """The caller, authenticated. Call it once in a request, because a DPoP proof is used once."""
    point = authenticate(services(request).provider, authorization(request), caller(request))
    record.client(point.client_id)
    return point


def _evaluate_one(request: Request, point: EnforcementPoint, body: dict[str, Any]) -> Response:
    asked = _read_question(body)
    decided = services(request).access_decisions.evaluate([asked], look_up=point.may_look_up, scope=DEPLOYMENT).decide(asked)
    record.note_decision(f"{'allowed' if decided.allowed else 'denied'} by {decided.by or 'nothing'}")
    return JSONResponse(_answer(decided))


def _answer(decided: Decision) -> dict[str, Any]:
    record.count("AccessDecisions", Outcome="allow" if decided.allowed else "error" if decided.by == ERROR else "deny")
    return answer(decided)


def _until_final(answers: Iterator[dict[str, Any]], *, last: bool | None) -> Iterator[dict[str, Any]]:
    for each in answers:
        yield each
        if each["decision"] is last:
            return


def _body(request: Request) -> dict[str, Any]:
    """The body, a JSON object (AuthZEN 1.0 section 10.1).

    "Requests MUST include a Content-Type header with the value application/json".
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Invalid("request.not_json")
    sent = parse(request.scope["idp.body"])
    if not isinstance(sent, dict):
        raise Invalid("request.not_object")
    return sent


def _read_question(body: dict[str, Any]) -> Question:
    try:
        return question(body)
    except Malformed as problem:
        raise Invalid("policies.not_question", problem=str(problem)) from None


def _question_or_problem(sent: Any, known: dict[str, Any]) -> Question | Malformed:
    try:
        return question(sent, known)
    except Malformed as problem:
        return problem


def _answer_malformed(problem: Malformed) -> dict[str, Any]:
    """The answer to a malformed question: the error is in its context, and "decisions default to closed" (AuthZEN 1.0 section 7.2.1)."""
    return {"decision": False, "context": {"error": {"status": 400, "message": str(problem)}}}


def _final_decision(options: Any) -> bool | None:
    """The decision after which nothing more is evaluated: `evaluations_semantic` (section 7.1.2.1). None to evaluate all."""
    if options is not None and not isinstance(options, dict):
        raise Invalid("authzen.options_malformed")
    wanted = (options or {}).get("evaluations_semantic", "execute_all")
    if not isinstance(wanted, str) or wanted not in _SEMANTICS:
        raise Invalid("authzen.semantic_unknown", values=", ".join(_SEMANTICS))
    return _SEMANTICS[wanted]
