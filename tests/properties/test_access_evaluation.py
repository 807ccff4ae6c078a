"""Access evaluation under any JSON: a decision or a 400, never a 500, and no permission without a rule that allows it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.access.tenancy import DEPLOYMENT
from idp.settings import Settings
from tests.integration.authzen.conftest import Point
from tests.support.access_cases import POLICIES, ROLES, RULES, SCHEMA
from tests.support.admin_calls import ISSUER

BOUNDED = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
NAMES = st.sampled_from(
    [
        "subject",
        "action",
        "resource",
        "context",
        "type",
        "id",
        "name",
        "properties",
        "evaluations",
        "options",
        "evaluations_semantic",
        "roles",
        "groups",
        "permissions",
        "scopes",
        "amr",
        "department",
        "clearance",
        "classification",
        "owner",
        "time",
        "ip_address",
        "parents",
        "user",
        "client",
        "document",
        "invoice",
        "read",
        "write",
        "delete",
        "*",
        "__entity",
        "__extn",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | NAMES
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=3), max_leaves=12
)
PROPERTIES = st.dictionaries(NAMES, JSON, max_size=4)
TYPES = st.sampled_from(["user", "client", "document", "invoice", "User", "robot", "a::b", "in", "ä", "Role"]) | st.text(
    min_size=1, max_size=5
)
IDS = st.text(min_size=1, max_size=10)
QUESTIONS = st.fixed_dictionaries(
    {
        "subject": st.fixed_dictionaries({"type": TYPES, "id": IDS, "properties": PROPERTIES}),
        "action": st.fixed_dictionaries(
            {"name": st.sampled_from(["read", "write", "delete", "print", "*", "a:b"]) | IDS, "properties": PROPERTIES}
        ),
        "resource": st.fixed_dictionaries({"type": TYPES, "id": IDS, "properties": PROPERTIES}),
        "context": PROPERTIES,
    }
)


@pytest.fixture(scope="module")
def point(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Point]:
    """A decision point with the table's roles, rules and policies, and a token for it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        key_file = str(tmp_path_factory.mktemp("fuzz") / "key")
        made = Point(Settings(issuer=ISSUER, table_prefix="t" + uuid.uuid4().hex[:12], key_file=key_file), []).begun()
        for role, permissions in ROLES.items():
            made.services.role_service.create(role, permissions=permissions, scope=DEPLOYMENT)
        made.publish(policies=POLICIES, schema=SCHEMA, rules=RULES)
        made.token_ = made.bearer("access:evaluate", "access:subjects")  # type: ignore[attr-defined]  # of this test alone
        yield made


def told(point: Point, path: str, body: Any) -> Any:
    """The answer's JSON, or None for a 400."""
    answer = point.ask(path, body, authorization=point.token_)  # type: ignore[attr-defined]  # as above
    assert answer.status_code in {200, 400}, (answer.status_code, body)
    return answer.json() if answer.status_code == 200 else None


@BOUNDED
@given(body=JSON)
def test_any_json_gets_no_permission(point: Point, body: Any) -> None:
    """Most of this JSON is no question, and none of it gets a permission."""
    for path in ("evaluation", "evaluations"):
        found = told(point, path, body)
        assert found is None or not any(each["decision"] for each in found.get("evaluations", [found]))


@BOUNDED
@given(asked=QUESTIONS)
def test_any_question_gets_a_decision_with_a_reason(point: Point, asked: dict[str, Any]) -> None:
    """Each decision has a reason. A permission names the decider that allowed it. A user or app that does not exist gets none."""
    found = told(point, "evaluation", asked)
    assert isinstance(found["decision"], bool)
    assert found["context"]["reason"]
    if found["decision"]:
        assert found["context"]["decided_by"]
        assert asked["subject"]["type"] not in {"user", "client"}


@BOUNDED
@given(
    asked=st.lists(QUESTIONS | JSON, min_size=1, max_size=4),
    semantic=st.sampled_from(["execute_all", "deny_on_first_deny", "permit_on_first_permit"]),
)
def test_a_list_gets_a_decision_for_each_question(point: Point, asked: list[Any], semantic: str) -> None:
    """As many decisions as questions, or fewer if one of them ended the evaluation."""
    found = told(point, "evaluations", {"evaluations": asked, "options": {"evaluations_semantic": semantic}})["evaluations"]
    decisions = [each["decision"] for each in found]
    assert len(decisions) == len(asked) or semantic != "execute_all"
    if len(decisions) < len(asked):
        assert decisions[-1] is (semantic == "permit_on_first_permit")
