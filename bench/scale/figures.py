"""Reads the measured figures of each flow from the pages that the bench writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bench import report

PERFORMANCE, SCALE = Path("docs/performance.md"), Path("docs/scale.md")
START = "start of an environment"


@dataclass(frozen=True)
class KeyUse:
    """Units of one run of a flow at one kind of partition key. `place`: the table, or table and index. `shared_by`: as the page says."""

    key: str
    place: str
    shared_by: str
    writes: float
    reads: float


@dataclass
class Flow:
    """One run. `ms`: milliseconds of Lambda. `log_bytes`: of the functions' own lines. `keys` has what each key of DynamoDB gets."""

    reads: float = 0.0
    writes: float = 0.0
    requests: int = 0
    ms: float = 0.0
    mails: int = 0
    log_bytes: int = 0
    keys: list[KeyUse] = field(default_factory=list)


def read(root: Path) -> dict[str, Flow]:
    """The flows of people by their names, and the start of an environment, which has keys only."""
    units, of_lambda = report.read(root / PERFORMANCE, mark="flows")
    people = {"accounts", "upstream"}
    found = {row["flow"]: Flow(reads=float(row["read units"]), writes=float(row["write units"])) for row in units if row["part"] in people}
    for row in of_lambda:
        if row["part"] in people:
            flow = found[row["flow"]]
            flow.requests, flow.mails, flow.log_bytes = (int(row[name]) for name in ("invocations", "mails", "bytes of log"))
            flow.ms = float(row["ms billed"])
    found[START] = Flow()
    for row in report.read(root / SCALE, mark="heat")[0]:
        key = row["key"].strip("`")
        use = KeyUse(key, key.partition(" ")[0], row["shared by"], _sum(row["write units"]), _sum(row["read units"]))
        found[row["flow"]].keys.append(use)
    return found


def _sum(cell: str) -> float:
    """Units at several keys of a kind are written as 2 + 2."""
    return sum(float(each) for each in cell.split("+")) if cell else 0.0
