"""Execution environments of one function, and Lambda's choice among them: a request goes to an environment that is free.

Each works on one request at a time. Each is read between two requests, when it holds nothing for one.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx

from bench.held.reading import Reading, read
from bench.processes import cpu_of
from tests.support.lambda_host import LambdaHost, event_of, response_of

EVERY = 20
"""An environment is read after so many requests."""
CALLER = "caller"
"""The name of the threads that send requests."""
_STEP = 0.25


class Environment:
    """One process under the runtime client. `requests` and `errors`: so far. `cpu`: milliseconds of processor time of each request."""

    def __init__(self, host: LambdaHost, every: int = EVERY) -> None:
        self.host = host
        self.readings: list[Reading] = []
        self.requests = self.errors = 0
        self._every, self._lock = every, threading.Lock()
        self._taken: list[float] = []
        self.cpu: list[float] = []

    def invoke(self, event: object) -> Any:
        """Answer one event. An error of the function, and a status of 500 or above, is counted."""
        started, failed, before = time.perf_counter(), True, cpu_of(self.host.child.pid)
        try:
            result = self.host.invoke(event)
            failed = isinstance(result, dict) and int(result.get("statusCode", 200)) >= 500
        finally:
            with self._lock:
                self.requests += 1
                self.errors += failed
                self._taken.append((time.perf_counter() - started) * 1e3)
        self.cpu.append((cpu_of(self.host.child.pid) - before) * 1e3)
        if self.requests % self._every == 0:
            self.readings.append(read(self.host.child.pid, self.requests))
        return result

    def take(self) -> list[float]:
        """The milliseconds of the requests since the last call, sorted."""
        with self._lock:
            taken, self._taken = self._taken, []
        return sorted(taken)


class Pool:
    """Environments. A request that finds none free waits for one; Lambda would start another one, or refuse."""

    def __init__(self, environments: Sequence[Environment]) -> None:
        self.environments = environments
        self._free: queue.Queue[Environment] = queue.Queue()
        for each in environments:
            self._free.put(each)

    def invoke(self, event: object) -> Any:
        """Answer one event in the environment that has been free for longest."""
        environment = self._free.get()
        try:
            return environment.invoke(event)
        finally:
            self._free.put(environment)


class Gateway(httpx.BaseTransport):
    """API Gateway before a pool, for a caller of this network."""

    def __init__(self, pool: Pool, source_ip: str) -> None:
        self._pool, self._source_ip = pool, source_ip

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return response_of(self._pool.invoke(event_of(request, source_ip=self._source_ip)), request)


@contextmanager
def pool(start: Callable[[], LambdaHost], number: int) -> Iterator[Pool]:
    """So many environments, until the `with` ends."""
    with ExitStack() as stack:
        yield Pool([Environment(stack.enter_context(start())) for _ in range(number)])


@contextmanager
def working(acts: Sequence[Callable[[], object]]) -> Iterator[threading.Event]:
    """Repeat each act in a thread of its own until the `with` ends or the event is set. The acts report their own errors."""
    stop = threading.Event()

    def repeat(act: Callable[[], object]) -> None:
        while not stop.is_set():
            act()

    threads = [threading.Thread(target=repeat, args=(act,), daemon=True, name=CALLER) for act in acts]
    try:
        for each in threads:
            each.start()
        yield stop
    finally:
        stop.set()
        for each in threads:
            each.join(timeout=30)


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    """Run each act once, all at the same time. If this thread is interrupted, they are not waited for."""
    threads = [threading.Thread(target=act, daemon=True, name=CALLER) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        while each.is_alive():
            each.join(timeout=_STEP)
