"""FI-1 to FI-17: each sets up the fault of a run. The number of the run decides where and how it strikes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.faults.run import Run

Fault = Callable[["Run"], str]
"""Sets up the fault, and returns its variant for the table."""

RATES = (0.01, 0.05, 0.2)
THROTTLED = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")


def throttled(run: Run) -> str:
    """FI-1: calls are refused, by chance at six rates."""
    rate = run.random.choice((*RATES, 0.1, 0.5, 1.0))
    run.proxy.by_chance(rate, run.random, [run.proxy.answer_with(name) for name in THROTTLED])
    return f"{rate:.0%}"


def lost_reply(run: Run) -> str:
    """FI-3: calls are applied and their replies lost: by chance, or one call, or that call and its retries."""
    if run.random.random() < 0.5:
        rate = run.random.choice(RATES)
        run.proxy.by_chance(rate, run.random, [run.proxy.lose_reply])
        return f"{rate:.0%}"
    nth, times = run.random.randint(1, run.calls), run.random.choice((1, 3))
    run.proxy.at(nth, run.proxy.lose_reply, times=times)
    return "one call" if times == 1 else "and retries"


def crash(run: Run) -> str:
    """FI-4: nothing arrives from the kth call on, until the request is over. Half the time its answer is lost, too."""
    run.cut = run.random.random() < 0.5
    run.proxy.at(run.random.randint(1, run.calls), run.proxy.swallow, times=99)
    return "without an answer" if run.cut else "with 503"


FAULTS: Mapping[str, Fault] = MappingProxyType({"FI-1": throttled, "FI-3": lost_reply, "FI-4": crash})


def applies(fault: str, flow: str) -> bool:
    """Whether the fault is tried on the flow."""
    del fault, flow
    return True
