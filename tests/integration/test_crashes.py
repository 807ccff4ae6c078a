"""A function ends in the middle of its work (threats FI-4), a service does not answer, or an item expires too early.

The crash happens before the nth call of DynamoDB, for each n. Afterwards nothing is half written, and the request can be repeated.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bench.flows import Account, Relying
from idp.cli.leftovers import find_leftovers
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, IdpError, NotFound, Unavailable
from idp.services.keys.keyring import REFRESH, Keyring
from tests.engines.lossy_proxy import LossyProxy
from tests.integration.whole import everything, whole
from tests.support.people import Person
from tests.support.served_provider import ServedProvider, served_provider

APP: dict[str, Any] = {
    "client_name": "Shop",
    "redirect_uris": ["https://shop.example/cb"],
    "scope": "openid email offline_access",
    "first_party": True,
}
SERVICE: dict[str, Any] = {"client_name": "Job", "grant_types": ["client_credentials"], "scope": "jobs:read"}


@pytest.fixture(scope="module")
def proxy(quick_endpoint: str) -> Iterator[LossyProxy]:
    with LossyProxy(quick_endpoint) as running:
        yield running


@pytest.fixture(scope="module")
def idp(proxy: LossyProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider whose DynamoDB can be made unavailable."""
    with served_provider(proxy.url, prefix=f"c{uuid.uuid4().hex[:8]}", folder=tmp_path_factory.mktemp("crashes")) as running:
        yield running


@pytest.fixture(autouse=True)
def healed(proxy: LossyProxy) -> Iterator[None]:
    yield
    proxy.heal()
    proxy.take()


class Visit(Relying):
    """A client that keeps its requests to the token endpoint."""

    def __init__(self, http: httpx.Client, account: Account) -> None:
        super().__init__(http, account)
        self.sent: list[dict[str, str]] = []
        self.discovery()

    def _token(self, client_id: str, client_secret: str, **form: str) -> dict[str, Any]:
        self.sent.append(form)
        return super()._token(client_id, client_secret, **form)

    def post(self, form: dict[str, str]) -> httpx.Response:
        """Send the same request again, or another one."""
        return httpx.post(f"{self.http.base_url}/token", data=form, auth=(self.account.client_id, self.account.client_secret))

    def tokens(self) -> httpx.Response:
        """Refresh with the newest refresh token."""
        return self.post({"grant_type": "refresh_token", "refresh_token": self._refresh_token})


@contextlib.contextmanager
def relying(idp: ServedProvider, person: Person, account: Account | None = None) -> Iterator[Visit]:
    """An app of its own unless one is given, and this person before it."""
    if account is None:
        app, secret = idp.client(**APP)
        service, service_secret = idp.client(**SERVICE)
        account = Account(app.id, secret or "", APP["redirect_uris"][0], service.id, service_secret or "", {})
    with httpx.Client(base_url=idp.issuer) as http:
        yield Visit(http, replace(account, fields={"email": person.email, "password": person.password}))


def crashes(proxy: LossyProxy, work: Callable[[], object], most: int = 40) -> Iterator[BaseException | None]:
    """Run the work with a crash before each call in turn, until it ends without one. Return the result of each run."""
    for n in range(1, most):
        crash, problem = proxy.refuse(nth=n), None
        try:
            work()
        except (AssertionError, IdpError, httpx.HTTPStatusError) as raised:
            problem = raised
        proxy.heal()
        if not crash.hits:
            assert problem is None
            assert n > 1
            return
        yield problem
    raise AssertionError(f"more than {most} calls")


def test_a_login_can_end_anywhere(idp: ServedProvider, proxy: LossyProxy) -> None:
    """FI-4, I8: there is no sign-in without a session and no token without its grant, and the next attempt succeeds."""
    with relying(idp, idp.person()) as visit:
        for problem in crashes(proxy, visit.login):
            assert problem
            whole(idp)
            visit.login()


def test_a_refresh_can_end_anywhere(idp: ServedProvider, proxy: LossyProxy) -> None:
    """FI-4, I8: 503, never invalid_grant; the refresh token that the app still has works afterwards, its family lives."""
    with relying(idp, idp.person()) as visit:
        visit.login()
        for problem in crashes(proxy, visit.refresh):
            assert isinstance(problem, httpx.HTTPStatusError)
            assert problem.response.status_code == 503
            assert problem.response.headers["retry-after"]
            visit.refresh()


