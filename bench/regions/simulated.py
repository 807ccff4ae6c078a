"""The runs of one delay, in a process of their own."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.faults.site import seeded, without_pauses
from bench.providers import CREDENTIALS
from bench.regions.pair import Pair
from bench.regions.walk import Found, walk
from tests.engines.launch import ENGINES
from tests.support.clock import Clock

Wanted = tuple[float, bool, int, int]
"""Delay in seconds, whether there are homes, runs, seed of the first one."""


def simulated(wanted: Wanted) -> Found:
    """The figures of these runs, with two engines and tables of their own."""
    delay, homes, runs, seed = wanted
    os.environ.update(CREDENTIALS)
    total = Found()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="idp-regions-")))
        endpoints = stack.enter_context(ENGINES["dynoxide"]()), stack.enter_context(ENGINES["dynoxide"]())
        stack.enter_context(without_pauses())
        pair = Pair(endpoints, folder, "r", Clock(), seeded(delay, homes), delay=delay, homes=homes)
        for number in range(runs):
            total.add(walk(pair, seeded("regions", delay, homes, seed + number)))
            if number + 1 == runs or number % 10 == 0:
                text = f"{delay:g} s, {'homes' if homes else 'no homes'}: {number + 1} of {runs} runs, {total.twice.total()} used twice"
                print(text, file=sys.stderr, flush=True)
    return total
