"""Faults on the way from an upstream: crashes, lost replies, throttling, requests that arrive twice (threats FI-1 to FI-4, FI-10).

After each fault no subject has two accounts, no link is without its account, an attempt counts once, and another try succeeds.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.engines.lossy_proxy import FOREVER, LossyProxy
from tests.integration.account import upstream_flows
from tests.integration.account.conftest import _world
from tests.integration.account.saml_visits import with_saml
from tests.integration.account.upstream_flows import ALL, Try
from tests.integration.account.upstreams import connection, with_connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.settings import Settings
    from tests.support.world import World

MOST = 40
"""More calls than any of these requests makes."""
every_flow = pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.__name__)


@pytest.fixture(scope="module")
def proxy(quick_endpoint: str) -> Iterator[LossyProxy]:
    with LossyProxy(quick_endpoint) as running:
        yield running


@pytest.fixture
def prepare(deployment: Settings, proxy: LossyProxy, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[World], Try]], Try]:
    """A function that makes a try of a flow, in one deployment of the test, whose faults are healed."""
    alone = _world(replace(deployment, table_prefix=f"t{uuid4().hex[:12]}"), proxy.url, set(), monkeypatch)
    worlds: dict[bool, World] = {}

    def made(flow: Callable[[World], Try]) -> Try:
        proxy.heal()
        is_saml = flow is upstream_flows.saml
        if is_saml not in worlds:
            silent = connection("silent", email_trust="domains", domains=("example.com",), link_verified=True)
            worlds[is_saml] = with_saml(alone) if is_saml else with_connections(alone, connection(), silent)
        return flow(worlds[is_saml])

    return made


def whole(world: World) -> None:
    """Each link has its finder, its account, and no other account; each account has its address; each session has its account."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in ("directory", "state"):
        for item in world.services.database.scan(table):
            found.setdefault(item["kind"]["S"], []).append(item)
    users = {item["user_id"]["S"]: item["email"]["S"] for item in found.get("user", [])}
    links = {(item["sk"]["S"].rpartition("#")[2], item["user_id"]["S"]) for item in found.get("issuer_link", [])}
    finders = {(item["pk"]["S"].rpartition("#")[2], item["user_id"]["S"]) for item in found.get("issuer_subject", [])}
    assert links == finders
    assert {user for _, user in links} <= set(users)
    subjects = [(item["issuer"]["S"], item["subject"]["S"]) for item in found.get("issuer_link", [])]
    assert len(subjects) == len(set(subjects)), "two accounts of one subject"
    assert {item["pk"]["S"].removeprefix("EMAIL#"): item["user_id"]["S"] for item in found.get("email", [])} == {
        email: user for user, email in users.items()
    }
    assert {item["user_id"]["S"] for item in found.get("session", [])} <= set(users)


@every_flow
def test_a_crash_before_any_call_leaves_nothing_half_done(
    prepare: Callable[[Callable[[World], Try]], Try], proxy: LossyProxy, flow: Callable[[World], Try]
) -> None:
    """FI-4: a function ends before its nth call, for each n. The person is told to try again, and the next try succeeds."""
    for n in range(1, MOST):
        one = prepare(flow)
        crash = proxy.refuse(nth=n)
        page = one.act()
        proxy.heal()
        if not crash.hits:
            assert one.done(), page
            return
        whole(one.world)
        one.again()
        assert one.done(), f"after a crash before call {n}: {page}"
        whole(one.world)
    raise AssertionError("too many calls")


@every_flow
def test_a_reply_that_is_lost_changes_nothing(
    prepare: Callable[[Callable[[World], Try]], Try], proxy: LossyProxy, flow: Callable[[World], Try]
) -> None:
    """FI-3: the SDK repeats the call, and it recognises its own write: no second account, and no refusal of a used attempt."""
    for n in range(1, MOST):
        one = prepare(flow)
        lost = proxy.drop_reply(nth=n)
        page = one.act()
        proxy.heal()
        assert page.redirected_to or page.status == 200, f"call {n}: {page}"
        assert one.done(), f"call {n}: {page}"
        whole(one.world)
        if not lost.hits:
            return
    raise AssertionError("too many calls")


@every_flow
@pytest.mark.parametrize("error", ["ProvisionedThroughputExceededException", "TransactionCanceledException", "InternalServerError"])
def test_an_error_that_passes_changes_nothing(
    prepare: Callable[[Callable[[World], Try]], Try], proxy: LossyProxy, flow: Callable[[World], Try], error: str
) -> None:
    """FI-1, FI-2: one throttled call, or one transaction that met another one."""
    for n in range(1, MOST):
        one = prepare(flow)
        fault = proxy.fail("TransactWriteItems" if error.startswith("Transaction") else None, error, nth=n)
        page = one.act()
        proxy.heal()
        assert page.redirected_to or page.status == 200, f"call {n}: {page}"
        assert one.done(), f"call {n}: {page}"
        if not fault.hits:
            return
    raise AssertionError("too many calls")


@every_flow
def test_a_store_that_throttles_all_the_time_is_503_and_then_another_try_succeeds(
    prepare: Callable[[Callable[[World], Try]], Try], proxy: LossyProxy, flow: Callable[[World], Try]
) -> None:
    """FI-1: from the nth call on. Neither 500 nor a refusal as if the answer were used or wrong; the person may come again."""
    for n in range(1, MOST):
        one = prepare(flow)
        fault = proxy.fail(error="ThrottlingException", nth=n, times=FOREVER)
        page = one.act()
        proxy.heal()
        if not fault.hits:
            return
        assert page.redirected_to or page.status in {200, 503}, f"call {n}: {page}"
        if page.status == 503:
            assert page.response.headers["retry-after"]
        whole(one.world)
        one.again()
        assert one.done(), f"after call {n}"
    raise AssertionError("too many calls")


@every_flow
def test_a_request_that_arrives_twice_has_one_effect(
    prepare: Callable[[Callable[[World], Try]], Try], flow: Callable[[World], Try]
) -> None:
    """FI-10: in turn and at once."""
    one = prepare(flow)
    one.act()
    assert one.done()
    again = one.repeat()
    assert again.status < 500
    assert one.done()
    whole(one.world)
    two = prepare(flow)
    barrier, pages = Barrier(2), []

    def send() -> None:
        barrier.wait(10)
        pages.append(two.act())

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(page.status in {200, 303, 400, 403, 404, 409, 422, 503} for page in pages), pages
    whole(two.world)
    two.again()
    assert two.done()
    whole(two.world)
