"""The functions `stream` and `provision` under Lambda's runtime client, with records that DynamoDB Local wrote (threats R-01, R-02)."""

from __future__ import annotations

import os
import secrets
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from idp.cli import environment as command_line
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.store.provisioning_items import ProvisionedItem
from idp.store.provisioning_keys import provisioned
from idp.wiring import build_services
from tests.engines.forwarder import Answer, Call, ConnectionDropped
from tests.engines.lossy_proxy import LossyProxy, Rule
from tests.functions.conftest import ROOT, environment, idp
from tests.functions.roles import allowed, used
from tests.support.lambda_host import FunctionError, LambdaHost
from tests.support.scim_target import ScimTarget
from tests.support.table_stream import MAPPING, TableStream, from_failure
from tests.support.tls import Authority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.wiring.all_services import AllServices
    from tests.engines.launch import Engines

pytestmark = [pytest.mark.functions, pytest.mark.engines]
EACH_MINUTE: dict[str, Any] = {}
"""The event of the schedule."""


@dataclass
class Streaming:
    """A deployment with a stream, and what its function needs."""

    services: AllServices
    stream: TableStream
    proxy: LossyProxy
    env: dict[str, str]


@dataclass
class Site(Streaming):
    """The same with an app that its people have accounts at. `name`: of the provisioning target and of its people."""

    target: ScimTarget
    name: str

    def function(self) -> LambdaHost:
        """A new execution environment of `provision`."""
        return LambdaHost("idp.functions.provision.handler", cwd=ROOT, env=self.env)

    def reader(self) -> LambdaHost:
        """A new execution environment of `stream`."""
        return LambdaHost("idp.functions.stream.handler", cwd=ROOT, env=self.env)

    def person(self, name: str, **members: Any) -> str:
        """Create a person. Returns the id."""
        return self.services.user_service.create(f"{name}@{self.name}.example", None, scope=DEPLOYMENT, **members).id

    def change(self, user_id: str, **changes: Any) -> None:
        """Change a person as an admin does."""
        self.services.user_service.patch(user_id, changes, scope=DEPLOYMENT, by=SYSTEM)

    def active(self) -> dict[str, Any]:
        """Whether the account of each person is active, by the name. No person has two accounts."""
        found = self.target.accounts().values()
        assert len({each["externalId"] for each in found}) == len(self.target.storage.resources)
        return {each["userName"].removesuffix(f"@{self.name}.example"): each["active"] for each in found}

    def a_minute_later(self, user_id: str) -> None:
        """End the lease that a worker had of an account: the function has the clock of the machine."""
        model = ProvisionedItem
        self.services.database.update(model, provisioned(self.name, user_id), [model.leased_until.set(0)], model.pk.exists())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The authority that the apps have their certificates of."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def deployment(engines: Engines, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Streaming]:
    """The deployment, on DynamoDB Local: the engine that has streams."""
    endpoint = engines.url("dynamodb-local")
    env = environment(tmp_path_factory.mktemp("provision"), endpoint)
    env |= {"IDP_DEV_FETCH_HOSTS": "localhost", "IDP_DEV_FETCH_CA": str(authority.file)}
    idp(env, "bootstrap", "--json")
    with LossyProxy(endpoint) as proxy, pytest.MonkeyPatch.context() as environ:
        for name, value in env.items():
            environ.setenv(name, value)
        stream = TableStream(endpoint, f"{env['IDP_TABLE_PREFIX']}-directory")
        services = build_services(command_line.settings(dict(env)))
        yield Streaming(services, stream, proxy, env | {"AWS_ENDPOINT_URL_DYNAMODB": proxy.url})


