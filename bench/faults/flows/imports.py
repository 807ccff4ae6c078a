"""An import of people by its function, slice after slice: the job is interrupted and resumed."""

from __future__ import annotations

import io
import secrets
from typing import Any, BinaryIO, ClassVar

from bench.faults.flows.flow import OF_REQUESTS, Flow, expect
from bench.faults.run import NotReached
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.moving.import_job import PEOPLE, Status
from idp.domain.moving.uploads import StoredUpload
from idp.services.audit.recorder import SYSTEM
from idp.services.imports.jobs import ImportJobService, NewImport
from idp.services.imports.worker import ImportWorker
from idp.store.import_jobs import LEASE

ROWS, SLICES = 22, 8
"""People of a file, of whom a batch has 20. Slices of a job, more than any fault needs."""


class Import(Flow):
    """A job of two batches, each in a slice of its own. Then the same file again."""

    name: ClassVar[str] = "import of people"
    without: ClassVar[frozenset[str]] = OF_REQUESTS
    needs: ClassVar[tuple[str, ...]] = ("KMS",)
    share: ClassVar[int] = 1

    def prepare(self) -> None:
        mark = secrets.token_hex(4)
        self.people = {f"{mark}-{number}": f"p{number}-{mark}@moved.example" for number in range(ROWS)}
        self.bucket = Bucket("id,email\n" + "".join(f"{id_},{email}\n" for id_, email in self.people.items()))
        it: Any = self.site.services
        vars(it.importer)["_pause"] = lambda _: None
        self.jobs = ImportJobService(it.import_jobs, self.bucket, lambda: None, it.connections, it.audit, it.clock, it.new_id)
        if left := it.import_jobs.running():  # of a run that failed
            self.jobs.cancel(left, scope=DEPLOYMENT, by=SYSTEM)
        self.job = self._started()

    def act(self) -> None:
        for _ in range(SLICES):
            if self.run.invoke("import", self._slice, pause=LEASE + 1) is not Status.RUNNING:
                return
            self.run.clock.advance(LEASE + 1)  # the schedule invokes it, and it may rest
        raise NotReached("the import does not end")

    def after(self) -> None:
        """Each person is stored once, and a second import of the file creates no person."""
        self.run.settle()
        told = self.site.services.import_jobs.get(self.job)
        expect(told and told.status is Status.FINISHED, told)
        progress = told.progress if told else None
        expect(progress and (progress.rows, progress.created + progress.known, progress.refused) == (ROWS, ROWS, 0), progress)
        users, start = self.site.services.users, self.run.begin()
        for email in self.people.values():
            found = users.id_of(email)
            self.run.note("write", f"person {email}", value="there", start=start)
            self.run.note("read", f"person {email}", value="there", start=self.run.begin(), outcome="ok" if found else "refused")
        self.job = self._started()
        self.act()
        again = self.site.services.import_jobs.get(self.job)
        expect(again and (again.progress.created, again.progress.known) == (0, ROWS), again and again.progress)

    def _started(self) -> str:
        made, _ = self.jobs.create(NewImport("csv", {PEOPLE: len(self.bucket.content)}, {}, rate=1), scope=DEPLOYMENT, by=SYSTEM)
        return self.jobs.start(made.id, scope=DEPLOYMENT, by=SYSTEM).id

    def _slice(self) -> Status:
        """One slice of one batch, in a new environment. Returns how the job stands."""
        it: Any = self.site.services
        once = iter((True,))
        ImportWorker(it.import_jobs, self.bucket, it.importer, it.audit, it.clock, it.new_id, pause=lambda _: None).run(
            has_time=lambda: next(once, False)
        )
        found = it.import_jobs.get(self.job)
        return Status.FAILED if found is None else Status(found.status)


class Bucket:
    """The uploads of one file."""

    def __init__(self, content: str) -> None:
        self.content = content.encode()

    def upload_url(self, *_: Any, **__: Any) -> Any:
        """No address."""

    def upload_form(self, *_: Any, **__: Any) -> Any:
        """No form."""

    def stat(self, _: str) -> StoredUpload:
        return StoredUpload(len(self.content), "one")

    def open(self, *_: Any) -> BinaryIO:
        return io.BytesIO(self.content)

    def delete(self, _: str) -> None:
        """The same file is imported again."""
