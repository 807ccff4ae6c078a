"""One run of the checks as a job: it keeps what they find."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.doctor.examination import CHECKS, examine
from idp.telemetry.record import note_failure

if TYPE_CHECKING:
    from idp.services.doctor.last_findings import DoctorsFindings
    from idp.services.doctor.parts import Parts


def run(parts: Parts, kept: DoctorsFindings) -> dict[str, int]:
    """Return the number of findings by state. They are kept in place of those before.

    Raises:
        Unavailable: they could not be kept.
    """
    found = list(examine([(about, partial(check, parts)) for about, check in CHECKS], log=note_failure))
    kept.keep(found, scope=DEPLOYMENT)
    return dict(Counter(each.state for each in found))
