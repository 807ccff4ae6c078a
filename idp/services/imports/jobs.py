"""Import jobs, as admins manage them (threats R-19)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from idp.domain.moving.import_job import FASTEST, LARGEST, LARGEST_FURTHER, MOST_WAITING, PEOPLE, RATE, ImportJob, Refusal, Status
from idp.services.imports.choices import choices_of, words
from idp.services.moving.formats import FILES, FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.domain.moving.uploads import StoredUpload, UploadForm, Uploads, UploadUrl
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.connections import Connections
    from idp.store.import_jobs import ImportJobs

UPLOAD_LIFETIME = 900
"""Seconds in which an upload has to begin."""
_ROLES = "roles:write"


@dataclass(frozen=True, slots=True)
class NewImport:
    """What an admin asks for. The members are those of `ImportJob`; `choices` has only what differs from the defaults.

    The size 0 of all `files` says that a browser sends them by forms, so that their size is not known before.
    """

    system: str
    files: Mapping[str, int]
    choices: Mapping[str, Any]
    dry_run: bool = False
    rate: int = RATE


class Expected(NamedTuple):
    """The files of a job that waits. `sizes`: bytes of those that are there. `forms`: how a browser sends each file."""

    sizes: Mapping[str, int]
    forms: Mapping[str, UploadForm]


class ImportJobService:
    """Manages jobs. Its methods raise Invalid, Conflict or NotFound; then nothing was written."""

    def __init__(
        self, jobs: ImportJobs, uploads: Uploads | None, wake: Callable[[], None], connections: Connections, audit: Audit, clock: Clock,
        new_id: NewId,
    ) -> None:  # fmt: skip
        """`uploads`: None if the deployment has no bucket. `wake` lets the function run, and raises Unavailable."""
        self._jobs, self._uploads, self._wake, self._connections = jobs, uploads, wake, connections
        self._audit, self._clock, self._new_id = audit, clock, new_id

    def listing(self, *, scope: Scope) -> list[ImportJob]:
        """Return all jobs, the newest first."""
        scope.require_deployment()
        now = self._clock()
        return sorted((each for each in self._jobs.all() if each.gone_at > now), key=lambda each: (-each.created_at, each.id))

    def get(self, job_id: str, *, scope: Scope) -> ImportJob:
        """Return one job, by a strongly consistent read."""
        scope.require_deployment()
        found = self._jobs.get(job_id)
        if found is None or found.gone_at <= self._clock():
            raise NotFound("import_job.unknown")
        return found

    def create(self, new: NewImport, *, scope: Scope, by: Actor) -> tuple[ImportJob, dict[str, UploadUrl]]:
        """Make a job, and say where its files go: one address for each, for exactly this job, name and size.

        Without sizes there are no addresses: `expected` has the forms.
        """
        scope.require_deployment()
        uploads = self._bucket()
        self._check(new)
        if sum(each.status is Status.WAITING for each in self.listing(scope=scope)) >= MOST_WAITING:
            raise Conflict("import_job.too_many", maximum=MOST_WAITING)
        job = ImportJob(
            id=self._new_id(), system=new.system, files=new.files, choices=new.choices, dry_run=new.dry_run, rate=new.rate,
            created_by=by.id, created_at=self._clock(),
        )  # fmt: skip
        made = {name: uploads.upload_url(job.key_of(name), size, lifetime=UPLOAD_LIFETIME) for name, size in job.files.items() if size}
        if not self._jobs.create(job):
            raise Conflict("import_job.exists")
        self._audit.act("import.created", by, target=job.id, scope=scope, **words(job))
        return job, made

    def expected(self, job: ImportJob, *, back: str, scope: Scope, by: Actor) -> Expected:
        """Return the files of a job that waits for them. `back`: the URL to which a form leads a browser after its upload.

        Raises:
            Forbidden: the job gives roles, and the caller may not.
        """
        scope.require_deployment()
        uploads = self._bucket()
        _require_power(job, by)
        if job.status is not Status.WAITING:
            raise Conflict("import_job.not_waiting")
        stored = {name: uploads.stat(job.key_of(name)) for name in job.files}
        forms = {
            name: uploads.upload_form(job.key_of(name), most=size or _most(name), lifetime=UPLOAD_LIFETIME, back=back)
            for name, size in job.files.items()
        }
        return Expected({name: found.size for name, found in stored.items() if found}, forms)

    def start(self, job_id: str, *, scope: Scope, by: Actor) -> ImportJob:
        """Start a job whose files were uploaded. For a job that runs already, the function is only invoked again.

        Raises:
            Forbidden: the job gives roles, and the caller may not, also if another admin made the job.
        """
        found, uploads = self.get(job_id, scope=scope), self._bucket()
        _require_power(found, by)
        if found.status is Status.WAITING:
            event = self._audit.once_part("import.started", origin=by.origin, actor=by.id, target=found.id, **words(found))
            stored = self._stored(found, uploads)
            sized = found.with_sizes({name: each.size for name, each in stored.items()})
            if not self._jobs.start(sized, {name: each.etag for name, each in stored.items()}, event, now=self._clock()):
                found = self.get(job_id, scope=scope)
                raise Conflict("import_job.other_runs" if found.status is Status.WAITING else "import_job.not_waiting")
        elif found.status is not Status.RUNNING:
            raise Conflict("import_job.not_waiting")
        with suppress(Unavailable):  # the function also runs by its schedule
            self._wake()
        return self.get(job_id, scope=scope)

    def cancel(self, job_id: str, *, scope: Scope, by: Actor) -> ImportJob:
        """End a job. People whom it made stay, and the worker stops after the rows that it has in hand. The uploads are deleted."""
        found, uploads = self.get(job_id, scope=scope), self._bucket()
        if found.status not in {Status.WAITING, Status.RUNNING}:
            raise Conflict("import_job.ended")
        event = self._audit.once_part("import.cancelled", origin=by.origin, actor=by.id, target=found.id, **words(found))
        if not self._jobs.end(found, event, Status.CANCELLED, now=self._clock()):
            raise Conflict("import_job.changed_meanwhile")
        for name in found.files:
            with suppress(Unavailable):  # the bucket deletes it after a day
                uploads.delete(found.key_of(name))
        return self.get(job_id, scope=scope)

    def report(self, job_id: str, *, after: int, limit: int, scope: Scope) -> tuple[list[Refusal], bool]:
        """Return refused rows after the row with the number `after`, and whether there are more."""
        found = self.get(job_id, scope=scope)
        return self._jobs.report(found.id, after=after, limit=limit)

    def _bucket(self) -> Uploads:
        if self._uploads is None:
            raise Conflict("import_job.off")
        return self._uploads

    def _stored(self, job: ImportJob, uploads: Uploads) -> dict[str, StoredUpload]:
        """Return each file of a job. It has exactly the declared size; without one, a size that may be declared."""
        found = {}
        for name, size in job.files.items():
            stored = uploads.stat(job.key_of(name))
            if stored is None:
                raise Conflict("import_job.not_uploaded", file=name)
            if size and stored.size != size:
                raise Conflict("import_job.other_size", file=name, size=stored.size, declared=size)
            found[name] = stored
        _check_sizes({name: each.size for name, each in found.items()})
        return found

    def _check(self, new: NewImport) -> None:
        known = FORMATS.get(new.system)
        if known is None:
            raise Invalid("moving.format_unknown", field="format", known=", ".join(FORMATS))
        for name in new.files:
            if name != PEOPLE and name not in known.needs + known.takes:
                raise Invalid("moving.file_not_taken", field="files", format=new.system)
        for name in known.needs:
            if name not in new.files:
                raise Invalid("moving.file_needed", field="files", format=new.system, file=FILES[name])
        if any(new.files.values()):
            _check_sizes(new.files)
        if not 1 <= new.rate <= FASTEST:
            raise Invalid("value.out_of_range", field="rate", maximum=FASTEST)
        for connection_id in choices_of(new.choices).links.values():
            if not self._connections.get(connection_id):
                raise Invalid("moving.connection_unknown", field="links", id=connection_id)


def may_run(job: ImportJob, held: Collection[str]) -> bool:
    """Return whether a caller with these OAuth scopes may send the files of a job and start it, as far as the job's options matter."""
    return _ROLES in held or not choices_of(job.choices).with_roles


def _require_power(job: ImportJob, by: Actor) -> None:
    if not may_run(job, by.held):
        raise Forbidden("import_job.gives_roles", scope=_ROLES)


def _check_sizes(sizes: Mapping[str, int]) -> None:
    further = sum(size for name, size in sizes.items() if name != PEOPLE)
    if min(sizes.values()) < 1 or sum(sizes.values()) > LARGEST or further > LARGEST_FURTHER:
        raise Invalid("import_job.size", field="size", maximum=LARGEST, further=LARGEST_FURTHER)


def _most(file: str) -> int:
    return LARGEST if file == PEOPLE else LARGEST_FURTHER
