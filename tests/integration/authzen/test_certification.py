"""The fixture and the decisions of AuthZEN's certification scenario (Basic and Batch with properties, Discovery), as policies here."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.authzen.conftest import Make, Point

SCHEMA = """
entity User { id: String, role?: String };
entity Record { status?: String };
type Around = { action?: { soft?: Bool } };
action read, write, "delete" appliesTo { principal: User, resource: Record, context: Around };
"""
POLICIES = """
@id("readers") permit(principal, action == Action::"read", resource);
@id("alice-writes") permit(principal == User::"alice", action == Action::"write", resource);
@id("archived") forbid(principal, action == Action::"write", resource)
when { resource has status && resource.status == "archived" } unless { principal has role && principal.role == "admin" };
@id("admins") permit(principal, action == Action::"write", resource)
when { principal has role && principal.role == "admin" && resource has status && resource.status == "archived" };
@id("soft") permit(principal == User::"alice", action == Action::"delete", resource)
when { context has action && context.action has soft && context.action.soft };
"""
ARCHIVED = {"type": "record", "id": "record-2", "properties": {"status": "archived"}}
RECORD = {"type": "record", "id": "record-1"}
ADMIN = {"type": "user", "id": "bob", "properties": {"role": "admin"}}
SITUATIONS: tuple[tuple[dict[str, Any], dict[str, Any], dict[str, Any], bool], ...] = (
    ({"type": "user", "id": "alice"}, {"name": "read"}, RECORD, True),
    ({"type": "user", "id": "alice"}, {"name": "write"}, RECORD, True),
    ({"type": "user", "id": "bob"}, {"name": "read"}, RECORD, True),
    ({"type": "user", "id": "bob"}, {"name": "write"}, RECORD, False),
    ({"type": "user", "id": "alice"}, {"name": "write"}, ARCHIVED, False),
    (ADMIN, {"name": "write"}, ARCHIVED, True),
    ({"type": "user", "id": "alice"}, {"name": "delete", "properties": {"soft": True}}, RECORD, True),
    ({"type": "user", "id": "alice"}, {"name": "delete", "properties": {"soft": False}}, RECORD, False),
)


@pytest.fixture(scope="module")
def certified(make_point: Make) -> Point:
    """A decision point with the fixture's policies."""
    made = make_point()
    made.publish(policies=POLICIES, schema=SCHEMA)
    return made


@pytest.mark.parametrize("context", [None, {}, {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}])
def test_the_fixtures_decisions(certified: Point, context: dict[str, Any] | None) -> None:
    """All eight, whatever the context; the same again, and in one request."""
    more = {} if context is None else {"context": context}
    asked = [{"subject": s, "action": a, "resource": r, **more} for s, a, r, _ in SITUATIONS]
    expected = [allowed for *_, allowed in SITUATIONS]
    assert [certified.ask("evaluation", each).json()["decision"] for each in asked * 2] == expected * 2
    told = certified.ask("evaluations", {"evaluations": asked}).json()["evaluations"]
    assert [each["decision"] for each in told] == expected


def test_metadata_names_the_issuer_and_no_search(certified: Point) -> None:
    """Section 9: without search, which is told by its absence; the identifier is the issuer."""
    told = certified.http.get("/.well-known/authzen-configuration")
    assert (told.status_code, told.headers["content-type"]) == (200, "application/json")
    assert told.json() == {
        "policy_decision_point": "https://idp.example",
        "access_evaluation_endpoint": "https://idp.example/access/v1/evaluation",
        "access_evaluations_endpoint": "https://idp.example/access/v1/evaluations",
    }
    resource = certified.http.get("/.well-known/oauth-protected-resource/access/v1").json()
    assert (resource["resource"], resource["scopes_supported"]) == (
        "https://idp.example/access/v1", ["access:evaluate", "access:subjects"]
    )  # fmt: skip
