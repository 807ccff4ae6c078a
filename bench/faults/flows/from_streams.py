"""What functions make of the streams of the tables: webhooks, and the audit chain."""

from __future__ import annotations

import json
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from bench.faults.flows.flow import OF_REQUESTS, RECEIVER, Flow, expect
from bench.faults.run import NotReached
from idp.adapters.outgoing import Answered, FetchRefused
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.audit.block import SHARDS
from idp.domain.audit.head import HOUR, hour_of
from idp.domain.audit.report import FAULTS
from idp.domain.events.from_change import event_of
from idp.domain.streams.record import read_record
from idp.services.audit.recorder import SYSTEM
from idp.services.audit_chain.sealing import GRACE, Sealing
from idp.services.audit_chain.verification import Verification
from idp.services.audit_chain.writer import ChainWriter
from idp.services.streams.dispatcher import StreamDispatcher
from idp.services.webhooks.delivery import SubjectDelivery
from idp.services.webhooks.sending import Sender
from idp.services.webhooks.worker import WebhookWorker
from idp.store.webhook_queue import LEASE
from tests.support.table_stream import from_failure

if TYPE_CHECKING:
    from idp.domain.events.event import Event
    from idp.services.streams.dispatcher import Consumer

DAY = 86400
BATCHES, RUNS = 8, 12
"""More tries of a batch, and more runs of a worker, than any fault needs."""
AGAIN = 900
"""Seconds after which an event that did not arrive is tried again, in the first tries."""


class OfStreams(Flow):
    """What flows of streams share."""

    without: ClassVar[frozenset[str]] = OF_REQUESTS
    share: ClassVar[int] = 1

    left: list[dict[str, Any]]
    """Records that no function has done."""

    def consumer(self) -> Consumer:
        """The consumer of an environment that has just started."""
        raise NotImplementedError

    def take(self, records: list[dict[str, Any]]) -> None:
        """Hand over records, and again from the first failure on, as Lambda does."""
        self.left += records
        for _ in range(BATCHES):
            if not self.left:
                return
            told = self.run.invoke("stream", partial(self._dispatch, self.left), pause=1)
            self.left = from_failure(self.left, told)
            if self.left:
                self.run.clock.advance(1)
        if self.left:
            raise NotReached("the batch never gets done")

    def _dispatch(self, batch: list[dict[str, Any]]) -> dict[str, Any]:
        return StreamDispatcher([self.consumer()]).take(batch)


class Webhooks(OfStreams):
    """An admin disables and enables a person; each change is told to an endpoint. A refused write is told to none."""

    name: ClassVar[str] = "webhooks"
    needs: ClassVar[tuple[str, ...]] = ("KMS", RECEIVER)

    def prepare(self) -> None:
        it = self.site.services
        for old in it.webhook_endpoints.all():  # of a run that failed
            it.webhook_endpoint_service.delete(old.id, scope=DEPLOYMENT, by=SYSTEM)
        self.person, self.answers = self.run.person(), True
        self.got: list[tuple[str, bytes]] = []
        given = {"url": "https://receiver.example/", "events": ["user.created", "user.updated"]}
        self.endpoint = it.webhook_endpoint_service.create(given, scope=DEPLOYMENT, by=SYSTEM)[0].id
        self.run.prepare_admin()
        self.site.records()
        self.left = []
        self.happened: list[Event] = []

    def act(self) -> None:
        for wanted in (True, False):
            answer = self.run.admin("PATCH", f"/users/{self.person.user.id}", {"disabled": wanted})
            expect(answer.is_success, answer.text)
        taken = self.run.admin("POST", "/users", {"email": self.person.email})
        expect(taken.status_code == CONFLICT, taken.text)
        self._tell()

    def again(self) -> None:
        """A day later the admin, who has another token, repeats what they asked, and the functions run by their schedule."""
        self.run.clock.advance(DAY)
        self.run.prepare_admin()
        self.act()

    def after(self) -> None:
        """What was committed arrived, and nothing else. One id has one body. The last event tells what is stored."""
        self.run.settle()
        self._tell()
        bodies = dict(self.got)
        about = f"events of {self.person.user.id}"
        self.run.note("write", about, value=_listed(each.id for each in self.happened), start=self.run.begin())
        self.run.note("read", about, value=_listed(bodies), start=self.run.begin())
        expect(all(bodies[id_] == body for id_, body in self.got), "one id has two bodies")
        told = [json.loads(bodies[each.id])["data"] for each in self.happened if each.type == "user.updated"]
        expect(told and told[0]["disabled"] and not told[-1]["disabled"], told)
        expect(not any(each.type == "user.created" for each in self.happened), "a refused write is an event")
        waiting, _ = self.site.services.webhook_queue.waiting(self.endpoint, limit=1)
        expect(not waiting, "an event waits for ever")
        self.site.services.webhook_endpoint_service.delete(self.endpoint, scope=DEPLOYMENT, by=SYSTEM)

    def consumer(self) -> Consumer:
        return self.site.services.webhook_consumer

    def send(self, _: str, *, content: bytes, headers: Any, **__: Any) -> Answered:
        """The receiver."""
        if not self.answers:
            raise FetchRefused("no answer")
        self.got.append((headers["webhook-id"], content))
        return Answered(204, b"", {})

    def _tell(self) -> None:
        """Queue what happened, and send it. A worker that ended is followed by another one after its lease."""
        new = self.site.records()
        changes = [read_record(each) for each in new]
        events: list[Event] = [event for each in changes if each and (event := event_of(each))]
        self.happened += [each for each in events if each.type in {"user.created", "user.updated"}]
        self.take(new)
        for _ in range(RUNS):
            self.run.invoke("webhooks", self._work, pause=LEASE + 1)
            if {each.id for each in self.happened} <= {id_ for id_, _ in self.got}:
                return
            self.run.clock.advance(AGAIN)
        raise NotReached("an event does not arrive")

    def _work(self) -> None:
        it: Any = self.site.services
        delivery = SubjectDelivery(it.webhook_queue, Sender(self, it.keyring).send, it.clock)  # type: ignore[arg-type]  # it has the method that Sender calls
        WebhookWorker(it.webhook_endpoints, it.webhook_queue, delivery, _none, _none, it.clock, _none).run(self.endpoint)


