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

    from idp.oauth.resources.authzen_caller import Asker
    from idp.verify.decisions import Decision, Question

MOST = 100
"""The most questions of one request."""
_SEMANTICS = {"execute_all": None, "deny_on_first_deny": False, "permit_on_first_permit": True}
"""By semantic, the decision that ends the evaluation (section 7.1.2.1)."""


def evaluation(request: Request) -> Response:
    """Decide about one question (AuthZEN 1.0 section 6)."""
    point = _asker(request)
    return _one(request, point, _body(request))


def evaluations(request: Request) -> Response:
    """Decide about several questions in their order. Without any it is the same as `evaluation` (section 7.1)."""
    point, body = _asker(request), _body(request)
    told = body.get("evaluations", [])
    if not isinstance(told, list) or len(told) > MOST:
        raise Invalid("authzen.too_many", maximum=MOST)
    if not told:
        return _one(request, point, body)
    last, known = _last(body.get("options")), defaults(body)
    asked = [_attempt(each, known) for each in told]
    questions = [each for each in asked if not isinstance(each, Malformed)]
    deciding = services(request).access_decisions.evaluate(questions, look_up=point.may_look_up, scope=DEPLOYMENT)
    answers = list(_until(last, (_failed(each) if isinstance(each, Malformed) else _answered(deciding.decide(each)) for each in asked)))
    record.note_decision(f"allowed {sum(each['decision'] for each in answers)} of {len(answers)}")
    return JSONResponse({"evaluations": answers})


def _asker(request: Request) -> Asker:
    """The caller, authenticated. Call it once in a request, because a DPoP proof is used once."""
    point = authenticate(services(request).provider, authorization(request), caller(request))
    record.client(point.client_id)
    return point


def _one(request: Request, point: Asker, body: dict[str, Any]) -> Response:
    asked = _asked(body)
    decided = services(request).access_decisions.evaluate([asked], look_up=point.may_look_up, scope=DEPLOYMENT).decide(asked)
    record.note_decision(f"{'allowed' if decided.allowed else 'denied'} by {decided.by or 'nothing'}")
    return JSONResponse(_answered(decided))


def _answered(decided: Decision) -> dict[str, Any]:
    record.count("AccessDecisions", Outcome="allow" if decided.allowed else "error" if decided.by == ERROR else "deny")
    return answer(decided)


def _until(last: bool | None, answers: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:  # noqa: FBT001 – a decision is one
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
    told = parse(request.scope["idp.body"])
    if not isinstance(told, dict):
        raise Invalid("request.not_object")
    return told


def _asked(body: dict[str, Any]) -> Question:
    try:
        return question(body)
    except Malformed as problem:
        raise Invalid("policies.not_question", problem=str(problem)) from None


def _attempt(told: Any, known: dict[str, Any]) -> Question | Malformed:
    try:
        return question(told, known)
    except Malformed as problem:
        return problem


def _failed(problem: Malformed) -> dict[str, Any]:
    """The answer to a malformed question: the error is in its context, and "decisions default to closed" (AuthZEN 1.0 section 7.2.1)."""
    return {"decision": False, "context": {"error": {"status": 400, "message": str(problem)}}}


def _last(options: Any) -> bool | None:
    """The decision after which nothing more is evaluated: `evaluations_semantic` (section 7.1.2.1). None to evaluate all."""
    if options is not None and not isinstance(options, dict):
        raise Invalid("authzen.options_malformed")
    wanted = (options or {}).get("evaluations_semantic", "execute_all")
    if not isinstance(wanted, str) or wanted not in _SEMANTICS:
        raise Invalid("authzen.semantic_unknown", values=", ".join(_SEMANTICS))
    return _SEMANTICS[wanted]
