"""An import job through the deployed functions: Lambda's runtime client, a real engine, S3; and a process that dies in a slice (R-12)."""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from idp.adapters.dynamodb import DynamoDb
from idp.store import import_job_keys
from idp.store.database import Database
from idp.store.import_job_items import ImportJobItem
from idp.store.transport import NoAnswer, Refusal
from tests.engines.lossy_proxy import LossyProxy
from tests.functions.conftest import ISSUER, ROOT, HttpApi, environment, idp_json
from tests.support.lambda_host import FunctionError, LambdaHost
from tests.support.lambda_invoke import Invoking, invoking
from tests.support.s3_server import BUCKET, S3Server, s3_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.functions
FUNCTION = "idp-import"
SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event"}
RATE = 240
"""A batch of 1,000 rows takes longer than `ONE_BATCH` leaves."""
ONE_BATCH, WHOLE_FILE = 184.0, 900.0
"""Seconds that an invocation has: for one batch, because 180 have to be left for another one, and for all."""
BAD = (7, 1100, 2250)
"""Rows without an address: one in each batch."""
HASH = "$2b$04$abcdefghijklmnopqrstuuKlqmhzY1eBPLSd0oTjPhVEgqVRtyDXK"


@dataclass
class Site:
    """The functions `api` and `import`, and what they call."""

    env: dict[str, str]
    proxy: LossyProxy
    s3: S3Server
    lambda_api: Invoking
    database: Database
    http: httpx.Client
    running: ExitStack
    headers: dict[str, str]
    said: list[LambdaHost] = field(default_factory=list)

    def environment_of_import(self) -> LambdaHost:
        """A new environment of the function."""
        env = {**self.env, "AWS_ENDPOINT_URL_DYNAMODB": self.proxy.url}
        host = self.running.enter_context(LambdaHost("idp.functions.import_people.handler", cwd=ROOT, env=env))
        self.said.append(host)
        return host

    def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """Call the admin API."""
        answer = self.http.request(method, f"/admin/v1/imports{path}", headers=self.headers, **more)
        assert answer.is_success, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def started(self, content: bytes) -> str:
        """Create, upload and start. Returns the id."""
        made = self.call("POST", "", json={"format": "csv", "size": len(content), "rate": RATE})
        (to,) = made["uploads"]
        httpx.request(to["method"], to["url"], content=content, headers=to["headers"]).raise_for_status()
        assert self.call("POST", f"/{made['id']}/start")["status"] == "running"
        return str(made["id"])

    def woken(self) -> list[tuple[str, Any]]:
        """Which functions were invoked, with what, since the last time. None of them runs by that."""
        asked, self.lambda_api.asked = self.lambda_api.asked, []
        assert {headers["x-amz-invocation-type"] for _, headers, _ in asked} <= {"Event"}
        return [(path, event) for path, _, event in asked]

    def kinds(self) -> Counter[str]:
        """How many items of each kind are in the directory."""
        return Counter(raw["kind"]["S"] for raw in self.database.scan("directory"))


@pytest.fixture
def site(dynamodb_endpoint: str, moto_endpoint: str, tmp_path: Path) -> Iterator[Site]:
    """Deployed with imports=on."""
    env = environment(tmp_path, dynamodb_endpoint)
    made = idp_json(env, "bootstrap", "--json")["admin_client"]
    with ExitStack() as running:
        proxy = running.enter_context(LossyProxy(dynamodb_endpoint))
        s3, lambda_api = running.enter_context(s3_server(moto_endpoint)), running.enter_context(invoking(202))
        env |= {
            "IDP_IMPORT_BUCKET": BUCKET, "IDP_IMPORT_FUNCTION": FUNCTION, "AWS_ENDPOINT_URL_S3": s3.url,
            "AWS_ENDPOINT_URL_LAMBDA": lambda_api.url,
        }  # fmt: skip
        api = running.enter_context(LambdaHost("idp.functions.api.handler", cwd=ROOT, env=env))
        http = httpx.Client(transport=HttpApi(api), base_url=ISSUER)
        form = {"grant_type": "client_credentials", "scope": "imports:read imports:write users:write"}
        token = http.post("/token", data=form, auth=(made["client_id"], made["client_secret"])).json()["access_token"]
        transport = DynamoDb(region="us-east-1", endpoint=dynamodb_endpoint, refusal=Refusal, silence=NoAnswer)
        database = Database(prefix=env["IDP_TABLE_PREFIX"], transport=transport)
        headers = {"Authorization": f"Bearer {token}"}
        yield Site(env, proxy, s3, lambda_api, database, http, running, headers, [api])