class AuditChain(OfStreams):
    """Events are written, come into the chain by the stream, and their hour is sealed."""

    name: ClassVar[str] = "audit chain"
    needs: ClassVar[tuple[str, ...]] = ("KMS",)

    def prepare(self) -> None:
        self.site.records()
        self.target, self.left, self.written = secrets.token_hex(8), [], 0
        self.begun = hour_of(self.run.clock())

    def act(self) -> None:
        while self.written < 4:
            start = self.run.begin()
            self.run.invoke("record", lambda: self._record(f"{self.target}-{self.written}"), pause=1)
            self.run.note("write", f"event {self.target}-{self.written}", value="there", start=start)
            self.written += 1
        self.take(self.site.records())
        self.run.clock.advance(HOUR + GRACE)
        self.run.invoke("seal", self._seal, pause=HOUR)

    def after(self) -> None:
        """The verification proves each hour, also one with erased events, and each event has one leaf.

        One whose answer was lost may be there twice, as two events.
        """
        self.run.settle()
        self.take(self.site.records())
        self.run.clock.advance(HOUR + GRACE)
        self._seal()
        it = self.site.services
        reports = Verification(it.audit_chain, it.stored_events, it.head_signer.public, self.run.clock()).run(self.begun)
        sealed = [each for each in reports if not each.is_open]
        expect(sealed and not any(each.state in FAULTS for each in sealed), [(each.hour, each.state, each.findings) for each in reports])
        leaves = [entry.place for shard in range(SHARDS) for block in it.audit_chain.blocks(shard) for entry in block.entries]
        expect(len(leaves) == len(set(leaves)), "an event has two leaves")
        stored = {
            f"{item['at']['S']}": item["target"]["S"]
            for item in it.database.scan("state")
            if item["kind"]["S"] == "event" and item.get("target", {}).get("S", "").startswith(self.target)
        }
        expect(set(stored) <= set(leaves), "an event has no leaf")
        for number in range(self.written):
            about, start = f"event {self.target}-{number}", self.run.begin()
            there = f"{self.target}-{number}" in stored.values()
            self.run.note("read", about, value="there", start=start, outcome="ok" if there else "refused")

    def consumer(self) -> Consumer:
        it = self.site.services
        return ChainWriter(it.audit_chain, it.settings.event_retention.longest, it.clock)

    def _record(self, target: str) -> None:
        self.site.services.audit.record("user.updated", origin=SYSTEM.origin, actor=SYSTEM.id, target=target)

    def _seal(self) -> None:
        it = self.site.services
        longest = it.settings.event_retention.longest
        writer = ChainWriter(it.audit_chain, longest, it.clock)
        Sealing(it.audit_chain, it.stored_events, writer, it.head_signer, None, longest, it.clock).run()


CONFLICT = 409


def _listed(ids: Any) -> str:
    return " ".join(sorted(ids))


def _none(*_: Any, **__: Any) -> Any:
    """Do nothing: no worker is called, no endpoint is switched off, and no time passes."""
    return None