@pytest.fixture
def site(deployment: Streaming, authority: Authority) -> Iterator[Site]:
    """The deployment with an app of its own for this test. Only the stream tells who changed."""
    it, name = deployment, f"app-{secrets.token_hex(4)}"
    it.proxy.heal()
    it.proxy.take()
    it.stream.all()  # the records of other tests
    with ScimTarget(authority) as target:
        given = {"base_url": target.base_url, "token": target.token}
        it.services.provisioning_target_service.create(name, given, scope=DEPLOYMENT, by=SYSTEM)
        state = it.services.provisioning.state(name)
        state.comparing = None
        it.services.provisioning.keep(state, now=it.services.clock())
        yield Site(it.services, it.stream, it.proxy, it.env, target, name)
        it.services.provisioning_target_service.delete(name, scope=DEPLOYMENT, by=SYSTEM)


@pytest.fixture(autouse=True)
def _within_the_role(site: Site, resources: dict[str, dict[str, Any]]) -> Iterator[None]:
    """Every call of the functions is one that their roles allow."""
    yield
    told, roles = site.proxy, allowed(resources["StreamRole"]) | allowed(resources["ProvisionRole"])
    assert {use for call in told.calls for use in used(call)} <= roles


def test_what_the_stream_says_of_people_arrives_at_the_app(site: Site) -> None:
    """Created, changed, disabled and erased, in several batches. Other items of the table pass no filter, and nothing is logged."""
    ada, bob, cal = (site.person(name) for name in ("ada", "bob", "cal"))
    with site.reader() as reader, site.function() as host:
        first = site.stream.read()
        assert [each["eventName"] for each in first] == ["INSERT"] * 3
        assert reader.invoke({"Records": first}) == {"batchItemFailures": []}
        assert host.invoke(EACH_MINUTE) == {"sent": 3}
        assert site.active() == {"ada": True, "bob": True, "cal": True}
        site.change(ada, claims={"given_name": "Ada", "family_name": "King"})
        site.change(bob, disabled=True)
        site.services.user_service.delete(cal, scope=DEPLOYMENT)
        records = site.stream.read()
        assert {each["eventName"] for each in records} == {"MODIFY", "REMOVE"}
        assert reader.invoke({"Records": records}) == {"batchItemFailures": []}
        host.invoke(EACH_MINUTE)
        output = host.output + reader.output
    assert site.active() == {"ada": True, "bob": False}
    assert site.target.accounts()[f"ada@{site.name}.example"]["name"]["familyName"] == "King"
    assert site.target.made().count("POST") == 3
    assert not any(each in output for each in (ada, bob, cal, f"@{site.name}"))