def test_a_user_is_made_whole_or_not_at_all(idp: ServedProvider, proxy: LossyProxy) -> None:
    """FI-4: a user is stored together with the address, or neither is. The next attempt creates both or finds both."""
    emails = (f"{uuid.uuid4().hex[:10]}@example.com" for _ in range(40))
    tried = []

    def create() -> None:
        tried.append(next(emails))
        idp.services.user_service.create(tried[-1], None, scope=DEPLOYMENT)

    for _ in crashes(proxy, create):
        whole(idp)
        with contextlib.suppress(Conflict):
            idp.services.user_service.create(tried[-1], None, scope=DEPLOYMENT)
        assert tried[-1] in {user["email"]["S"] for user in whole(idp)["user"]}


@pytest.mark.parametrize("changes", [{"disabled": True}, {"email": "{}@example.com"}, {"admin": True}], ids=str)
def test_a_user_is_changed_whole_or_not_at_all(idp: ServedProvider, proxy: LossyProxy, changes: dict[str, Any]) -> None:
    """FI-4: the old address item is deleted together with the write of the new one. A repeated change completes the work."""
    tried: list[tuple[str, dict[str, Any]]] = []

    def change() -> None:
        idp.services.user_service.patch(*tried[-1], scope=DEPLOYMENT)

    def begin() -> None:
        name = uuid.uuid4().hex[:10]
        tried.append(
            (idp.person().user.id, {key: value.format(name) if isinstance(value, str) else value for key, value in changes.items()})
        )

    begin()
    for _ in crashes(proxy, change):
        whole(idp)
        change()
        user = idp.services.user_service.get(tried[-1][0], scope=DEPLOYMENT)
        assert {key: getattr(user, key) for key in changes} == tried[-1][1]
        whole(idp)
        begin()


def test_a_user_goes_whole_or_not_at_all(idp: ServedProvider, proxy: LossyProxy) -> None:
    """FI-4: with the address, and with whatever they were signed in to."""
    people: list[Person] = []

    def begin() -> None:
        people.append(idp.person())
        with relying(idp, people[-1]) as visit:
            visit.login()
            visits.append(visit.tokens)

    visits: list[Callable[[], httpx.Response]] = []
    begin()
    for _ in crashes(proxy, lambda: idp.services.user_service.delete(people[-1].user.id, scope=DEPLOYMENT)):
        with contextlib.suppress(NotFound):
            idp.services.user_service.delete(people[-1].user.id, scope=DEPLOYMENT)
        users = {item["user_id"]["S"] for item in everything(idp).get("user", ())}
        assert people[-1].user.id not in users
        assert visits[-1]().json()["error"] == "invalid_grant"
        begin()


def test_the_daily_job_finishes_what_an_erasure_left(idp: ServedProvider, proxy: LossyProxy) -> None:
    """FI-4: once the deletion is stored, nothing of the person is left after the next run, and there is one event of it."""
    begun: list[Person] = []

    def begin() -> None:
        begun.append(idp.person())
        with relying(idp, begun[-1]) as visit:
            visit.login()

    s = idp.services
    s.due_deletions.run(scope=DEPLOYMENT)  # what other tests left
    begin()
    for _ in crashes(proxy, lambda: s.user_service.delete(begun[-1].user.id, scope=DEPLOYMENT)):
        person = begun[-1]
        stored = [item["user_id"]["S"] for item in everything(idp).get("deletion", ())]
        assert s.due_deletions.run(scope=DEPLOYMENT) == len(stored)
        found = find_leftovers(s, person.user.id, [person.email], strip_events=False, seen=lambda: None)
        if stored or s.users.get(person.user.id) is None:
            assert found.places.total() == 0, found
            events = [item for item in everything(idp)["event"] if item["type"]["S"] == "user.deleted" and person.user.id in repr(item)]
            assert len(events) == 1
        else:
            assert found.places["directory", "USER#…/USER", "user"] == 1, "the crash was before the first write"
        begin()
    assert not everything(idp).get("deletion")


