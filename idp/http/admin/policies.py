"""Stored policies: save a version, read, simulate, publish, roll back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from idp.domain.access import policy_version
from idp.domain.errors import Invalid, NotFound
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas import policies as shapes
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.verify.decisions import Question
from idp.verify.decisions.messages import Malformed
from idp.verify.decisions.messages import question as asked

router = APIRouter(prefix=PREFIX + "/policies", tags=["Policies"], route_class=StrictRoute)


@router.get("", response_model=shapes.PolicyVersionPage, responses=refuses(), **needs("policies:read"))
def list_policy_versions(ctx: Ctx, paged: Paged) -> Response:
    """List the versions, the newest first, without their texts."""
    place, live = ctx.place("policies"), _live(ctx)
    versions, more = ctx.services.policy_service.listing(limit=paged.limit, start=ctx.cursors.open(place, paged.cursor), scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [_summary(version, live) for version in versions], more))


@router.post("", response_model=shapes.PolicyVersion, status_code=201, responses=refuses(422, created=True), **needs("policies:write"))
def create_policy_version(ctx: Ctx, once: OnceOnly, new: shapes.NewPolicyVersion) -> Response:
    """Save policies as a new version if they are valid. It has no effect until it is published."""

    def create() -> Answer:
        made = ctx.services.policy_service.create(
            policies=new.policies, schema=new.schema_, namespace=new.namespace, rules=new.rules, note=new.note, by=ctx.by, scope=ctx.scope
        )
        return answer(_whole(made, None), 201, location=f"{PREFIX}/policies/{made.number}")

    return once.run(create)


@router.get("/live", response_model=shapes.LivePolicies, responses=refuses(404, ok=ETAG), **needs("policies:read"))
def get_live_policies(ctx: Ctx) -> Response:
    """Get the number of the live version."""
    live = ctx.services.policy_service.live(scope=ctx.scope)
    if live is None:
        raise NotFound("policies.none_published")
    return reply(_pointer(live), version=live.revision)


@router.put("/live", response_model=shapes.LivePolicies, responses=refuses(404, 412, 415, ok=ETAG), **needs("policies:write"))
def publish_policies(ctx: Ctx, wanted: shapes.Publish, expected: Expected) -> Response:
    """Make a version live instead of the present one. Publishing an older version is a rollback."""
    live = ctx.services.policy_service.publish(wanted.version, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(_pointer(live), version=live.revision)


@router.post("/simulate", response_model=shapes.SimulationResult, responses=refuses(404, 415), **needs("policies:read"))
def simulate_policies(ctx: Ctx, simulation: shapes.Simulation) -> Response:
    """Simulate a version: what it would decide, and which rules and policies would decide. No stored subjects are used, and nothing
    changes.
    """
    questions = [_question(sent, i) for i, sent in enumerate(simulation.questions)]
    number, decided = ctx.services.access_decisions.simulate(simulation.version, questions, scope=ctx.scope)
    decisions = [
        {
            "decision": each.decision.allowed,
            "reason": each.decision.reason,
            "decided_by": each.decision.by.split(",") if each.decision.by else [],
            "details": list(each.details),
        }
        for each in decided
    ]
    return reply({"version": number, "decisions": decisions})


@router.get("/{number}", response_model=shapes.PolicyVersion, responses=refuses(404), **needs("policies:read"))
def get_policy_version(ctx: Ctx, number: shapes.Number) -> Response:
    """Get one version."""
    return reply(_whole(ctx.services.policy_service.get(number, scope=ctx.scope), _live(ctx)))


def _question(sent: Any, number: int) -> Question:
    try:
        return asked(sent)
    except Malformed as problem:
        raise Invalid("policies.not_question", problem=str(problem), field=f"questions.{number}") from None


def _live(ctx: Ctx) -> int | None:
    live = ctx.services.policy_service.live(scope=ctx.scope)
    return live.number if live else None


def _pointer(live: policy_version.LivePolicies) -> dict[str, Any]:
    return {"version": live.number, "published_at": present.moment(live.published_at), "published_by": live.published_by}


def _summary(it: policy_version.PolicyVersion, live: int | None) -> dict[str, Any]:
    return {
        "version": it.number,
        "status": "live" if it.number == live else "draft",
        "note": it.note,
        "created_at": present.moment(it.created_at),
        "created_by": it.created_by,
    }


def _whole(it: policy_version.PolicyVersion, live: int | None) -> dict[str, Any]:
    return {**_summary(it, live), "policies": it.policies, "schema": it.schema, "namespace": it.namespace, "rules": it.rules}
