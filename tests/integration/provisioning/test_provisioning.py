"""Accounts of people at an app's SCIM endpoint (docs/provisioning.md): what is sent, what is not, and what happens when the app fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from idp.domain.provisioning.schedule import WAITS
from idp.services.audit.recorder import SYSTEM
from idp.store.provisioning import Provisioning
from tests.support.stream_records import a_record

if TYPE_CHECKING:
    from tests.integration.provisioning.conftest import Deployment

ADA = "ada@example.com"


def change(deployment: Deployment, user_id: str, **changes: Any) -> None:
    """Change a person as an admin does, and tell it."""
    deployment.services.user_service.patch(user_id, changes, scope=DEPLOYMENT, by=SYSTEM)
    deployment.changed(user_id)


def test_a_new_person_gets_an_account(deployment: Deployment) -> None:
    """With address, name and our id, after it was looked for. Nothing else of the person leaves."""
    deployment.add()
    ada = deployment.person(ADA, claims={"name": "Ada King", "given_name": "Ada", "birthdate": "1985-12-10"}, attributes={"salary": 1})
    deployment.changed(ada)
    assert deployment.work() == 1
    account = deployment.target.accounts()[ADA]
    assert (account["externalId"], account["active"], account["displayName"]) == (ada, True, "Ada King")
    assert account["name"] == {"formatted": "Ada King", "givenName": "Ada"}
    assert [method for method, _ in deployment.target.asked] == ["GET", "GET", "POST"]
    assert set(account) <= {"schemas", "id", "meta", "externalId", "userName", "displayName", "active", "emails", "name"}


def test_only_what_differs_is_sent(deployment: Deployment) -> None:
    """A change that the app does not see causes no request; a new name causes one PATCH of it, by the id that the app gave."""
    deployment.add()
    ada = deployment.person(ADA, claims={"given_name": "Ada", "family_name": "King"})
    deployment.changed(ada)
    deployment.work()
    deployment.target.asked.clear()
    change(deployment, ada, attributes={"department": "engines"})
    deployment.work()
    assert deployment.target.asked == []
    sent: list[dict[str, Any]] = []
    real = deployment.services.outgoing.send

    def send(*arguments: Any, **options: Any) -> Any:
        sent.append(options)
        return real(*arguments, **options)

    object.__setattr__(deployment.services.outgoing, "send", send)
    change(deployment, ada, claims={"family_name": "Lovelace"})
    deployment.work(later=1)
    assert [each["method"] for each in sent] == ["GET", "PATCH"]
    operations = json.loads(sent[1]["content"])["Operations"]
    assert [each["path"] for each in operations] == ["displayName", "name.familyName", "name.formatted"]
    assert deployment.target.accounts()[ADA]["name"]["familyName"] == "Lovelace"


def test_many_changes_are_one_request(deployment: Deployment) -> None:
    """The same record twice, and ten changes, make one account: the worker sends what the person is now."""
    deployment.add()
    ada = deployment.person(ADA)
    for _ in range(10):
        deployment.changed(ada)
    assert deployment.work() == 10
    assert deployment.target.made() == ["POST"]


@pytest.mark.parametrize("leavers", ["deactivate", "delete"])
def test_a_disabled_person_loses_the_account(deployment: Deployment, leavers: str) -> None:
    """Deactivated, or deleted. Deactivated, nothing but that is sent. Enabled again, the account is there again."""
    deployment.add(leavers=leavers)
    ada = deployment.person(ADA)
    deployment.changed(ada)
    deployment.work()
    change(deployment, ada, disabled=True, claims={"name": "Secret Name"})
    deployment.work(later=1)
    accounts = deployment.target.accounts()
    if leavers == "deactivate":
        assert (accounts[ADA]["active"], accounts[ADA]["displayName"]) == (False, ADA)
    else:
        assert accounts == {}
    change(deployment, ada, disabled=False)
    deployment.work(later=1)
    assert deployment.target.accounts()[ADA]["active"] is True


def test_the_account_of_an_erased_person_is_deleted(deployment: Deployment) -> None:
    """Also where leavers are only deactivated, and nothing is left here."""
    deployment.add()
    ada = deployment.person(ADA)
    deployment.changed(ada)
    deployment.work()
    deployment.idp.done("users", "delete", ada, "--yes")
    deployment.changed(ada)
    deployment.work(later=1)
    assert deployment.target.accounts() == {}
    assert not [raw for raw in deployment.services.database.scan("state") if raw["kind"]["S"] in {"provisioned", "provision_due"}]


def test_only_the_people_of_the_target_are_sent(deployment: Deployment) -> None:
    """By a role, also by one of a group. Of others the app gets nothing, also if it claims to have them."""
    deployment.idp.done("roles", "create", "crm-user")
    deployment.idp.done("groups", "create", "sales", "--role", "crm-user")
    deployment.add(people="role", name="crm-user")
    ada, bob = deployment.person(ADA, groups=["sales"]), deployment.person("bob@example.com", claims={"name": "Bob Secret"})
    deployment.changed(ada, bob)
    deployment.work()
    assert set(deployment.target.accounts()) == {ADA}
    claimed = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "x", "externalId": bob, "active": True}
    deployment.services.provisioning_worker.client(deployment.services.provisioning_targets.all()[0]).create(claimed)
    deployment.compare()
    assert "Bob Secret" not in json.dumps(deployment.target.accounts())
    assert "bob@example.com" not in json.dumps(deployment.target.accounts())
    change(deployment, ada, groups=[])
    deployment.work(later=1)
    assert deployment.target.accounts()[ADA]["active"] is False


def test_an_account_that_is_there_is_taken_not_made(deployment: Deployment) -> None:
    """By the address, if it has no `externalId`: it gets ours. An account of somebody else is not touched (a failure in the end)."""
    made = deployment.add()
    client = deployment.services.provisioning_worker.client(made)
    user = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "active": True}
    client.create({**user, "userName": "Ada@Example.com"})
    client.create({**user, "userName": "bob@example.com", "externalId": "somebody-else"})
    ada, bob = deployment.person(ADA), deployment.person("bob@example.com")
    deployment.changed(ada, bob)
    assert deployment.work() == 1
    assert deployment.target.accounts()[ADA]["externalId"] == ada
    assert deployment.target.accounts()["bob@example.com"]["externalId"] == "somebody-else"


def test_a_conflict_finds_the_account_that_was_made_meanwhile(deployment: Deployment) -> None:
    """409 at the creation is no failure for ever: the account is looked for again."""
    made = deployment.add()
    client = deployment.services.provisioning_worker.client(made)
    ada = deployment.person(ADA)

    def race(method: str, _: str) -> None:
        if method == "POST":
            deployment.target.before = lambda *_: None
            client.create({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": ADA})

    deployment.target.before = race
    deployment.changed(ada)
    assert deployment.work() == 1
    assert deployment.target.accounts()[ADA]["externalId"] == ada


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ((429, {"Retry-After": "120"}, {}), 120),
        ((429, {"Retry-After": "99999999"}, {}), 3600),
        ((429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, {}), 60),
        ((503, {}, {}), 60),
        ((401, {}, {"detail": "no"}), 60),
        (None, 60),
    ],
)
def test_a_target_that_cannot_be_used_rests(deployment: Deployment, fault: Any, seconds: int) -> None:
    """As long as it asks for, within bounds, and for all accounts. Then everything is sent, and no attempt was lost."""
    deployment.add()
    people = [deployment.person(f"p{number}@example.com") for number in range(3)]
    deployment.changed(*people)
    deployment.target.faults.append(fault)
    assert deployment.work() == 0
    asked = len(deployment.target.asked)
    assert asked == 1
    assert deployment.work(later=seconds - 1) == 0
    assert len(deployment.target.asked) == asked
    status = deployment.services.provisioning_target_service.status("app", scope=DEPLOYMENT)
    assert status.problem
    assert status.failing_since
    assert deployment.work(later=2) == 3
    assert deployment.services.provisioning_target_service.status("app", scope=DEPLOYMENT).problem == ""


def test_one_refused_account_does_not_stop_the_others_and_becomes_a_failure(deployment: Deployment) -> None:
    """It is tried again after growing waits. After the last one an admin sees it, without personal data, and sends it again."""
    deployment.add()
    ada, bob = deployment.person(ADA), deployment.person("bob@example.com")
    bad = {"schemas": [], "scimType": "invalidValue", "detail": f"{ADA} is bad"}

    def refuse(method: str, _: str) -> None:
        if method == "POST":
            deployment.target.faults.append((400, {}, bad))

    deployment.target.before = refuse
    deployment.changed(ada)
    assert deployment.work() == 0
    deployment.target.before = lambda *_: None
    deployment.changed(bob)
    assert deployment.work() == 1
    deployment.target.before = refuse
    for wait in WAITS:
        assert deployment.work(later=wait - 1) == 0
        before = len(deployment.target.made())
        assert deployment.work(later=1) == 0
        assert len(deployment.target.made()) == before + 1
    service = deployment.services.provisioning_target_service
    (failure,), more = service.failures("app", start=None, limit=10, scope=DEPLOYMENT)
    assert (failure.user_id, failure.problem, more) == (ada, "status 400 invalidValue", None)
    deployment.target.before = lambda *_: None
    assert deployment.work(later=10**6) == 0
    assert service.redeliver("app", [], scope=DEPLOYMENT, by=SYSTEM) == 1
    assert deployment.work(later=1) == 1
    assert ADA in deployment.target.accounts()
    assert service.failures("app", start=None, limit=10, scope=DEPLOYMENT) == ([], None)


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[]", b'{"id": 5}', b'{"id": ""}', b"[" * 100_000, b'{"Resources": {}, "totalResults": "1"}']
)
def test_garbage_is_a_refusal_of_this_account(deployment: Deployment, answer: bytes) -> None:
    """No answer is trusted, and none ends the run."""
    deployment.add()
    ada, bob = deployment.person(ADA), deployment.person("bob@example.com")
    deployment.changed(ada)
    deployment.changed(bob)
    deployment.target.faults.append((200, {}, answer))
    assert deployment.work() == 1


def test_a_filter_that_the_target_ignores_finds_no_other_account(deployment: Deployment) -> None:
    """It answers with everybody; the accounts are compared here. Two with one address are refused."""
    deployment.add()
    ada = deployment.person(ADA)
    other = {"id": "1", "userName": "eve@example.com", "externalId": "e"}
    deployment.target.faults += [(200, {}, {"totalResults": 1, "Resources": [other]})] * 2
    deployment.changed(ada)
    assert deployment.work() == 1
    assert ADA in deployment.target.accounts()
    bob = deployment.person("bob@example.com")
    same = [{"id": str(number), "userName": "bob@example.com"} for number in range(2)]
    deployment.target.faults += [(200, {}, {"totalResults": 0}), (200, {}, {"totalResults": 2, "Resources": same})]
    deployment.changed(bob)
    assert deployment.work(later=1) == 0


def test_errors_of_the_server_one_after_another_let_it_rest(deployment: Deployment) -> None:
    """Three accounts with 500 are a fault of the target: the fourth is not tried."""
    deployment.add()
    people = [deployment.person(f"p{number}@example.com") for number in range(6)]
    deployment.changed(*people)
    deployment.target.faults += [(500, {}, {})] * 100
    deployment.work()
    assert len(deployment.target.asked) == 3
    deployment.target.faults.clear()
    assert sum(deployment.work(later=61) for _ in range(3)) == 6


def test_a_paused_target_gets_nothing_and_loses_nothing(deployment: Deployment) -> None:
    """The changes wait."""
    deployment.add(paused=True)
    ada = deployment.person(ADA)
    deployment.changed(ada)
    assert deployment.work() == 0
    deployment.services.provisioning_target_service.patch("app", {"paused": False}, scope=DEPLOYMENT, by=SYSTEM)
    assert deployment.work() == 1


def test_two_workers_never_send_one_account_at_once(deployment: Deployment) -> None:
    """The second one leaves it to the first, and no account is made twice."""
    deployment.add()
    ada = deployment.person(ADA)
    deployment.changed(ada)
    inside: list[int] = []

    def second(method: str, _: str) -> None:
        if method == "POST":
            deployment.target.before = lambda *_: None
            inside.append(deployment.work())

    deployment.target.before = second
    assert deployment.work() == 1
    assert inside == [0]
    assert deployment.target.made() == ["POST"]


def test_a_change_during_the_sending_is_not_lost(deployment: Deployment) -> None:
    """The new record is due of its own."""
    deployment.add()
    ada = deployment.person(ADA)
    deployment.changed(ada)

    def meanwhile(method: str, _: str) -> None:
        if method == "POST":
            deployment.target.before = lambda *_: None
            change(deployment, ada, claims={"name": "New Name"})

    deployment.target.before = meanwhile
    deployment.work()
    deployment.work()
    assert deployment.target.accounts()[ADA]["displayName"] == "New Name"


def test_the_nightly_comparison_repairs_what_no_change_told(deployment: Deployment) -> None:
    """A person without a record, an account that was changed at the app, a person who was erased, a role that is gone."""
    deployment.add()
    ada, bob = deployment.person(ADA), deployment.person("bob@example.com")
    deployment.changed(bob)
    deployment.work()
    client = deployment.services.provisioning_worker.client(deployment.services.provisioning_targets.all()[0])
    theirs = deployment.target.accounts()["bob@example.com"]
    client.patch(theirs["id"], [{"op": "replace", "path": "displayName", "value": "Changed there"}])
    foreign = client.create({"schemas": theirs["schemas"], "userName": "local@app.example"})
    deployment.compare()
    accounts = deployment.target.accounts()
    assert accounts[ADA]["externalId"] == ada
    assert accounts["bob@example.com"]["displayName"] == "bob@example.com"
    assert foreign
    assert (accounts["local@app.example"]["meta"]["version"], "externalId" in accounts["local@app.example"]) == (
        foreign["meta"]["version"], False,
    )  # fmt: skip
    deployment.idp.done("users", "delete", bob, "--yes")
    deployment.compare()
    assert "bob@example.com" not in deployment.target.accounts()


def test_what_is_left_of_a_removed_target_goes(deployment: Deployment) -> None:
    """The accounts at the app stay; ids of people here do not."""
    made = deployment.add()
    deployment.changed(deployment.person(ADA), deployment.person("bob@example.com"))
    deployment.work()
    deployment.services.provisioning_target_service.delete("app", scope=DEPLOYMENT, by=SYSTEM, expected=[made.version])
    deployment.services.provisioning_nightly.run()
    assert set(deployment.target.accounts()) >= {ADA}
    assert not [raw for raw in deployment.services.database.scan("state") if raw["kind"]["S"].startswith("provision")]


def test_the_token_is_nowhere_in_clear_and_goes_to_no_other_address(deployment: Deployment) -> None:
    """Not in items, events or the answers of the service. Another address without the token is refused, also if an item is altered."""
    from dataclasses import replace

    from idp.domain.errors import Invalid

    made = deployment.add()
    everywhere = json.dumps([list(deployment.services.database.scan(table)) for table in ("directory", "state")]) + repr(made)
    assert deployment.target.token not in everywhere
    service = deployment.services.provisioning_target_service
    with pytest.raises(Invalid):
        service.patch("app", {"base_url": "https://localhost:1/other"}, scope=DEPLOYMENT, by=SYSTEM)
    altered = replace(made, base_url=deployment.target.base_url + "/other")
    assert deployment.services.provisioning_targets.replace(altered)
    deployment.changed(deployment.person(ADA))
    assert deployment.work() == 0
    assert deployment.target.asked == []


@pytest.mark.parametrize(
    "given",
    [
        {"base_url": "http://app.example/scim"}, {"base_url": "https://127.0.0.1/scim"}, {"base_url": "https://app.example/scim?x=1"},
        {"base_url": "https://user:pass@app.example/"}, {"base_url": "https://app.example:8443/"}, {"token": ""}, {"token": "short"},
        {"token": "with a space and\r\nmore"}, {"people": "nobody"}, {"people": "group"}, {"people": "role", "name": "Not A Name"},
        {"name": "sales"}, {"leavers": "keep"},
    ],
)  # fmt: skip
def test_a_wrong_target_is_refused(deployment: Deployment, given: dict[str, Any]) -> None:
    """Nothing is stored."""
    from idp.domain.errors import Invalid

    with pytest.raises(Invalid):
        deployment.add(**given)
    assert deployment.services.provisioning_targets.all() == []


def test_records_about_no_user_never_stop_the_stream(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile and foreign ones are passed over; if the queue cannot be written, Lambda gives the batch again."""
    deployment.add()
    ada = deployment.person(ADA)
    right = a_record("MODIFY", user_id=ada)
    odd: list[Any] = [
        {},
        {"dynamodb": None},
        {"dynamodb": {"Keys": {"pk": {"S": "USER#x"}, "sk": {"S": "TOTP"}}}},
        {"dynamodb": {"Keys": []}},
        a_record(sk={"S": "TOTP"}),
        a_record(kind={"S": "totp"}),
        a_record(table="keys"),
    ]
    stream = deployment.services.stream
    assert stream.take([*odd, right]) == {"batchItemFailures": []}
    assert len(deployment.services.provisioning.due("app", deployment.clock(), limit=10)) == 1

    def broken(*_: object, **__: object) -> None:
        raise Unavailable(detail="throttled")

    monkeypatch.setattr(Provisioning, "queue", broken)
    assert stream.take([*odd, right]) == {"batchItemFailures": [{"itemIdentifier": right["dynamodb"]["SequenceNumber"]}]}
