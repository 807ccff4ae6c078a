"""The items of import jobs (`state`)."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.moving.import_job import ImportJob, Problem, Progress, Refusal, Status
from idp.store import import_job_keys as keys
from idp.store.attributes import ObjectAttribute, has_shape
from idp.store.tables import StateItem


class ImportJobItem(StateItem):
    """The item of a job. `holder`: the worker that has it until `leased_until`. `taken`: how often workers took it without progress."""

    kind_name = "import_job"
    job_id = UnicodeAttribute()
    definition = ObjectAttribute()
    created_at = NumberAttribute()
    status = UnicodeAttribute()
    started_at = NumberAttribute(default=0)
    ended_at = NumberAttribute(default=0)
    progress = ObjectAttribute()
    uploads = ObjectAttribute()
    problem = ObjectAttribute(null=True)
    holder = UnicodeAttribute(default="")
    leased_until = NumberAttribute(default=0)
    taken = NumberAttribute(default=0)

    def job(self) -> ImportJob:
        """Convert it to the domain's class."""
        return ImportJob(
            id=self.job_id, created_at=int(self.created_at), status=Status(self.status), started_at=int(self.started_at),
            ended_at=int(self.ended_at), progress=Progress(**self.progress), uploads=self.uploads,
            problem=Problem(*self.problem["told"]) if self.problem else None, **self.definition,
        )  # fmt: skip

    def check(self) -> None:
        """Raise an error if the item cannot be converted."""
        super().check()
        has_shape(self.definition, system=str, files=dict, choices=dict, dry_run=bool, rate=int, created_by=str)
        self.job()


class ImportRunningItem(StateItem):
    """The item that says which job runs."""

    kind_name = "import_running"
    job_id = UnicodeAttribute()


class ImportRefusalItem(StateItem):
    """A refused row."""

    kind_name = "import_refusal"
    row = NumberAttribute()
    source_id = UnicodeAttribute(default="")
    field = UnicodeAttribute(default="")
    code = UnicodeAttribute()
    reason = UnicodeAttribute()

    def refusal(self) -> Refusal:
        """Convert it to the domain's class."""
        return Refusal(int(self.row), self.source_id, self.field, self.code, self.reason)


def new_item(job: ImportJob) -> ImportJobItem:
    """Return the item of a job that waits."""
    return ImportJobItem.new(
        keys.job(job.id), job_id=job.id, definition=definition_object(job), created_at=job.created_at, status=job.status.value,
        progress=progress_object(job.progress), uploads={}, ttl=job.gone_at,
    )  # fmt: skip


def definition_object(job: ImportJob) -> dict[str, Any]:
    """Return what the job shall do, as it is stored."""
    return {
        "system": job.system, "files": dict(job.files), "choices": dict(job.choices), "dry_run": job.dry_run, "rate": job.rate,
        "created_by": job.created_by,
    }  # fmt: skip


def progress_object(it: Progress) -> dict[str, Any]:
    """Return the progress as it is stored."""
    return {
        "rows": it.rows, "read": it.read, "created": it.created, "known": it.known, "refused": it.refused, "left_out": dict(it.left_out),
    }  # fmt: skip
