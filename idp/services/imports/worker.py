"""Works on the import job that runs, slice after slice (threats R-12, R-19).

A slice reads the file from its beginning and skips the rows that were worked on. So each format can be resumed, also one that is not
written in lines, and nothing of a file is kept anywhere but in its upload (docs/decisions/0013-import-jobs.md). After each batch of rows it
keeps how far it came. If it ends in the middle of a batch, the next slice does the batch again: people of it are known by their mark.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, cast

from idp.domain.errors import Invalid, Unavailable
from idp.domain.message import Message
from idp.domain.moving.import_job import MOST_ROWS, PEOPLE, ImportJob, Problem, Progress, Status
from idp.domain.moving.person import BrokenFileError
from idp.domain.moving.uploads import StoredUpload, UploadChangedError
from idp.services.audit.recorder import SYSTEM
from idp.services.imports.batches import Batch, CountedFile, added, copied, refusal
from idp.services.imports.choices import choices_of, words
from idp.services.moving.formats import reader
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from idp.domain.clock import Clock, NewId
    from idp.domain.moving.person import ImportedPerson, RefusedRow
    from idp.domain.moving.uploads import Uploads
    from idp.services.audit.recorder import Audit
    from idp.services.moving.importer import Importer
    from idp.store.import_jobs import ImportJobs

MOST_TAKEN = 5
"""How often workers take a job that does not go on. Then something in it ends them."""
REST = 60
"""Seconds without work after tables or bucket did not answer for about a minute."""


class ImportWorker:
    """A worker. `pause`, `monotonic`: of the rate."""

    def __init__(
        self, jobs: ImportJobs, uploads: Uploads, importer: Importer, audit: Audit, clock: Clock, new_id: NewId,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._jobs, self._uploads, self._importer = jobs, uploads, importer
        self._audit, self._clock, self._new_id, self._pause = audit, clock, new_id, pause

    def run(self, *, has_time: Callable[[], bool]) -> bool:
        """Work on the job that runs, as long as there is time for another batch. Returns whether there is more to do at once."""
        job_id, holder = self._jobs.running(), self._new_id()
        taken = self._jobs.take(job_id, holder, now=self._clock()) if job_id else None
        if taken is None:
            return False
        job, times = taken
        if times > MOST_TAKEN:
            return self._end(job, holder, Message("import_job.gave_up", times=MOST_TAKEN))
        try:
            with ExitStack() as opened:
                return self._slice(job, holder, opened, has_time)
        except UploadChangedError:
            return self._end(job, holder, Message("import_job.upload_changed"))
        except (Invalid, BrokenFileError) as error:
            return self._end(job, holder, error.message)
        except Unavailable as error:
            note(f"The import rests: {error.detail}")
            count("ImportRests")
            self._jobs.release(job.id, holder, until=self._clock() + REST, counted=False)
            return False

    def _slice(self, job: ImportJob, holder: str, opened: ExitStack, has_time: Callable[[], bool]) -> bool:
        file, rows = self._open(job, opened)
        for _ in zip(range(job.progress.rows), rows, strict=False):
            pass
        progress, choices = job.progress, choices_of(job.choices)
        while has_time():
            batch = Batch(rows, job.rate, MOST_ROWS - progress.rows, pause=self._pause)
            refused: list[RefusedRow] = []
            result = self._importer.run(batch, job.system, choices, refused=refused.append, dry_run=job.dry_run)
            self._jobs.refuse(job.id, map(refusal, refused), now=self._clock())
            progress = added(progress, result, batch.rows, file.position)
            if not self._jobs.go_on(job.id, holder, progress, now=self._clock()):
                return False
            if result.broken or batch.is_last:
                return self._end(job, holder, result.broken, progress)
            if progress.rows >= MOST_ROWS:
                too_many = Message("import_job.too_many_rows", maximum=MOST_ROWS)
                return self._end(job, holder, too_many if next(rows, None) else None, progress)
        self._jobs.release(job.id, holder, until=0)
        return True

    def _open(self, job: ImportJob, opened: ExitStack) -> tuple[CountedFile, Iterator[ImportedPerson | RefusedRow]]:
        """Open the files of a job. Returns the main one and its rows."""
        files = {
            name: opened.enter_context(self._uploads.open(job.key_of(name), StoredUpload(size, job.uploads[name])))
            for name, size in job.files.items()
        }
        file = CountedFile(files.pop(PEOPLE))
        files = {name: opened.enter_context(copied(each)) for name, each in files.items()}
        return file, reader(job.system, files)(cast("BinaryIO", file), **files)

    def _end(self, job: ImportJob, holder: str, problem: Message | None, progress: Progress | None = None) -> bool:
        """End the job: it finished, or there is a problem. Returns False, because nothing is left to do."""
        from idp.domain.messages import render

        told = Problem(problem.id, render(problem)) if problem else None
        status = Status.FAILED if problem else Status.FINISHED
        about = words(job.with_progress(progress) if progress else self._jobs.get(job.id) or job)
        event = self._audit.once_part(f"import.{status.value}", origin=SYSTEM.origin, actor=SYSTEM.id, target=job.id, **about)
        if self._jobs.end(job, event, status, now=self._clock(), holder=holder, problem=told):
            for name in job.files:
                with suppress(Unavailable):  # the bucket deletes it after a day
                    self._uploads.delete(job.key_of(name))
        return False
