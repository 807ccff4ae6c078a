"""An authorizer reads stored roles and policies: the table of cases, their maximum age, and refusal when they are too old."""

from __future__ import annotations

from pathlib import Path

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.verify.decisions import Action, Question, Resource, Subject
from idp.verify.refused import Refused
from tests.engines.lossy_proxy import LossyProxy
from tests.integration.authorizers import Publisher
from tests.support.access_cases import CASES, POLICIES, ROLES, RULES, SCHEMA

ASKED = Question(Subject("user", "ada"), Action("read"), Resource("document", "1"))


@pytest.fixture
def deployment(lossy_quick: LossyProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A deployment for one test, behind a proxy that the test can make fail."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", lossy_quick.url)
    return Publisher(lossy_quick, tmp_path)


def test_each_case_of_the_table_has_its_decision(deployment: Publisher) -> None:
    """Roles and policies stored through the admin services give the expected decision in every case, with three calls in total."""
    for role, permissions in ROLES.items():
        deployment.world.services.role_service.create(role, permissions=permissions, scope=DEPLOYMENT)
    service = deployment.world.services.policy_service
    service.publish(
        service.create(policies=POLICIES, schema=SCHEMA, rules=RULES, by=deployment.world.by, scope=DEPLOYMENT).number,
        by=deployment.world.by,
        scope=DEPLOYMENT,
    )
    decider = deployment.decider("roles", "policies")
    deployment.proxy.take()
    for case in CASES:
        answer = decider.decide(case.question)
        assert (answer.allowed, answer.by) == (case.allowed, case.by), case.name
    assert deployment.proxy.take() == {"Query": 1, "BatchGetItem": 2}


def test_before_anything_is_published(deployment: Publisher) -> None:
    """Every request is refused. An unpublished policy set does not count as silence, which a role could overrule."""
    deployment.world.services.role_service.create("reader", permissions=["document:read"], scope=DEPLOYMENT)
    reader = Question(Subject("user", "ada", {"roles": ["reader"]}), Action("read"), Resource("document", "1"))
    with pytest.raises(Refused, match="stored_rules"):
        deployment.decider("roles", "policies").decide(reader)
    assert deployment.decider("roles").decide(reader).allowed


def test_how_old_they_may_be(deployment: Publisher) -> None:
    """A newly published version decides after one minute. An authorizer does not read a version that it already has again."""
    deployment.publish("allow")
    decider = deployment.decider("policies")
    assert decider.decide(ASKED).allowed
    deployment.publish("deny")
    deployment.clock.now += 59
    assert decider.decide(ASKED).allowed
    deployment.clock.now += 1
    assert decider.decide(ASKED).by == "rule:deny"
    deployment.proxy.take()
    deployment.clock.now += 60
    assert decider.decide(ASKED).by == "rule:deny"
    assert deployment.proxy.take() == {"BatchGetItem": 1}
    service = deployment.world.services.policy_service
    service.publish(1, by=deployment.world.by, scope=DEPLOYMENT)
    deployment.clock.now += 60
    assert decider.decide(ASKED).allowed


def test_without_the_store(deployment: Publisher) -> None:
    """Without the store, cached policies decide for five minutes; a new authorizer refuses. Decisions resume with the store."""
    deployment.publish("allow")
    decider = deployment.decider("policies")
    assert decider.decide(ASKED).allowed
    deployment.proxy.refuse()
    deployment.clock.now += 299
    assert decider.decide(ASKED).allowed
    with pytest.raises(Refused):
        deployment.decider("policies").decide(ASKED)
    deployment.clock.now += 1
    with pytest.raises(Refused) as closed:
        decider.decide(ASKED)
    assert closed.value.status == 503
    deployment.proxy.heal()
    deployment.clock.now += 5
    assert decider.decide(ASKED).allowed


def test_a_version_that_is_gone_or_broken(deployment: Publisher) -> None:
    """A broken version decides nothing, and the version before it decides no longer than its maximum age."""
    deployment.publish("allow")
    decider = deployment.decider("policies")
    assert decider.decide(ASKED).allowed
    deployment.publish("deny")
    database = deployment.world.services.database
    (item,) = [raw for raw in database.scan("directory") if raw["sk"] == {"S": "VERSION#00000002"}]
    database.write_raw("directory", [{**item, "rules": {"S": '{"rules": [{"id": "x"}]}'}}])
    with pytest.raises(Refused):
        deployment.decider("policies").decide(ASKED)
    deployment.clock.now += 300
    with pytest.raises(Refused):
        decider.decide(ASKED)
