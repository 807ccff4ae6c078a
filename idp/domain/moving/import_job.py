"""An import job: people from an uploaded file, imported by a function in slices (docs/moving.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NamedTuple

PEOPLE = "people"
"""The name of the main file among the uploads of a job. The others have their names of `idp.services.moving.formats.FILES`."""
LARGEST = 2 * 1024**3
"""Bytes that the files of a job have together at most."""
LARGEST_FURTHER = 400 * 1024**2
"""Bytes of the further files. The function copies them into its own storage of 512 MB, because readers jump in them."""
MOST_ROWS = 1_000_000
"""Rows of a file. Each slice reads the file from its beginning, so a longer file costs more than its parts."""
RATE, FASTEST = 200, 5000
"""People per second: by default, and at most. A new table on demand takes 4,000 write units a second, and a person about 10."""
WAITS, KEPT = 86400, 30 * 86400
"""Seconds: a job waits for its start, and is kept after it, with its report. The bucket deletes uploads after a day, too."""
MOST_WAITING = 10
"""Jobs that wait for their start."""


class Status(Enum):
    """Of a job. One job of a deployment runs at a time."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Problem(NamedTuple):
    """Why a job did not come to the end of the file: the id of a message, and its sentence in English."""

    code: str
    reason: str


class Refusal(NamedTuple):
    """A refused row, for the report. `source_id`, `field`: as in `RefusedRow`. `code`, `reason`: as in `Problem`. Neither has a secret."""

    row: int
    source_id: str
    field: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. `rows`: of the file that were worked on. `read`: bytes of the main file that were read.

    `created`, `known`, `refused`: people who were made, had been imported before, and were refused. `left_out`: as in the import's result.
    """

    rows: int = 0
    read: int = 0
    created: int = 0
    known: int = 0
    refused: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """A job.

    `system`: the format of the file. `files`: bytes of each uploaded file by name, as declared; 0 says that they are known when the job
    starts. `choices`: the options of the import by
    the names of `Choices`. `rate`: people per second at most. `created_by`: the actor. `uploads`: by file, the ETag that it had when the
    job started; each slice reads exactly this.
    """

    id: str
    system: str
    files: Mapping[str, int]
    choices: Mapping[str, Any]
    dry_run: bool
    rate: int
    created_by: str
    created_at: int
    status: Status = Status.WAITING
    started_at: int = 0
    ended_at: int = 0
    progress: Progress = field(default_factory=Progress)
    uploads: Mapping[str, str] = field(default_factory=dict)
    problem: Problem | None = None

    @property
    def gone_at(self) -> int:
        """When the job is no more (epoch seconds)."""
        return self.started_at + KEPT if self.started_at else self.created_at + WAITS

    def with_progress(self, progress: Progress) -> ImportJob:
        """Return the same job, further on."""
        return replace(self, progress=progress)

    def with_sizes(self, sizes: Mapping[str, int]) -> ImportJob:
        """Return the same job, with files of these sizes."""
        return replace(self, files=sizes)

    def key_of(self, file: str) -> str:
        """Return the key of an uploaded file in the bucket. Only this job has it."""
        return f"imports/{self.id}/{file}"