def csv(last: int) -> bytes:
    """Return a file with this many people, and rows without an address."""
    addresses = ("nobody" if number in BAD else f"person.{number}@meadow.example" for number in range(1, last + 1))
    rows = (f"id-{number},{address},{HASH}\n" for number, address in enumerate(addresses, 1))
    return ("id,email,password_hash\n" + "".join(rows)).encode()


def killed_in_a_slice(host: LambdaHost, proxy: LossyProxy) -> None:
    """Invoke the function, and kill its process when some people of a batch are written."""
    written = proxy.delay("TransactWriteItems", seconds=0, nth=8)
    ends: list[str] = []

    def invoke() -> None:
        with pytest.raises(FunctionError) as raised:
            host.invoke({})
        ends.append(str(raised.value))

    invocation = Thread(target=invoke)
    invocation.start()
    assert written.struck.wait(60)
    os.kill(host.child.pid, signal.SIGKILL)
    invocation.join(30)
    proxy.heal()
    assert f"ended with {-signal.SIGKILL}" in ends[0]


def test_an_import_whose_process_was_killed_is_finished_by_the_schedule(site: Site) -> None:
    """One batch in one slice, a kill in the middle of the next, and the rest after the lease.

    Each person is stored once, and each refused row is reported.
    """
    job_id = site.started(csv(2300))
    own: tuple[str, Any] = (f"/2015-03-31/functions/{FUNCTION}/invocations", {})
    assert site.woken() == [own], "the start wakes the function"
    first = site.environment_of_import()
    first.seconds_left = ONE_BATCH
    before = site.kinds()["user"]
    for _ in range(5):  # on a busy machine a cold start leaves no time for a batch
        assert first.invoke({}) == {"more": True}
        assert site.woken() == [own], "a slice wakes the next one"
        if site.call("GET", f"/{job_id}")["rows"]:
            break
    assert (site.call("GET", f"/{job_id}")["rows"], site.kinds()["user"] - before) == (1000, 999)

    killed_in_a_slice(first, site.proxy)
    assert site.call("GET", f"/{job_id}")["rows"] == 1000

    second = site.environment_of_import()
    second.seconds_left = WHOLE_FILE
    site.proxy.take()
    assert second.invoke(SCHEDULED) == {"more": False}, "the dead process has the job still"
    assert "TransactWriteItems" not in site.proxy.take()
    written = site.kinds()["user"] - before - 999  # also by calls that were under way at the kill
    assert 0 < written < 999
    site.database.update(ImportJobItem, import_job_keys.job(job_id), [ImportJobItem.leased_until.set(1)])  # as five minutes later
    assert second.invoke(SCHEDULED) == {"more": False}
    assert site.woken() == []

    told = site.call("GET", f"/{job_id}")
    assert (told["status"], told["rows"], told["problem"]) == ("finished", 2300, None)
    assert (told["created"], told["known"], told["refused"]) == (2297 - written, written, 3)
    assert told["bytes_read"] == told["bytes_total"]
    report = site.call("GET", f"/{job_id}/report")["items"]
    assert [(row["row"], row["id"], row["code"]) for row in report] == [(each + 1, f"id-{each}", "email.malformed") for each in BAD]
    kinds = site.kinds()
    assert (kinds["user"] - before, kinds["source"]) == (2297, 2297)
    addresses = [raw["email"]["S"] for raw in site.database.scan("directory") if raw["kind"]["S"] == "user" and "email" in raw]
    assert Counter(addresses).most_common(1)[0][1] == 1
    assert {f"person.{number}@meadow.example" for number in range(1, 2301) if number not in BAD} <= set(addresses)
    assert site.s3.stored() == []
    output = "".join(host.output for host in site.said)
    assert '"import"' in output
    assert [told for told in (HASH, "meadow.example", "X-Amz-Signature") if told in output] == []
    assert second.invoke(SCHEDULED) == {"more": False}, "nothing is left to do"
