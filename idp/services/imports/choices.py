"""The options of an import job. A job never makes an admin: the options that could are not among them (threats R-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.services.moving.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.moving.import_job import ImportJob

FLAGS = ("trust_verified", "with_totp", "with_roles", "with_passkeys", "with_recovery_codes", "keep_ids")
LINKS = "links"


def choices_of(stored: Mapping[str, Any]) -> Choices:
    """Return the options of a job. Members that are not offered are left out."""
    flags: dict[str, Any] = {name: stored.get(name) is True for name in FLAGS}
    return Choices(**flags, links=dict(stored.get(LINKS) or {}))


def words(job: ImportJob) -> dict[str, str]:
    """Return what the audit trail has about a job."""
    it = job.progress
    told = {"format": job.system, "options": choices_of(job.choices).words, "dry_run": "yes" if job.dry_run else "no"}
    if job.started_at:
        told |= {"created": str(it.created), "known": str(it.known), "refused": str(it.refused)}
    return told
