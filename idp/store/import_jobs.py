"""Import jobs and their reports (`state`). One job runs at a time, and one worker has it at a time (threats R-12).

A worker has a job by `holder`, a new id of each `take`. Everything that a worker writes about the job has the condition that it still has
it, so a worker that was taken for dead cannot write over the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from idp.domain.moving.import_job import KEPT, ImportJob, Problem, Progress, Refusal, Status
from idp.store import import_job_keys as keys
from idp.store.database import Refused
from idp.store.import_job_items import (
    ImportJobItem,
    ImportRefusalItem,
    ImportRunningItem,
    definition_object,
    new_item,
    progress_object,
)

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw

LEASE = 300
"""Seconds that a worker has a job without a sign of life."""


class ImportJobs:
    """Reads and writes jobs."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, job: ImportJob) -> bool:
        """Write a new job. False if the id is taken."""
        return self._db.put(new_item(job), ImportJobItem.pk.does_not_exist()) is None

    def get(self, job_id: str) -> ImportJob | None:
        """The job, read strongly, or None."""
        found = self._db.get(ImportJobItem, keys.job(job_id))
        return found.job() if found else None

    def all(self) -> list[ImportJob]:
        """All jobs, also those whose time is over."""
        return [item.job() for item in ImportJobItem.readable(self._db.query_all("state", keys.IMPORTS, sk_begins=keys.JOB))]

    def running(self) -> str:
        """The id of the job that runs, or an empty text."""
        found = self._db.get(ImportRunningItem, keys.running())
        return found.job_id if found else ""

    def start(self, job: ImportJob, uploads: Mapping[str, str], event: Raw, *, now: int) -> bool:
        """Start a job that waits, and write the event. `job`: with the sizes of its files. `uploads`: as of `ImportJob`.

        False if it waits no more, or another job runs.
        """
        model = ImportJobItem
        actions = [
            model.status.set(Status.RUNNING.value), model.started_at.set(now), model.uploads.set(uploads), model.ttl.set(now + KEPT),
            model.definition.set(definition_object(job)),
        ]  # fmt: skip
        running = ImportRunningItem.new(keys.running(), job_id=job.id, ttl=now + KEPT)
        refused = self._db.transact(
            self._db.update_part(model, keys.job(job.id), actions, model.status == Status.WAITING.value),
            self._db.put_part(running, ImportRunningItem.pk.does_not_exist()),
            event,
        )
        return self._db.was_applied(refused)

    def take(self, job_id: str, holder: str, *, now: int) -> tuple[ImportJob, int] | None:
        """Give a running job to this worker, if no other one has it. Returns it, and how often it was taken since it went on."""
        model = ImportJobItem
        actions = [model.holder.set(holder), model.leased_until.set(now + LEASE), model.taken.add(1)]
        free = (model.status == Status.RUNNING.value) & (model.leased_until < now)
        written = self._db.update(model, keys.job(job_id), actions, free)
        taken = model.of(written.old) if isinstance(written, Refused) else written  # if refused: perhaps taken before a lost reply
        if taken is None or taken.holder != holder or taken.status != Status.RUNNING.value:
            return None
        return taken.job(), int(taken.taken)

    def go_on(self, job_id: str, holder: str, progress: Progress, *, now: int) -> bool:
        """Keep how far the job is. False if this worker has it no more."""
        model = ImportJobItem
        actions = [model.progress.set(progress_object(progress)), model.leased_until.set(now + LEASE), model.taken.set(0)]
        return isinstance(self._db.update(model, keys.job(job_id), actions, self._held(holder)), ImportJobItem)

    def release(self, job_id: str, holder: str, *, until: int, counted: bool = True) -> None:
        """Let another worker take the job after `until`. Nothing happens if this worker has it no more.

        `counted`: what `take` counted stays. Then a job that does not go on is given up.
        """
        model = ImportJobItem
        actions = [model.leased_until.set(until), model.holder.set(""), *([] if counted else [model.taken.set(0)])]
        self._db.update(model, keys.job(job_id), actions, self._held(holder))

    def end(self, job: ImportJob, event: Raw, status: Status, *, now: int, holder: str = "", problem: Problem | None = None) -> bool:
        """End the job, and write the event. `job`: as it was read. False if it changed its status since, or `holder` has it no more."""
        model = ImportJobItem
        actions = [model.status.set(status.value), model.ended_at.set(now)]
        if problem:
            actions.append(model.problem.set({"told": list(problem)}))
        runs = job.status is Status.RUNNING
        free = [self._db.delete_part(ImportRunningItem, keys.running(), ImportRunningItem.job_id == job.id)] if runs else []
        unchanged = self._held(holder) if holder else (model.status == job.status.value)
        return self._db.was_applied(self._db.transact(self._db.update_part(model, keys.job(job.id), actions, unchanged), *free, event))

    def refuse(self, job_id: str, rows: Iterable[Refusal], *, now: int) -> None:
        """Write refused rows. The same row again replaces itself."""
        self._db.batch_write(
            puts=[
                ImportRefusalItem.new(
                    keys.refused(job_id, each.row), row=each.row, source_id=each.source_id, field=each.field, code=each.code,
                    reason=each.reason, ttl=now + KEPT,
                )
                for each in rows
            ]
        )  # fmt: skip

    def report(self, job_id: str, *, after: int, limit: int) -> tuple[list[Refusal], bool]:
        """Refused rows after the row `after`, by number, and whether there are more."""
        first = keys.refused(job_id, after + 1).sk
        found, more = self._db.query("state", keys.report_pk(job_id), after=first, before="ROW#~", limit=limit)
        return [item.refusal() for item in ImportRefusalItem.readable(found)], more is not None

    @staticmethod
    def _held(holder: str):  # type: ignore[no-untyped-def]  # noqa: ANN205  # PynamoDB has no name for this type
        return (ImportJobItem.status == Status.RUNNING.value) & (ImportJobItem.holder == holder)
