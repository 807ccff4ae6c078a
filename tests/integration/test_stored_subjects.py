"""An authorizer looks up roles, groups and attributes: the stored values count at the next request, whatever the token says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from idp.adapters.dynamodb_reader import Reader
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.authorizer.stored_decisions import stored_decider
from idp.services.authorizer.stored_subjects import StoredSubjects
from idp.verify.gateway.authorizer import Authorizer, AuthorizerError
from idp.verify.gateway.rules import load
from tests.engines.lossy_proxy import LossyProxy
from tests.integration.authorizers import EAGER, Publisher
from tests.verify import events
from tests.verify.issuer import Issuer
from tests.verify.places import Request, Setting

RULES = {"rules": [
    {"id": "finance", "effect": "allow", "actions": ["audit"], "when": {"all": [
        {"equals": [{"get": "subject.properties.department"}, "finance"]}, {"contains": [{"get": "subject.properties.amr"}, "otp"]},
    ]}},
    {"id": "no-guests", "effect": "deny", "when": {"contains": [{"get": "subject.properties.groups"}, "guests"]}},
]}  # fmt: skip
ASKS = {name: {"action": name, "resource": {"type": "document", "id": "d-1"}} for name in ("read", "audit")}
DOCUMENT = json.dumps({"routes": {f"GET /{name}": {"decision": asked} for name, asked in ASKS.items()}})
CLAIMED = {"roles": ["reader"], "groups": [], "permissions": ["document:read"], "department": "finance", "amr": ["pwd", "otp"]}
Ask = Callable[..., bool]


@pytest.fixture
def deployment(lossy_quick: LossyProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A deployment with a role and published rules, behind a proxy whose failures the test controls."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", lossy_quick.url)
    made = Publisher(lossy_quick, tmp_path)
    services = made.world.services
    services.role_service.create("reader", permissions=["document:read"], scope=DEPLOYMENT)
    number = services.policy_service.create(policies="", schema="", rules=RULES, by=made.world.by, scope=DEPLOYMENT).number
    services.policy_service.publish(number, by=made.world.by, scope=DEPLOYMENT)
    return made


@pytest.fixture
def ask(deployment: Publisher) -> Ask:
    """Asks whether a subject may act, with a token that claims every role."""
    reader = Reader(deployment.world.settings.table_prefix, region="us-east-1", endpoint=deployment.proxy.url, limits=EAGER)
    issuer, clock = Issuer(), deployment.clock
    setting = Setting(issuer)
    gate = Authorizer(
        setting.verifier(), load(DOCUMENT), decider=stored_decider(["roles", "policies"], reader, clock),
        subjects=StoredSubjects(reader, clock), log=setting.log,
    )  # fmt: skip

    def asked(action: str, **claims: Any) -> bool:
        token = issuer.token(issuer.claims(**{**CLAIMED, **claims}))
        event = events.rest(Request(f"Bearer {token}", path=f"/{action}"))
        return events.permits(gate(event), event)

    return asked


def test_a_token_that_claims_everything_has_what_is_stored(deployment: Publisher, ask: Ask) -> None:
    """Roles and attributes are those stored at the time of the request. Only the authentication method comes from the token."""
    service = deployment.world.services.user_service
    person = deployment.world.user().id
    assert not ask("read", sub=person)
    assert not ask("audit", sub=person)
    service.patch(person, {"roles": ["reader"], "attributes": {"department": "finance"}}, scope=DEPLOYMENT)
    assert ask("read", sub=person, roles=..., permissions=...)
    assert ask("audit", sub=person, department=...)
    assert not ask("audit", sub=person, amr=["pwd"])
    service.patch(person, {"attributes": {"department": None}}, scope=DEPLOYMENT)
    assert not ask("audit", sub=person)
    service.patch(person, {"roles": []}, scope=DEPLOYMENT)
    assert not ask("read", sub=person)


def test_by_a_group_and_against_one(deployment: Publisher, ask: Ask) -> None:
    """A group's roles, and a rule about a group that the token does not mention."""
    services, person = deployment.world.services, deployment.world.user().id
    for name, roles in (("staff", ["reader"]), ("guests", [])):
        services.group_service.create(name, roles=roles, scope=DEPLOYMENT)
    services.user_service.patch(person, {"groups": ["staff"]}, scope=DEPLOYMENT)
    assert ask("read", sub=person)
    services.user_service.patch(person, {"groups": ["staff", "guests"]}, scope=DEPLOYMENT)
    assert not ask("read", sub=person)


def test_a_missing_subject_has_no_permission(deployment: Publisher, ask: Ask) -> None:
    """An unknown user, a user's id as an app's, a pairwise subject and a disabled user have none."""
    service, person = deployment.world.services.user_service, deployment.world.user().id
    service.patch(person, {"roles": ["reader"]}, scope=DEPLOYMENT)
    assert ask("read", sub=person)
    for claims in ({"sub": "usr_nobody"}, {"sub": person, "client_id": person}, {"sub": "pairwise#1"}, {"sub": "../" + person}):
        assert not ask("read", **claims), claims
    service.patch(person, {"disabled": True}, scope=DEPLOYMENT)
    assert not ask("read", sub=person)


def test_apps_have_roles_of_their_own(deployment: Publisher, ask: Ask) -> None:
    """A role of the app allows the act. A disabled app is denied."""
    world = deployment.world
    app = world.service_client()
    own = {"sub": app.id, "client_id": app.id, "cst": app.stamp}
    assert not ask("read", **own)
    assert world.call("PATCH", f"/clients/{app.id}", json={"roles": ["reader"]}).status_code == 200
    assert ask("read", **own)
    assert world.call("PATCH", f"/clients/{app.id}", json={"disabled": True}).status_code == 200
    assert not ask("read", **own)


def test_one_read_for_a_request_and_none_without_a_store(deployment: Publisher, ask: Ask) -> None:
    """One read serves all rules. If the store does not answer, the gateway gets an error, which it does not cache."""
    person = deployment.world.user().id
    deployment.world.services.user_service.patch(person, {"roles": ["reader"]}, scope=DEPLOYMENT)
    assert ask("read", sub=person)
    deployment.proxy.take()
    assert ask("read", sub=person)
    assert deployment.proxy.take() == {"BatchGetItem": 1}
    deployment.proxy.refuse()
    with pytest.raises(AuthorizerError, match=r"^Unavailable$"):
        ask("read", sub=person)
    deployment.proxy.heal()
    assert ask("read", sub=person)
