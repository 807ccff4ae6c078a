"""Executes runs in several processes, each with a DynamoDB engine of its own."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.faults.execution import Verdict, execute_all
from bench.faults.proxy import FaultyProxy
from bench.faults.site import without_pauses
from bench.providers import CREDENTIALS
from tests.engines.launch import ENGINES

BATCH = 40
"""Runs that share tables."""
Wanted = tuple[str, str, int]
"""Fault, flow, seed."""


class _Worker:
    """What a process keeps between batches."""

    engine = ""
    folder = Path()
    keys: list[dict[str, Any]]
    numbers = itertools.count(1)


def _start(engines: Any, base: str) -> None:
    os.environ.update(CREDENTIALS)
    _Worker.engine, _Worker.keys = engines.get(), []
    _Worker.folder = Path(tempfile.mkdtemp(dir=base))


def _batch(wanted: Sequence[Wanted]) -> list[Verdict]:
    prefix = f"f{os.getpid()}x{next(_Worker.numbers)}"
    with FaultyProxy(_Worker.engine) as proxy, without_pauses():
        return execute_all(proxy, _Worker.folder, _Worker.keys, prefix, wanted)


def batches(wanted: Sequence[Wanted]) -> list[Sequence[Wanted]]:
    """Runs of one fault and flow each, at most `BATCH`."""
    groups = [list(group) for _, group in itertools.groupby(wanted, key=lambda each: each[:2])]
    return [group[at : at + BATCH] for group in groups for at in range(0, len(group), BATCH)]


def executed(wanted: Sequence[Wanted], workers: int) -> Iterator[list[Verdict]]:
    """The verdicts of each batch, as they come."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        base = stack.enter_context(tempfile.TemporaryDirectory(prefix="idp-faults-"))
        engines = context.Queue()
        for _ in range(workers):
            engines.put(stack.enter_context(ENGINES["dynoxide"]()))
        pool = stack.enter_context(ProcessPoolExecutor(workers, context, _start, (engines, base)))
        stack.callback(pool.shutdown, cancel_futures=True)  # an interruption waits for the running batches only
        for done in as_completed([pool.submit(_batch, each) for each in batches(wanted)]):
            yield done.result()
