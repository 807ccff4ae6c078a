"""What a verification of the audit chain says about an hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

FORKED, MISSING, ALTERED, REORDERED, INSERTED = "forked", "missing", "altered", "reordered", "inserted"
FAULTS = (FORKED, MISSING, ALTERED, REORDERED, INSERTED)
"""Findings that say that something was done to the audit, the worst first."""
EXPIRED, ERASED, OPEN, COMPLETE = "expired", "erased", "open", "complete"
_MOST = 50


STATES = (*FAULTS, OPEN, EXPIRED, ERASED, COMPLETE)
"""States of an hour, the worst first."""


class Finding(NamedTuple):
    """`what`: one of FAULTS, or EXPIRED. `detail`: a sentence."""

    what: str
    detail: str


@dataclass(slots=True)
class HourReport:
    """The result for one hour. `events`: events whose leaf was verified; `erased`: those among them without their personal values;
    `expired`: events that are gone because their time was over. `is_open`: the hour is not signed yet.
    """

    hour: str
    events: int = 0
    erased: int = 0
    expired: int = 0
    is_open: bool = False
    faults: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Take note of a finding. The sentences of the first ones are kept."""
        self.faults += finding.what in FAULTS
        if len(self.findings) < _MOST:
            self.findings.append(finding)

    @property
    def state(self) -> str:
        """One word: the worst fault, or why the hour has less than it had."""
        found = {finding.what for finding in self.findings}
        for what in FAULTS:
            if what in found:
                return what
        if self.is_open:
            return OPEN
        if self.expired or EXPIRED in found:
            return EXPIRED
        return ERASED if self.erased else COMPLETE
