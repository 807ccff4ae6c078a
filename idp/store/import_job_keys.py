"""Keys of import jobs and of their reports (see `idp.store.keys`)."""

from __future__ import annotations

from idp.store.keys import Key, part

IMPORTS = "IMPORTS"
"""The partition of the import jobs, and of the item that says which one runs."""
JOB = "JOB#"
"""The beginning of the sort keys of jobs."""


def job(job_id: str) -> Key:
    """An import job."""
    return Key(IMPORTS, JOB + part(job_id))


def running() -> Key:
    """The item that says which job runs."""
    return Key(IMPORTS, "RUNNING")


def report_pk(job_id: str) -> str:
    """The refused rows of a job."""
    return f"IMPORT#{part(job_id)}"


def refused(job_id: str, row: int) -> Key:
    """A refused row. Rows are sorted by number."""
    return Key(report_pk(job_id), f"ROW#{row:012d}")
