"""The authorizer decides by stored roles and by published policies. It reads their items directly and caches them for one minute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from idp.adapters.aws_client import Limits
from idp.adapters.dynamodb_reader import Reader, plain
from idp.domain.access.roles import Role
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.services.authorizer.stored_decisions import stored_decider
from idp.verify.decisions import Action, Question, Resource, Subject
from idp.verify.refused import Refused
from tests.engines.lossy_proxy import LossyProxy
from tests.support.deployment import Deployment

PATIENT = Limits(connect=1.0, read=5.0, attempts=2, patience=10.0)
SCHEMA = "entity User { id: String }; entity Order; action read appliesTo { principal: User, resource: Order };"


@pytest.fixture
def lossy(quick_endpoint: str) -> Iterator[LossyProxy]:
    """Yield a proxy between the authorizer and its tables."""
    with LossyProxy(quick_endpoint) as proxy:
        yield proxy


@pytest.fixture
def reader(fresh: Deployment, lossy: LossyProxy) -> Reader:
    return Reader(fresh.services.settings.table_prefix, region="us-east-1", endpoint=lossy.url, limits=PATIENT)


def asked(action: str = "read", **claims: Any) -> Question:
    return Question(Subject.of({"sub": "ada", "client_id": "shop", **claims}), Action(action), Resource("order", "7"), {})


def test_permissions_of_roles(fresh: Deployment, reader: Reader, lossy: LossyProxy) -> None:
    """The authorizer sends one Query a minute. An admin's change has effect within a minute."""
    roles = fresh.services.roles
    assert roles.create(Role("clerk", "id-1", permissions=("order:read",)))
    decider = stored_decider(["roles"], reader, fresh.clock)
    clerk = asked(roles=["clerk"])
    lossy.take()
    assert [decider.decide(clerk).allowed for _ in range(3)] == [True] * 3
    assert dict(lossy.take()) == {"Query": 1}
    assert not decider.decide(asked(roles=["other"])).allowed
    assert not decider.decide(asked("write", roles=["clerk"])).allowed
    held = roles.role("clerk")
    assert held is not None
    assert roles.delete(held)
    fresh.clock.advance(60)
    assert not decider.decide(clerk).allowed


def test_without_the_store_there_is_no_decision(fresh: Deployment, reader: Reader, lossy: LossyProxy) -> None:
    """The authorizer neither allows nor denies: it raises Refused with 503 (RFC 9110 §15.6.4)."""
    decider = stored_decider(["roles"], reader, fresh.clock)
    lossy.refuse("Query")
    with pytest.raises(Refused) as refused:
        decider.decide(asked(roles=["clerk"]))
    assert refused.value.status == 503


def test_policies_in_force(fresh: Deployment, reader: Reader, lossy: LossyProxy) -> None:
    """The pointer and the version are two reads. An unchanged version takes one read, and within the minute there is no read."""
    service = fresh.services.policy_service
    decider = stored_decider(["policies"], reader, fresh.clock)
    with pytest.raises(Refused):  # no policy is published
        decider.decide(asked())

    def publish(policies: str) -> None:
        saved = service.create(policies=policies, schema=SCHEMA, by=SYSTEM, scope=DEPLOYMENT)
        service.publish(saved.number, by=SYSTEM, scope=DEPLOYMENT)

    publish("permit(principal, action, resource);")
    fresh.clock.advance(60)
    lossy.take()
    assert [decider.decide(asked()).allowed for _ in range(3)] == [True] * 3
    assert dict(lossy.take()) == {"BatchGetItem": 2}
    fresh.clock.advance(60)
    assert decider.decide(asked()).allowed
    assert dict(lossy.take()) == {"BatchGetItem": 1}
    publish('forbid(principal == User::"ada", action, resource); permit(principal, action, resource);')
    assert decider.decide(asked()).allowed, "for a minute at most"
    fresh.clock.advance(60)
    assert not decider.decide(asked()).allowed


def test_a_no_of_either_overrides(fresh: Deployment, reader: Reader) -> None:
    service = fresh.services.policy_service
    saved = service.create(policies="forbid(principal, action, resource);", schema=SCHEMA, by=SYSTEM, scope=DEPLOYMENT)
    service.publish(saved.number, by=SYSTEM, scope=DEPLOYMENT)
    assert fresh.services.roles.create(Role("clerk", "id-1", permissions=("order:read",)))
    assert stored_decider(["roles"], reader, fresh.clock).decide(asked(roles=["clerk"])).allowed
    assert not stored_decider(["roles", "policies"], reader, fresh.clock).decide(asked(roles=["clerk"])).allowed


def test_values_as_python_has_them() -> None:
    """All attribute types of DynamoDB are converted to Python values."""
    raw: dict[str, dict[str, Any]] = {
        "s": {"S": "x"}, "n": {"N": "-7"}, "f": {"N": "1.5"}, "e": {"N": "1E3"}, "t": {"BOOL": True}, "o": {"NULL": True}, "b": {"B": b"x"},
        "l": {"L": [{"S": "a"}, {"N": "1"}]}, "m": {"M": {"a": {"SS": ["b"]}}}, "ns": {"NS": ["1", "2"]},
    }  # fmt: skip
    expected = {
        "s": "x", "n": -7, "f": 1.5, "e": 1000.0, "t": True, "o": None, "b": b"x", "l": ["a", 1], "m": {"a": frozenset({"b"})},
        "ns": frozenset({1, 2}),
    }  # fmt: skip
    assert plain(raw) == expected
