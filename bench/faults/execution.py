"""Executes runs: one fault, one flow, one seed each, with the verdict of the checker."""

from __future__ import annotations

import contextlib
import io
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.faults.checker import CUT_OFF, DENIALS, UNAVAILABLE, check
from bench.faults.damage import delete_early, restore_directory
from bench.faults.flows import FLOWS
from bench.faults.flows.codes import CodeFlow
from bench.faults.flows.flow import expect
from bench.faults.kinds import FAULTS
from bench.faults.run import NotReached, Run
from bench.faults.site import Site, seeded
from bench.faults.stored import everything, orphans

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from bench.faults.flows.flow import Flow
    from bench.faults.proxy import FaultyProxy

EXPIRED = 400 * 86400
"""Seconds after which everything of a flow has expired."""
COUNTED = frozenset({"FI-3", "FI-4", "FI-8", "FI-9"})
"""Faults that strike at a call by its number."""
ALWAYS = frozenset({"FI-5", "FI-7", "FI-10", "FI-12", "FI-13", "FI-15", "FI-16", "FI-17"})
"""Faults that strike outside the proxy."""


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
    calls = _calls(site, flow) if fault in COUNTED else 1
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
    verdict.variant = FAULTS[verdict.fault](run, walked)
    run.faulty = True
    if run.bystander:
        _stand_by(run)
    if run.rival:
        walked = _race(run, walked, run.rival)
    else:
        try:
            walked.act()
        except NotReached:
            verdict.began_anew = True
    verdict.hits = run.proxy.hits or int(verdict.fault in ALWAYS)
    run.heal()
    under = [event for event in run.history.events[before:] if event.act == "request"]
    verdict.requests, verdict.unanswered = len(under), sum(event.status in {UNAVAILABLE, CUT_OFF} for event in under)
    if verdict.began_anew:
        walked.again()
    if run.ttl:
        run.clock.advance(EXPIRED if run.ttl == "late" else 0)
        if run.ttl == "early":
            delete_early(run)
        walked.replay()
        return
    if run.backup:
        restore_directory(run)
        walked.restored()
    else:
        walked.after()


def _race(run: Run, one: Flow, other: Flow) -> Flow:
    """Both at the same moment. Returns the one that got what only one gets (I6). If both lost it, the first begins anew."""
    ended: list[Flow] = []

    def act(flow: Flow) -> None:
        start = run.begin()
        with contextlib.suppress(NotReached):
            flow.act()
            ended.append(flow)
            run.note("use", one.unique, start=start)

    beside = run.thread.submit(act, other)
    act(one)
    beside.result()
    if not ended:
        one.again()
    return ended[0] if ended else one


def _stand_by(run: Run) -> None:
    """Another person signs in, and the keys are published, whatever is damaged."""
    other = CodeFlow(run)
    other.prepare()
    other.act()
    expect(run.http.get("/jwks").is_success, "no keys")


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