def test_a_record_has_the_members_of_a_record_of_lambda(site: Site) -> None:
    """As AWS documents the event."""
    ada = site.person("ada")
    (record,) = site.stream.read()
    assert set(record) == {"eventID", "eventName", "eventVersion", "eventSource", "awsRegion", "dynamodb", "eventSourceARN"}
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventSourceARN"] == site.stream.arn
    told = record["dynamodb"]
    assert set(told) == {"ApproximateCreationDateTime", "Keys", "NewImage", "SequenceNumber", "SizeBytes", "StreamViewType"}
    assert isinstance(told["ApproximateCreationDateTime"], float)
    assert told["Keys"] == {"pk": {"S": f"USER#{ada}"}, "sk": {"S": "USER"}}
    assert told["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_a_batch_whose_function_was_killed_comes_again_and_makes_no_account_twice(site: Site) -> None:
    """Killed when the first 25 of 30 people are written. Lambda gives the whole batch again, so that these come twice."""
    for number in range(30):
        site.person(f"p{number}")
    records = site.stream.read()
    assert len(records) == 30 <= MAPPING["batchSize"]
    with site.reader() as host:
        host.wait_until_ready()
        _add(site.proxy, "BatchWriteItem", lambda call: _killed(host, call), nth=2)
        with pytest.raises(FunctionError, match="the runtime ended with -9"):
            host.invoke({"Records": records})
    site.proxy.heal()
    with site.reader() as reader, site.function() as host:
        assert reader.invoke({"Records": records}) == {"batchItemFailures": []}
        for _ in range(2):
            host.invoke(EACH_MINUTE)
    assert site.active() == {f"p{number}": True for number in range(30)}
    assert site.target.made() == ["POST"] * 30


def test_an_account_that_was_made_when_the_function_was_killed_is_found_again(site: Site) -> None:
    """The app makes the account, and its answer is lost. The lease of the dead worker ends; then the account is found by our id."""
    people = {name: site.person(name) for name in ("ada", "bob", "cal")}
    records, posted = site.stream.read(), iter((False, True))
    with site.reader() as reader, site.function() as host:
        reader.invoke({"Records": records})

        def kill(method: str, _: str) -> None:
            if method == "POST" and next(posted, False):
                os.kill(host.child.pid, signal.SIGKILL)
                host.child.process.wait()

        site.target.before = kill
        with pytest.raises(FunctionError, match="the runtime ended with -9"):
            host.invoke(EACH_MINUTE)
    made = len(site.active())
    with site.reader() as reader, site.function() as host:
        assert reader.invoke({"Records": records}) == {"batchItemFailures": []}
        host.invoke(EACH_MINUTE)
        assert site.target.made() == ["POST"] * 3
        for each in people.values():
            site.a_minute_later(each)
        host.invoke(EACH_MINUTE)
    assert made == 2
    assert site.active() == dict.fromkeys(people, True)
    assert site.target.made() == ["POST"] * 3
    assert site.services.provisioning.due(site.name, site.services.clock(), limit=10) == []


def test_a_person_who_cannot_be_written_fails_alone(site: Site) -> None:
    """AWS refuses text that is no Unicode; DynamoDB Local takes it. The proxy refuses it as AWS does, also among others in one call."""
    site.person("ada")
    site.services.database.write_raw("directory", [{"pk": {"S": "USER#%ED%A0%80"}, "sk": {"S": "USER"}, "kind": {"S": "user"}}])
    site.person("bob")
    records = site.stream.read()
    assert len(records) == 3

    def refuse(call: Call) -> Answer:
        if rb"\ud800" in call.body:
            return Answer(
                400, {"Content-Type": "application/x-amz-json-1.0"}, b'{"__type": "com.amazon.coral.service#SerializationException"}'
            )
        return site.proxy.forward(call)

    _add(site.proxy, "BatchWriteItem", refuse)
    with site.reader() as reader, site.function() as host:
        answer = reader.invoke({"Records": records})
        assert answer == {"batchItemFailures": [{"itemIdentifier": records[1]["dynamodb"]["SequenceNumber"]}]}
        assert host.invoke(EACH_MINUTE) == {"sent": 2}
        again = from_failure(records, answer)
        assert again == records[1:]
        assert reader.invoke({"Records": again}) == answer
        host.invoke(EACH_MINUTE)
    assert site.active() == {"ada": True, "bob": True}
    assert site.target.made() == ["POST"] * 2


def test_a_table_that_cannot_be_written_gives_the_rest_of_the_batch_again(site: Site) -> None:
    """The first 25 are done. Of the others three are tried, so that the function does not end by its time."""
    for number in range(30):
        site.person(f"p{number}")
    records = site.stream.read()
    rule = site.proxy.fail("BatchWriteItem", "ValidationException", nth=2, times=10**6)
    with site.reader() as reader, site.function() as host:
        answer = reader.invoke({"Records": records})
        assert rule.hits == 1 + 3
        site.proxy.heal()
        again = from_failure(records, answer)
        assert again == records[25:]
        assert reader.invoke({"Records": again}) == {"batchItemFailures": []}
        host.invoke(EACH_MINUTE)
    assert len(site.active()) == 30
    assert site.target.made() == ["POST"] * 30


def _add(proxy: LossyProxy, operation: str, act: Callable[[Call], Answer], *, nth: int = 1) -> None:
    """From the nth call of an operation on, `act` answers."""
    proxy._add(Rule(operation, None, nth, 10**6, act))  # noqa: SLF001  # a fault that needs the process of this test


def _killed(host: LambdaHost, call: Call) -> Answer:
    del call
    os.kill(host.child.pid, signal.SIGKILL)
    host.child.process.wait()
    raise ConnectionDropped