def test_a_run_that_crashes_is_finished_by_the_next(idp: ServedProvider, proxy: LossyProxy) -> None:
    """FI-4: the daily job itself can end before any call."""
    person = idp.person()
    with relying(idp, person) as visit:
        visit.login()
    s = idp.services
    proxy.refuse(nth=3)
    with contextlib.suppress(IdpError):
        s.user_service.delete(person.user.id, scope=DEPLOYMENT)
    proxy.heal()
    assert everything(idp)["deletion"]
    for n in range(1, 40):
        crash = proxy.refuse(nth=n)
        with contextlib.suppress(IdpError):
            s.due_deletions.run(scope=DEPLOYMENT)
        proxy.heal()
        if not crash.hits:
            break
    assert find_leftovers(s, person.user.id, [person.email], strip_events=False, seen=lambda: None).places.total() == 0
    assert not everything(idp).get("deletion")


def test_a_rotation_can_end_anywhere(idp: ServedProvider, proxy: LossyProxy) -> None:
    """FI-4, FI-15: one key signs after each crash, and earlier signatures and sealed values stay valid."""
    rotation = idp.services.key_rotation
    with relying(idp, idp.person()) as visit:
        visit.login()
        for _ in crashes(proxy, lambda: rotation.rotate("RS256", at_once=True)):
            rotation.ensure()
            active = [item for item in whole(idp)["signing_key"] if item["alg"]["S"] == "RS256" and item["state"]["S"] == "active"]
            assert len(active) == 1
            visit.refresh()
            visit.client_credentials()


def test_an_item_that_ttl_took_too_early_brings_nothing_back(idp: ServedProvider) -> None:
    """FI-7: the code and the mark of its use are one item, so the code cannot remain without its mark."""
    with relying(idp, idp.person()) as visit:
        visit.login()
        database = idp.services.database
        for item in everything(idp)["grant"]:
            if item["client_id"]["S"] == visit.account.client_id:
                database.transport.call(
                    "DeleteItem", {"TableName": f"{database.prefix}-state", "Key": {"pk": item["pk"], "sk": item["sk"]}}
                )
        for form in visit.sent:
            assert visit.post(form).json()["error"] == "invalid_grant", form["grant_type"]
        assert visit.tokens().json()["error"] == "invalid_grant"


class Down:
    """A KMS that is unavailable."""

    name = "kms"

    def wrap(self, plain: bytes) -> bytes:
        raise Unavailable(detail=str(len(plain)))

    def unwrap(self, enveloped: bytes) -> bytes:
        raise Unavailable(detail=str(len(enveloped)))


def test_keys_that_were_opened_outlive_kms(idp: ServedProvider) -> None:
    """FI-12: a running environment continues to sign, even after it reads the keys again. A new one answers 503."""
    wired: Any = idp.services  # the wiring, with parts that no interface of http declares
    keyring = Keyring(wired.key_items, wired.envelope, idp.clock, rp_id=wired.settings.webauthn_rp_id)
    first = keyring.active()
    keyring._envelope = Down()  # noqa: SLF001  # the service goes down under it
    idp.clock.advance(REFRESH + 1)
    assert keyring.active() == first
    with pytest.raises(Unavailable):
        Keyring(wired.key_items, Down(), idp.clock, rp_id=wired.settings.webauthn_rp_id).active()


def test_sign_ins_of_two_people_write_to_no_common_partition(idp: ServedProvider, proxy: LossyProxy) -> None:
    """K-09: sign-ins of two people to one app write to no common partition, except the counter of their network."""
    written: list[set[str]] = []
    with relying(idp, idp.person()) as visit:
        for person in (idp.person(), idp.person()):
            with relying(idp, person, visit.account) as mine:
                proxy.take()
                mine.login()
                mine.refresh()
                written.append({pk for call in proxy.calls for pk in partitions_written(call.operation, call.parameters)})
    assert all(written)
    assert not [pk for pk in written[0] & written[1] if not pk.startswith("THROTTLE#address#")]


def partitions_written(operation: str, asked: dict[str, Any]) -> Iterator[str]:
    """Return the partition keys that a call writes to."""
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield (asked.get("Key") or asked["Item"])["pk"]["S"]
    for item in asked.get("TransactItems", ()):
        for part in item.values():
            yield (part.get("Key") or part["Item"])["pk"]["S"]
    if operation == "BatchWriteItem":
        for requests in asked["RequestItems"].values():
            for request in requests:
                part = next(iter(request.values()))
                yield (part.get("Key") or part["Item"])["pk"]["S"]
