"""An import job as pages show it: its state and its numbers in words."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.moving.import_job import PEOPLE, Status
from idp.domain.texts import marked
from idp.http.account.moment import Moment, moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.moving.import_job import ImportJob
    from idp.domain.texts import Texts

_STATES: Mapping[Status, tuple[str, str]] = MappingProxyType(
    {
        Status.WAITING: (marked("Waits for its file"), "warn"), Status.RUNNING: (marked("Runs"), "good"),
        Status.FINISHED: (marked("Finished"), ""), Status.FAILED: (marked("Failed"), "bad"), Status.CANCELLED: (marked("Cancelled"), "bad"),
    }
)  # fmt: skip
"""Words, and the colour of the badge."""
_LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "passwords": marked("Without a password"), "authenticators": marked("Without their authenticator app"),
        "roles and groups": marked("Without their roles and groups"), "verified addresses": marked("With an address to verify"),
    }
)  # fmt: skip
"""What people of the file have not here. Readers of formats name further parts, in English."""
_WHOLE = 100


class Facts(NamedTuple):
    """A job. `percent`: of the bytes of its main file. `left_out`: words and numbers. `problem`: why it failed, in English."""

    id: str
    path: str
    format: str
    state: str
    colour: str
    waits: bool
    runs: bool
    dry_run: bool
    percent: int
    rows: int
    created: int
    known: int
    refused: int
    left_out: list[tuple[str, int]]
    problem: str
    by: str
    made: Moment
    ended: Moment | None


def facts(job: ImportJob, texts: Texts, path: str) -> Facts:
    """Return a job in the language of the page."""
    it, (state, colour), total = job.progress, _STATES[job.status], job.files[PEOPLE]
    return Facts(
        job.id, path, job.system, texts.text(state), colour, job.status is Status.WAITING, job.status is Status.RUNNING, job.dry_run,
        _WHOLE if job.status is Status.FINISHED else min(_WHOLE, it.read * _WHOLE // total) if total else 0, it.rows, it.created, it.known,
        it.refused, [(texts.text(_LEFT_OUT[name]) if name in _LEFT_OUT else name, number) for name, number in sorted(it.left_out.items())],
        job.problem.reason if job.problem else "", job.created_by, moment(job.created_at), moment(job.ended_at) if job.ended_at else None,
    )  # fmt: skip
