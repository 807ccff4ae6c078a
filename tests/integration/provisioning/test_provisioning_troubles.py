"""Troubles of one target, one person or one worker do not reach the others (docs/provisioning.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.services.provisioning.comparison import THERE
from idp.store import access_keys
from idp.store.provisioning import LEASE

if TYPE_CHECKING:
    from tests.integration.provisioning.conftest import Deployment

ADA, BOB = "ada@example.com", "bob@example.com"


def compare(deployment: Deployment, target_id: str = "app") -> None:
    """Begin the comparison as an admin does."""
    deployment.services.provisioning_target_service.compare(target_id, scope=DEPLOYMENT, by=SYSTEM)


def rename(deployment: Deployment, user_id: str, name: str) -> None:
    """Give the person this name, and tell it."""
    deployment.services.user_service.patch(user_id, {"claims": {"name": name}}, scope=DEPLOYMENT, by=SYSTEM)
    deployment.changed(user_id)


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<html>"), (200, {}, {"totalResults": "1"}), (200, {}, {"totalResults": 1, "Resources": [{"id": 5}]}), (500, {}, {}),
        (404, {}, {}),
    ],
)  # fmt: skip
def test_a_list_that_is_refused_stops_no_other_target_and_not_for_ever(deployment: Deployment, answer: Any) -> None:
    """The target rests, the targets after it get what is due. The page is asked for three times; then this night's comparison ends."""
    deployment.idp.done("groups", "create", "nobody")
    deployment.add("a", people="group", name="nobody")
    deployment.add("b")
    ada = deployment.person(ADA)
    compare(deployment, "a")
    deployment.services.provisioning.queue([("b", ada)], now=deployment.clock())
    deployment.target.faults.append(answer)
    assert deployment.work() == 1
    assert ADA in deployment.target.accounts()
    state = deployment.services.provisioning.state("a")
    assert state.problem.startswith("comparison: ")
    assert state.comparing == {"part": THERE, "start": None, "refused": 1}
    for _ in range(2):
        deployment.target.faults.append(answer)
        deployment.work(later=61)
    assert deployment.services.provisioning.state("a").comparing is None
    assert deployment.target.faults == []
    deployment.services.provisioning_nightly.run()
    deployment.work(later=61)
    after = deployment.services.provisioning.state("a")
    assert (after.problem, after.comparing) == ("", None)


def test_a_person_whose_role_cannot_be_read_stops_no_other_person(deployment: Deployment) -> None:
    """Nothing is decided about this one: no account is made or closed, and it is tried again. The others get theirs."""
    deployment.idp.done("roles", "create", "broken")
    deployment.idp.done("roles", "create", "crm-user")
    deployment.add(people="role", name="crm-user")
    ada, bob = deployment.person(ADA, roles=["broken", "crm-user"]), deployment.person(BOB, roles=["crm-user"])
    key = access_keys.role("broken")
    (whole,) = [raw for raw in deployment.services.database.scan("directory") if raw["pk"]["S"] == key.pk and raw["sk"]["S"] == key.sk]
    deployment.services.database.write_raw("directory", [{name: whole[name] for name in ("pk", "sk", "kind")}])
    deployment.changed(ada)
    deployment.work(later=1)
    deployment.changed(bob)
    assert deployment.work(later=1) == 1
    assert set(deployment.target.accounts()) == {BOB}
    deployment.services.database.write_raw("directory", [whole])
    assert deployment.work(later=61) == 1
    assert set(deployment.target.accounts()) == {ADA, BOB}


def test_a_slow_worker_does_not_have_the_last_word(deployment: Deployment) -> None:
    """Its lease ended during its request, and another worker sent the newer name. The old one arrives last, and is repaired."""
    deployment.add()
    ada = deployment.person(ADA)
    deployment.changed(ada)
    deployment.work()
    inside: list[int] = []

    def overtake(method: str, _: str) -> None:
        if method == "PATCH":
            deployment.target.before = lambda *_: None
            rename(deployment, ada, "New Name")
            inside.append(deployment.work(later=LEASE + 1))

    rename(deployment, ada, "Old Name")
    deployment.target.before = overtake
    outside = deployment.work(later=1)
    assert deployment.target.accounts()[ADA]["displayName"] == "Old Name"
    assert outside == 0
    assert inside
    deployment.work(later=LEASE + 1)
    assert deployment.target.accounts()[ADA]["displayName"] == "New Name"
    assert deployment.services.provisioning.due("app", deployment.clock() + 10**6, limit=10) == []


def test_a_comparison_that_begins_during_the_sending_is_not_lost(deployment: Deployment) -> None:
    """The worker read the state before, and writes it afterwards."""
    deployment.add()
    deployment.changed(deployment.person(ADA))

    def meanwhile(method: str, _: str) -> None:
        if method == "POST":
            deployment.target.before = lambda *_: None
            compare(deployment)

    deployment.target.before = meanwhile
    assert deployment.work() == 1
    assert deployment.services.provisioning.state("app").comparing is not None


def test_an_account_that_was_deleted_at_the_app_is_made_again(deployment: Deployment) -> None:
    """By a change that the app gets, or by hand. The comparison does not find it, as the page of provisioning says."""
    made = deployment.add()
    ada = deployment.person(ADA)
    deployment.changed(ada)
    deployment.work()
    client = deployment.services.provisioning_worker.client(made)
    client.delete(deployment.target.accounts()[ADA]["id"])
    deployment.compare()
    assert ADA not in deployment.target.accounts()
    deployment.services.provisioning_target_service.redeliver("app", [ada], scope=DEPLOYMENT, by=SYSTEM)
    assert deployment.work(later=1) == 1
    client.delete(deployment.target.accounts()[ADA]["id"])
    rename(deployment, ada, "Ada King")
    assert deployment.work(later=1) == 1
    assert deployment.target.accounts()[ADA]["displayName"] == "Ada King"
