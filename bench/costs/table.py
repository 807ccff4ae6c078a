"""The two tables of docs/performance.md: what a flow costs in DynamoDB, and in Lambda."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.costs.measure import Found, count
from bench.costs.tally import Cost
from bench.report import usage_columns
from tests.engines.launch import ENGINES
from tools import costs

HEAD = ("part", "flow", "calls", "read units", "write units", "$ a million", "which calls")
LAMBDA = (
    "part", "flow", "invocations", "CPU ms", "hashes", "mails", "bytes of log", "ms billed", "GB-seconds at 1769 MB",
    "$ of Lambda a million",
)  # fmt: skip
TIMES = 5
"""How often the processor time of a flow is measured."""


def run(work: Path, tell: Callable[[str], None]) -> tuple[list[tuple[str, ...]], ...]:
    """Return the tables, measured on an engine that reports units as AWS documents them."""
    with ENGINES["dynoxide"]() as engine:
        found = count(engine, work, tell, times=TIMES)
    return [HEAD, *((*name, *usage_columns(cost.usage)) for name, cost in found.items())], lambda_rows(found)


def lambda_rows(found: Found) -> list[tuple[str, ...]]:
    """The table of Lambda, by the assumptions of `tools/costs.py`: milliseconds of a hash and of a call of DynamoDB, and memory."""
    return [LAMBDA, *((*name, *_lambda(cost)) for name, cost in found.items())]


def _lambda(cost: Cost) -> tuple[str, ...]:
    ms = costs.ms_of(cost.cpu_ms, calls=cost.usage.calls.total(), hashes=cost.hashes, requests=cost.requests)
    dollars = costs.lambda_dollars(ms, cost.requests) * 1e6
    counted = (str(cost.requests), f"{cost.cpu_ms:.1f}", str(cost.hashes), str(cost.mails), str(cost.log_bytes))
    return (*counted, f"{ms:.1f}", f"{ms / 1000 * costs.MEMORY_GB:.4f}", f"{dollars:.2f}")
