"""Executes runs: one fault, one flow, one seed each, with the verdict of the checker."""

from __future__ import annotations

import contextlib
import io
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.faults.checker import CUT_OFF, DENIALS, UNAVAILABLE, check
from bench.faults.flows import FLOWS
from bench.faults.kinds import FAULTS
from bench.faults.run import NotReached, Run
from bench.faults.site import Site, seeded
from bench.faults.stored import everything, orphans

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from bench.faults.proxy import FaultyProxy


@dataclass
class Verdict:
    """What came of one run. `hits`: calls that failed. `requests`: those under the fault, of which `unanswered` got no answer."""

    fault: str
    flow: str
    seed: int
    variant: str = ""
    hits: int = 0
    requests: int = 0
    unanswered: int = 0
    began_anew: bool = False
    revoked: bool = False
    """Whether a person or app that did nothing wrong was signed out."""
    violations: list[tuple[str, str]] = field(default_factory=list)


def execute(site: Site, fault: str, flow: str, seed: int) -> Verdict:
    """One run."""
    verdict = Verdict(fault, flow, seed)
    site.lines.clear()
    site.proxy.begin()
    calls = _calls(site, flow)
    run = Run(site, seeded(fault, flow, seed))
    run.calls = calls
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            _walk(run, FLOWS[flow](run), verdict)
    except NotReached as problem:
        verdict.violations.append(("rerun", f"did not end without a fault: {problem}"))
    except Exception as problem:  # noqa: BLE001  # of the flow or of a service: one run fails, not all
        verdict.violations.append(("rerun", f"{problem!r} at {traceback.extract_tb(problem.__traceback__)[-1]}"))
    finally:
        run.heal()
        run.close()
    run.history.logged += [*site.lines, said.getvalue()]
    verdict.violations += check(run.history)
    verdict.revoked = any(event.due and event.value in DENIALS for event in run.history.of("request"))
    return verdict


def _walk(run: Run, walked: Any, verdict: Verdict) -> None:
    walked.prepare()
    before = len(run.history.events)
    run.proxy.hits = 0
    verdict.variant = FAULTS[verdict.fault](run)
    run.faulty = True
    try:
        walked.act()
    except NotReached:
        verdict.began_anew = True
    verdict.hits = run.proxy.hits
    run.heal()
    under = [event for event in run.history.events[before:] if event.act == "request"]
    verdict.requests, verdict.unanswered = len(under), sum(event.status in {UNAVAILABLE, CUT_OFF} for event in under)
    if verdict.began_anew:
        walked.again()
    walked.after()


def _calls(site: Site, flow: str) -> int:
    """How many calls of DynamoDB the flow makes without a fault, measured once for each deployment."""
    if flow not in site.calls:
        run = Run(site, seeded(flow))
        walked = FLOWS[flow](run)
        walked.prepare()
        site.proxy.take()
        walked.act()
        site.calls[flow] = max(1, site.proxy.take().total())
        run.close()
    return site.calls[flow]


def execute_all(
    proxy: FaultyProxy, folder: Path, keys: list[dict[str, Any]], prefix: str, wanted: Iterable[tuple[str, str, int]]
) -> list[Verdict]:
    """Runs on a deployment of their own, whose tables are checked at the end (I5) and removed."""
    site = Site(proxy, folder, keys, prefix)
    verdicts = [execute(site, *each) for each in wanted]
    left = list(orphans(everything(site)))
    if left and verdicts:
        verdicts[-1].violations += [("I5", f"{sentence} (one of the last {len(verdicts)} runs)") for sentence in left[:5]]
    site.remove()
    return verdicts
